"""Delivers frames to another station in batches that suit the link, and resends those that did not arrive."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, TestimonyError
from testimony.sealing.records.records import SignedRecord
from testimony.services.delivery import outbox
from testimony.services.delivery import receipts as delivery_receipts
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.receipts import Believed, Proof
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation, StationRefused, StationUnreachable
from testimony.sync.http.deadline import Aside
from testimony.sync.http.resumable_upload import Parcel, Upload
from testimony.sync.http.transport import NAMES_LIMIT, Transport
from testimony.sync.wire.frames import Frame, write_frames

__all__ = ["ATTEMPTS", "MediaUnderWay", "Parcel", "Sending"]

MOST_FRAMES: Final = 2048
ATTEMPTS: Final = 6
"""Failures in a row, with nothing arriving between them, before a delivery gives up until the next time."""
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.1, 4, 8.0
"""Seconds. The first is short: connections die where the station is in reach."""

THERE: Final = re.compile(rb'\{"name":"([0-9a-f]{64})","rule":null,"status":"(stored|duplicate)"\}')


@dataclass
class MediaUnderWay:
    """The media of one testimony: the names held here by piece, and those that central lacks."""

    record: str
    held: dict[str, set[str]]
    lacking: set[str]
    withdrawn: bool = False  # as central answered: the rest need not go

    @property
    def there(self) -> int:
        """How many pieces central has whole, as it says."""
        return sum(names.isdisjoint(self.lacking) for names in self.held.values())


class Sending:
    """What one delivery has sent, and what was answered."""

    def __init__(self, station: Station, transport: Transport) -> None:
        self.station = station
        self.transport = transport
        self.proved: set[str] = set()
        self.texts: set[str] = set()  # of which central signed for the text, or for everything
        self.media: MediaUnderWay | None = None
        self.refused: dict[str, str] = {}
        self.withdrawn: set[str] = set()  # what central says was withdrawn: a receipt for it names nothing
        self._upload: Upload | None = None
        self.bytes_sent = 0
        self.seconds = 0.0  # in which batches were under way, also those that did not arrive
        self._under_way: Aside[None] | None = None
        self._answers: SimpleQueue[Sequence[Frame]] = SimpleQueue()  # of batches that arrived, not read yet

    def lacking(self, names: Sequence[str]) -> set[str]:
        """The `names` that the other side lacks. What is under way comes first; its answer is read meanwhile."""
        if self._under_way is not None:
            self._under_way.wait()
        asked = Aside(lambda: self._ask(names))
        self._read_answers()
        return asked.result()

    def _ask(self, names: Sequence[str]) -> set[str]:
        lacking: set[str] = set()
        for start in range(0, len(names), NAMES_LIMIT):
            lacking |= self.transport.lacking(names[start : start + NAMES_LIMIT])
        return lacking

    def send_all(self, parcels: Iterator[Parcel], between: Callable[[], None] = lambda: None) -> None:
        """Fill batches in order; a batch that does not arrive is cut smaller and goes again.

        While one is under way the next is filled, and the answer to the last one read: at most two are in memory.
        """
        batch: list[Parcel] = []
        size = 0
        for parcel in parcels:
            if self._is_full(batch, size, parcel):
                self._set_off(batch)
                batch, size = [], 0
                between()
            batch.append(parcel)
            size += parcel.frame.size
        if batch:
            self._set_off(batch)
        self.land()

    def _set_off(self, batch: list[Parcel]) -> None:
        if self._under_way is not None:
            self._under_way.wait()
            if self._under_way.failed:
                self.land()
        self._under_way = Aside(lambda: self._send_batch(batch))
        self._read_answers()

    def land(self) -> None:
        """Wait for what is under way and read what was answered. Raises what kept it from arriving."""
        landing, self._under_way = self._under_way, None
        if landing is not None:
            landing.wait()
            self._read_answers()
            landing.result()

    def settle(self) -> None:
        """After an error of this side: what is under way ends, and what is answered to it counts."""
        with suppress(TestimonyError):  # the first error is the one to be told
            self.land()

    def _read_answers(self) -> None:
        while not self._answers.empty():
            self._read_answer(self._answers.get())

    def _is_full(self, batch: Sequence[Parcel], size: int, parcel: Parcel) -> bool:
        """Whether `parcel` is too much for a batch that holds `size` bytes already.

        What has to go in chunks takes the little ones before it along, its own head above all; but no record, for
        nothing that is urgent should wait for it.
        """
        limit = self.transport.pace.batch_bytes
        if not batch or (size + parcel.frame.size <= limit and len(batch) < MOST_FRAMES):
            return False
        joins = self._goes_in_chunks(parcel.frame.size) and all(one.frame.kind == "object" for one in batch)
        return size > limit or len(batch) >= MOST_FRAMES or not joins

    def _goes_in_chunks(self, size: int) -> bool:
        """On a link that never failed nothing does: it would be one more request for nothing."""
        pace = self.transport.pace
        return pace.failing and pace.batch_bytes < size <= self.transport.takes_chunks - pace.batch_bytes

    def _send_batch(self, batch: list[Parcel]) -> None:
        failures = 0
        while batch:
            part = self._upload.parcels if self._upload else self._first(batch)
            began = self.transport.clock()
            try:
                answer = self._carry(part)
            except (StationUnreachable, StationRefused) as error:
                self.seconds += self.transport.clock() - began
                failures = 1 if self._upload and self._upload.has_moved() else failures + 1
                self._shrink(error, failures, part)
                batch = self._still_lacking(batch)
                continue
            failures, self._upload = 0, None
            self.seconds += self.transport.clock() - began
            self.bytes_sent += sum(parcel.frame.size for parcel in part)
            self._answers.put(answer)
            batch = batch[len(part) :]

    def _carry(self, part: Sequence[Parcel]) -> list[Frame]:
        frames, size = [parcel.frame for parcel in part], sum(parcel.frame.size for parcel in part)
        if self._upload is None and self._goes_in_chunks(size):
            self._upload = Upload(self.transport, part, write_frames(frames))
        if self._upload is not None:
            return self._upload.go_on()
        answer = self.transport.batch(frames)
        self.transport.pace.arrived(size)
        return answer

    def _first(self, batch: Sequence[Parcel]) -> Sequence[Parcel]:
        """As much of the front of `batch` as fits the pace, at least one frame."""
        size = 0
        for number, parcel in enumerate(batch):
            if self._is_full(batch[:number], size, parcel):
                return batch[:number]
            size += parcel.frame.size
        return batch

    def _shrink(self, error: StationUnreachable | StationRefused, failures: int, part: Sequence[Parcel]) -> None:
        """Ask less of the link and wait a little, longer each time. Raises `error` when that would not help."""
        if isinstance(error, StationRefused):
            if error.rule != "size.limit":
                raise error
            self.transport.pace.too_large()
        else:
            under_way = self._upload.under_way if self._upload else sum(one.frame.size for one in part)
            self.transport.pace.failed(under_way / 2)
        if failures >= ATTEMPTS:
            raise error
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * GROWTH ** (failures - 1))
        self.transport.pause(random.uniform(0.5, 1.0) * pause)  # noqa: S311  # spreads load, keeps no secret

    def _still_lacking(self, batch: list[Parcel]) -> list[Parcel]:
        """Perhaps only the answer was lost: records go again, for their receipts, objects where lacking."""
        if self._upload is not None and not self._upload.may_be_done:
            return batch
        lacking = self._ask([parcel.name for parcel in batch if parcel.frame.kind == "object"])
        left = [parcel for parcel in batch if parcel.frame.kind == "record" or parcel.name in lacking]
        if len(left) < len(batch):
            self._upload = None
        return left

    def _read_answer(self, answer: Sequence[Frame]) -> None:
        for frame in answer:
            if frame.kind == "status":
                self._note(frame.payload)
        self.acknowledge([frame.payload for frame in answer if frame.kind == "record"])

    def _note(self, payload: bytes) -> None:
        name, status, rule = self._parse_status(payload)
        if status == "refused":
            self.refused[name] = rule
            return
        if status == "withdrawn":
            self.withdrawn.add(name)
        if self.media is not None:
            self.media.withdrawn = self.media.withdrawn or (status == "withdrawn" and name in self.media.lacking)
            self.media.lacking.discard(name)

    def _parse_status(self, payload: bytes) -> tuple[str, str, str]:
        """Name, status and rule. Nearly every frame of an answer says that something is there: that has one form."""
        if found := THERE.fullmatch(payload):
            return found[1].decode(), found[2].decode(), ""
        try:
            said = canonical.decode_object(payload)
        except NotCanonical as error:
            raise NotTheStation(url=self.transport.base_url) from error
        return str(said.get("name")), str(said.get("status")), str(said.get("rule"))

    def _is_of_withdrawn(self, payload: bytes) -> bool:
        """Whether a receipt that proves nothing is for a record that was withdrawn there: it names no head and no body.

        Nothing is dropped for it. The withdrawal itself comes by the feed, which is read when everything was sent.
        """
        try:
            name = str(SignedRecord.decode(payload).value.get("record"))
        except NotCanonical:
            return False
        if name in self.withdrawn:
            self.refused[name] = "withdrawn"
        return name in self.withdrawn

    def acknowledge(self, payloads: Sequence[bytes]) -> None:
        """In one transaction, because each costs a write to the disk. A bad receipt does not undo the good ones."""
        given, bad = self._believed(payloads)
        if given or self.media is not None:
            with self.station.database.transaction() as session:
                proofs = delivery_receipts.note(session, list(given.values()))
                texts = {one.record for one, proof in zip(given.values(), proofs, strict=True) if proof}
                delivery_refusals.forget(session, texts)
                if self.media is not None:
                    outbox.note_pieces(session, self.media.record, self.media.there)
            self.texts |= texts
            whole = {one.record for one, proof in zip(given.values(), proofs, strict=True) if proof is Proof.WHOLE}
            self.proved |= whole
            short = [payload for payload, proof in zip(given, proofs, strict=True) if proof is None]
            for payload in short:
                if not self._is_of_withdrawn(payload):
                    bad = bad or ReceiptRefused()
        if bad is not None:
            raise bad

    def _believed(self, payloads: Sequence[bytes]) -> tuple[dict[bytes, Believed], ReceiptRefused | None]:
        """The receipts that central signed, by their bytes, and the error if one is refused."""
        given: dict[bytes, Believed] = {}
        bad: ReceiptRefused | None = None
        for payload in payloads:
            try:
                given[payload] = delivery_receipts.believe(self.station, SignedRecord.decode(payload))
            except (ReceiptRefused, NotCanonical) as error:
                if self._is_of_withdrawn(payload):
                    continue
                bad = bad or ReceiptRefused()
                bad.__cause__ = error
        return given, bad
