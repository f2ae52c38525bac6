"""The way to another station: signed requests, and answers that are only believed when they are in our protocol."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from testimony import canonical
from testimony.errors import (
    CentralRestored,
    ContainerTorn,
    NetworkLogIn,
    NotCanonical,
    NotTheStation,
    ProxyRefused,
    QuotaReached,
    StationBusy,
    StationRefused,
    StationTooSlow,
    StationUnreachable,
)
from testimony.sealing.signing import Signer
from testimony.services import clocks
from testimony.sync import bitmap
from testimony.sync.channel import Answer, Channel, HttpChannel, InProcess
from testimony.sync.messages import Frame, read_frames, write_frames
from testimony.sync.pace import Pace
from testimony.sync.signatures import sign_request

__all__ = ["Answer", "Channel", "HttpChannel", "InProcess", "Transport"]

FRAMES_TYPE: Final = "application/vnd.testimony.frames"
JSON_TYPE: Final = "application/json"
NONCE_HEADER: Final = "testimony-nonce"
NAMES_LIMIT: Final = 4096
"""Names in one `have`."""
PAUSES: Final = (0.3, 1.0, 3.0)
"""Seconds to wait before a request is repeated that got no whole answer."""
PROXY_ASKS, LOG_IN = 407, 511
BUSY: Final = frozenset({429, 502, 503, 504, 507})
SAID: Final = {"restored": CentralRestored, "quota": QuotaReached}
"""Rules that a station which cannot answer now gives, where there is more to say than that it is busy."""


class Transport:
    """One other station, its address and the key that signs what is asked of it (None: unsigned, phone to field node).

    `pace` says how much goes into the next batch; `push` tells it what arrived. `ahead`: minutes by which the clock of
    this machine is ahead of the other's, as the last answer said; None where it did not. Not to be shared between
    threads.
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
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.signer = signer
        self.channel: Channel = channel or HttpChannel()
        self.pause, self.clock, self.now = pause, clock, now
        self.pace = Pace()
        self.ahead: int | None = None
        self._nonce = ""

    def lacking(self, names: Sequence[str], said: dict[str, Any] | None = None) -> set[str]:
        """Those of `names` (at most `NAMES_LIMIT`) that the other station does not hold (POST /sync/have).

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

    def feed(self, after: int, audience: str | None = None) -> list[Frame]:
        """One piece of the other station's feed from position `after`, its `end` frame last (GET /sync/feed)."""
        query = f"?after={after}" + (f"&audience={audience}" if audience else "")
        return self._frames(self._patiently("GET", "/sync/feed" + query, b"", ""))

    def media(self, wanted: Sequence[dict[str, Any]]) -> list[Frame]:
        """Pieces of media by record and number: what is given, in order, and `end` last (POST /sync/media)."""
        body = canonical.encode({"wanted": list(wanted)})
        return self._frames(self._patiently("POST", "/sync/media", body, JSON_TYPE))

    def certificate(self, renewal: bytes) -> bytes | None:
        """Hand over a node's signed request; what headquarters signed for it, if it did (POST /sync/certificate)."""
        answer = self._json(self._patiently("POST", "/sync/certificate", renewal, JSON_TYPE))
        signed = answer.get("certificate")
        if signed is not None and not isinstance(signed, str):
            raise NotTheStation(url=self.base_url)
        return None if signed is None else signed.encode()

    def wordings(self, wanted: Sequence[str]) -> list[Frame]:
        """Wordings and recordings by name: what is given, in order, and `end` last (POST /sync/wordings)."""
        body = canonical.encode({"wanted": list(wanted)})
        return self._frames(self._patiently("POST", "/sync/wordings", body, JSON_TYPE))

    def trust(self) -> bytes:
        """The trust bundle of the other station, which proves itself (GET /sync/trust)."""
        answer = self._patiently("GET", "/sync/trust", b"", "")
        if answer.headers.get("content-type", "") != FRAMES_TYPE:
            raise NotTheStation(url=self.base_url)
        return answer.body

    def greeting(self, said: dict[str, Any]) -> dict[str, Any]:
        """Say where this station's log is; where the other's is, and what it makes of ours (POST /sync/greeting)."""
        return self._json(self._patiently("POST", "/sync/greeting", canonical.encode(said), JSON_TYPE))

    def _patiently(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        for pause in PAUSES:
            try:
                return self._ask(method, path, body, content_type)
            except StationTooSlow:  # has had its time: three times more of it would help nobody
                raise
            except StationUnreachable:
                self.pause(pause)
        return self._ask(method, path, body, content_type)

    def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        """The answer of the station itself, status 200. A nonce that was used up is replaced, once."""
        answer = self._send(method, path, body, content_type)
        if answer.status == 401 and self._rule(answer) == "nonce":
            answer = self._send(method, path, body, content_type)
        if answer.status != 200:
            raise StationRefused(self._rule(answer))
        return answer

    def _send(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        url = self.base_url + path
        headers = {"Accept-Encoding": "identity", "Accept": f"{FRAMES_TYPE}, {JSON_TYPE}"}
        if content_type:
            headers["Content-Type"] = content_type
        if self.signer is not None:
            headers |= sign_request(self.signer, method, url, body, self._take_nonce())
        return self._ours(self.channel.send(method, url, headers, body))

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
            raise _busy(answer)(_seconds(answer.headers.get("retry-after", "")))
        if answer.status == PROXY_ASKS:
            raise ProxyRefused(url=self.base_url)
        if _is_log_in(answer):
            raise NetworkLogIn(url=self.base_url)
        self._nonce = self._require_nonce(answer.headers.get(NONCE_HEADER))
        self.ahead = clocks.ahead(answer.headers.get("date", ""), self.now())
        return answer

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


def _is_log_in(answer: Answer) -> bool:
    """Whether a captive portal answered: a redirect, status 511 (RFC 6585), or a page where we say nothing in pages."""
    is_page = answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/html"
    return 300 <= answer.status < 400 or answer.status == LOG_IN or (is_page and NONCE_HEADER not in answer.headers)


def _busy(answer: Answer) -> type[StationBusy]:
    """What kept a station, or the proxy before it, from answering; nothing is believed for it."""
    try:
        return SAID.get(str(canonical.decode_object(answer.body).get("rule")), StationBusy)
    except NotCanonical:
        return StationBusy


def _seconds(text: str) -> int:
    """Retry-After in seconds, within reason; a minute when it is not a number."""
    return min(int(text), 3600) if text.isascii() and text.isdigit() and len(text) < 9 else 60
