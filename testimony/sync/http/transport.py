"""The HTTP client for other stations: signs requests, and accepts only responses in the sync protocol."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.signatures import Signer
from testimony.services.intake.uploads import Chunk
from testimony.services.link import clock_skew
from testimony.sync.errors import (
    ContainerTorn,
    NotTheStation,
    ProxyRefused,
    StationRefused,
    StationsMixed,
    StationTooSlow,
    StationUnreachable,
)
from testimony.sync.http import stand_in
from testimony.sync.http.adaptive_batch import SMALL, Pace
from testimony.sync.http.channel import ANSWER_LIMIT, Answer, AnswerTorn, Channel, HttpChannel, InProcess
from testimony.sync.http.partial_response import FRAMES_TYPE, Came, FramesTorn
from testimony.sync.wire import bitmap, chunks, content_coding
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from testimony.sync.wire.signatures import sign_request

__all__ = ["FRAMES_TYPE", "Answer", "Channel", "FramesTorn", "HttpChannel", "InProcess", "Transport"]

T = TypeVar("T")
JSON_TYPE: Final = "application/json"
CHUNK_TYPE: Final = "application/octet-stream"
NAMES_LIMIT: Final = 4096
"""Names in one `have`."""
UPLOAD_HEADER: Final = "testimony-upload"
"""In each answer of a station that takes batches in chunks: how many bytes a batch may have."""
PAUSES: Final = (0.1, 0.5, 3.0)
"""Seconds to wait, half of it by chance, before a request is repeated that got no whole answer. The first is short:
connections die where the station is in reach.
"""
TRIES: Final = 64
"""The most requests for one response, however much each returns: a server that trickles achieves nothing."""
PROXY_ASKS: Final = 407
BUSY: Final = frozenset({429, 502, 503, 504, 507})


class Transport:
    """One other station, its address and the key that signs what is asked of it (None: unsigned, phone to field node).

    `pace` says how much goes at once; `push` tells it what arrived. `answers` is the same for what is asked for.
    `takes_chunks`: of how large a batch the other side takes chunks, 0 while nothing is known of it. `packs`: whether
    bytes cost anything on this way. `ahead`: minutes by which the clock of this machine is ahead of the other's, as the
    last answer said; None where it did not. Not to be shared between threads.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer | None,
        *,
        channel: Channel | None = None,
        pause: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        packs: bool = True,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.signer = signer
        self.channel: Channel = channel or HttpChannel()
        self.pause, self.clock, self.now = pause, clock, now
        self.packs = packs
        self.pace, self.answers = Pace(), Pace()
        self.takes_chunks = 0
        self._coding = ""  # that the other side unpacks
        self.ahead: int | None = None
        self._nonce = ""

    def knock(self) -> None:
        """Ask, once, whether a station of ours is there (GET /sync/nonce). Afterwards `ahead` is known."""
        self._nonce = self._take_nonce()

    def lacking(self, names: Sequence[str], said: dict[str, Any] | None = None) -> set[str]:
        """The `names` (at most `NAMES_LIMIT`) that the other station does not hold (POST /sync/have).

        `said`: what a node says of itself beside it; an older central does not look at it.
        """
        question = {"names": list(names)} | ({"station": said} if said else {})
        answer = self._patiently("POST", "/sync/have", canonical.encode(question), JSON_TYPE)
        try:
            return bitmap.read(names, self._json(answer)["lacking"])
        except (KeyError, ValueError, TypeError) as error:
            raise NotTheStation(url=self.base_url) from error

    def batch(self, frames: Sequence[Frame]) -> list[Frame]:
        """Deliver `frames` once; the answer's statuses and receipts (POST /sync/batch)."""
        return self._frames(self._ask("POST", "/sync/batch", write_frames(frames), FRAMES_TYPE))

    def upload(self, chunk: Chunk) -> int | list[Frame]:
        """Deliver a chunk of a batch once (POST /sync/upload): how many bytes of the batch are there; or, once all of
        it is, what `batch` answers.
        """
        answer = self._ask("POST", "/sync/upload", chunks.encode(chunk), CHUNK_TYPE)
        if answer.headers.get("content-type", "") == FRAMES_TYPE:
            return self._frames(answer)
        here = self._json(answer).get("here")
        if type(here) is not int or not 0 <= here <= chunk.total:
            raise NotTheStation(url=self.base_url)
        return here

    def feed(self, after: int, audience: str | None = None) -> list[Frame]:
        """One piece of the other station's feed from position `after`, its `end` frame last (GET /sync/feed).

        On a link that failed a smaller piece is asked for.
        """

        def ask() -> list[Frame]:
            query = f"?after={after}" + (f"&audience={audience}" if audience else "")
            if self.answers.failing:
                query += f"&most={self.answers.batch_bytes}"
            answer = self._ask("GET", "/sync/feed" + query, b"", "")
            self.answers.arrived(len(answer.body))
            return self._frames(answer)

        return self._again(ask)

    def media(self, wanted: Sequence[dict[str, Any]]) -> list[Frame]:
        """Pieces of media by record and number: what is given, in order, and `end` last (POST /sync/media).

        Raises `FramesTorn` where it broke off for good.
        """
        return self._rest("/sync/media", {"wanted": list(wanted)})

    def texts(self, wanted: Sequence[dict[str, Any]]) -> list[Frame]:
        """Heads and bodies of text by record and name, answered in the same way (POST /sync/media)."""
        return self._rest("/sync/media", {"texts": list(wanted)})

    def certificate(self, renewal: bytes) -> bytes | None:
        """Hand over a node's signed request; what headquarters signed for it, if it did (POST /sync/certificate)."""
        answer = self._json(self._patiently("POST", "/sync/certificate", renewal, JSON_TYPE))
        signed = answer.get("certificate")
        if signed is not None and not isinstance(signed, str):
            raise NotTheStation(url=self.base_url)
        return None if signed is None else signed.encode()

    def wordings(self, wanted: Sequence[str]) -> list[Frame]:
        """Wordings and recordings by name: what is given, in order, and `end` last (POST /sync/wordings).

        Raises `FramesTorn` where it broke off for good.
        """
        return self._rest("/sync/wordings", {"wanted": list(wanted)})

    def update(self, question: dict[str, Any]) -> list[Frame]:
        """The next pieces of the update that waits there (POST /sync/update)."""
        return self._frames(self._patiently("POST", "/sync/update", canonical.encode(question), JSON_TYPE))

    def trust(self) -> bytes:
        """The trust bundle of the other station, which proves itself (GET /sync/trust)."""
        answer = self._patiently("GET", "/sync/trust", b"", "")
        if answer.headers.get("content-type", "") != FRAMES_TYPE:
            raise NotTheStation(url=self.base_url)
        return answer.body

    def rosters(self, frames: Sequence[Frame]) -> int:
        """Bring rosters, or none to ask; the number of the one in force there then (POST /sync/rosters)."""
        answer = self._json(self._patiently("POST", "/sync/rosters", write_frames(frames), FRAMES_TYPE))
        number = answer.get("roster")
        if type(number) is not int:
            raise NotTheStation(url=self.base_url)
        return number

    def greeting(self, said: dict[str, Any]) -> dict[str, Any]:
        """Say where this station's log is; where the other's is, and what it makes of ours (POST /sync/greeting)."""
        return self._json(self._patiently("POST", "/sync/greeting", canonical.encode(said), JSON_TYPE))

    def _patiently(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        return self._again(lambda: self._ask(method, path, body, content_type))

    def _again(self, ask: Callable[[], T], has_moved: Callable[[], bool] = lambda: False) -> T:
        """What `ask` answers. It is repeated, after longer and longer pauses, unless something moves meanwhile."""
        failures = tries = 0
        while True:
            try:
                return ask()
            except StationTooSlow:  # has had its time: three times more of it would help nobody
                raise
            except StationUnreachable as error:
                self.answers.failed(len(error.answer.body) if isinstance(error, AnswerTorn) else 0)
                failures, tries = 1 if has_moved() else failures + 1, tries + 1
                if failures > len(PAUSES) or tries == TRIES:
                    raise
            longest = PAUSES[failures - 1]
            self.pause(random.uniform(longest / 2, longest))  # noqa: S311  # spreads load, keeps no secret

    def _rest(self, path: str, question: dict[str, Any]) -> list[Frame]:
        """The frames that answer `question`, the same each time: where the connection dies the rest is asked for."""
        came = Came()

        def ask() -> list[Frame]:
            asked = question | ({"skip": len(came.data)} if came.data else {})
            try:
                answer = self._ask("POST", path, canonical.encode(asked), JSON_TYPE)
            except AnswerTorn as torn:
                came.add(torn.answer)
                raise
            came.add(answer)
            return self._frames(replace(answer, body=came.take()))

        try:
            return self._again(ask, came.has_moved)
        except StationUnreachable as error:
            raise FramesTorn(came.frames(), self.base_url) from error

    def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        """The answer of the station itself, status 200. A nonce that was used up is replaced, once."""
        answer = self._send(method, path, body, content_type)
        if answer.status == 401 and self._rule(answer) == "nonce":
            answer = self._send(method, path, body, content_type)
            if answer.status == 401 and self._rule(answer) == "nonce":
                raise StationsMixed(url=self.base_url)
        if answer.status != 200:
            raise StationRefused(self._rule(answer))
        return answer

    def _send(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        url = self.base_url + path
        headers = {"Accept-Encoding": content_coding.ACCEPTED if self.packs else "identity"}
        if content_type:
            headers["Content-Type"] = content_type
        if self._coding and (packed := content_coding.pack(body, self._coding)) is not None:
            headers["Content-Encoding"], body = self._coding, packed
        if self.signer is not None:
            headers |= sign_request(self.signer, method, url, body, self._take_nonce())
        began = self.clock()
        try:
            answer = self._ours(self.channel.send(method, url, headers, body))
        except AnswerTorn as torn:
            raise AnswerTorn(self._unpacked_torn(self._ours(torn.answer)), self.base_url) from torn
        self._note_time(len(body), len(answer.body), self.clock() - began)
        return self._unpacked(answer)

    def _note_time(self, asked: int, answered: int, seconds: float) -> None:
        if asked > SMALL or answered <= SMALL:
            self.pace.timed(asked, seconds)
        if answered > SMALL or asked <= SMALL:
            self.answers.timed(answered, seconds)

    def _take_nonce(self) -> str:
        """A nonce that counts for one request: the one that came with the last answer, or one that is asked for."""
        if not self._nonce:
            answer = self._ours(self.channel.send("GET", self.base_url + "/sync/nonce", {"Accept": JSON_TYPE}, b""))
            if answer.status != 200:
                raise StationRefused(self._rule(answer))
            self._nonce = self._require_nonce(self._json(answer).get("nonce"))
        nonce, self._nonce = self._nonce, ""
        return nonce

    def _ours(self, answer: Answer) -> Answer:
        """Raise unless a station of ours answered; keep its nonce. Redirects and pages come from somebody else."""
        if answer.status in BUSY:
            raise stand_in.busy(answer)(_seconds(answer.headers.get("retry-after", "")))
        if answer.status == PROXY_ASKS:
            raise ProxyRefused(url=self.base_url)
        other = stand_in.found(answer, self.base_url)
        if other is not None:
            raise other(url=self.base_url)
        self._nonce = self._require_nonce(answer.headers.get(stand_in.NONCE_HEADER))
        accepts = content_coding.listed(answer.headers.get("accept-encoding", ""))
        self._coding = content_coding.chosen(accepts) if self.packs else ""
        said = answer.headers.get(UPLOAD_HEADER, "")
        self.takes_chunks = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
        self.ahead = clock_skew.ahead(answer.headers.get("date", ""), self.now())
        return answer

    def _unpacked(self, answer: Answer) -> Answer:
        coding = answer.headers.get("content-encoding", "identity")
        if coding == "identity":
            return answer
        try:
            return replace(answer, body=content_coding.unpack(answer.body, coding, ANSWER_LIMIT))
        except (NotCanonical, Refused) as error:
            raise NotTheStation(url=self.base_url) from error

    def _unpacked_torn(self, answer: Answer) -> Answer:
        coding = answer.headers.get("content-encoding", "identity")
        if coding == "identity":
            return answer
        return replace(answer, body=content_coding.unpack_torn(answer.body, coding, ANSWER_LIMIT))

    def _require_nonce(self, nonce: object) -> str:
        if not isinstance(nonce, str) or not nonce.isascii() or not nonce.isalnum() or len(nonce) > 128:
            raise NotTheStation(url=self.base_url)
        return nonce

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            return canonical.decode_object(answer.body)
        except NotCanonical as error:
            raise NotTheStation(url=self.base_url) from error

    def _rule(self, answer: Answer) -> str:
        rule = self._json(answer).get("rule")
        return rule if isinstance(rule, str) else "structure"

    def _frames(self, answer: Answer) -> list[Frame]:
        """The frames of a whole answer: a torn one is not believed, it is asked for again."""
        if answer.headers.get("content-type", "") != FRAMES_TYPE:
            raise NotTheStation(url=self.base_url)
        try:
            return list(read_frames(answer.body))
        except ContainerTorn as error:
            raise StationUnreachable(url=self.base_url) from error


def _seconds(text: str) -> int:
    """Retry-After in seconds, within reason; a minute when it is not a number."""
    return min(int(text), 3600) if text.isascii() and text.isdigit() and len(text) < 9 else 60
