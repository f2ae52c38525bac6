"""Getting frames to another station: in batches that fit its link, and again where they did not arrive."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, NotTheStation, ReceiptRefused, StationRefused, StationUnreachable
from testimony.sealing.records import SignedRecord
from testimony.services import outbox, refusals
from testimony.services.station import Station
from testimony.sync.messages import Frame
from testimony.sync.transport import NAMES_LIMIT, Transport

MOST_FRAMES: Final = 2048
ATTEMPTS: Final = 6
"""Failures in a row before a delivery gives up until the next time."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A frame that is to go, and its name."""

    name: str
    frame: Frame


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
        self.bytes_sent = 0
        self.seconds = 0.0  # in which batches were under way, also those that did not arrive

    def lacking(self, names: Sequence[str]) -> set[str]:
        lacking: set[str] = set()
        for start in range(0, len(names), NAMES_LIMIT):
            lacking |= self.transport.lacking(names[start : start + NAMES_LIMIT])
        return lacking

    def send_all(self, parcels: Iterator[Parcel], between: Callable[[], None] = lambda: None) -> None:
        """Fill batches in order; a batch that does not arrive is cut smaller and goes again."""
        batch: list[Parcel] = []
        size = 0
        for parcel in parcels:
            if batch and (size + parcel.frame.size > self.transport.pace.batch_bytes or len(batch) == MOST_FRAMES):
                self._send_batch(batch)
                batch, size = [], 0
                between()
            batch.append(parcel)
            size += parcel.frame.size
        if batch:
            self._send_batch(batch)

    def _send_batch(self, batch: list[Parcel]) -> None:
        failures = 0
        while batch:
            part = _first(batch, self.transport.pace.batch_bytes)
            began = self.transport.clock()
            try:
                answer = self.transport.batch([parcel.frame for parcel in part])
            except (StationUnreachable, StationRefused) as error:
                self.seconds += self.transport.clock() - began
                failures += 1
                self._shrink(error, failures)
                batch = self._still_lacking(batch)
                continue
            failures = 0
            self.seconds += self.transport.clock() - began
            self.bytes_sent += sum(parcel.frame.size for parcel in part)
            self.transport.pace.arrived()
            self._read_answer(answer)
            batch = batch[len(part) :]

    def _shrink(self, error: StationUnreachable | StationRefused, failures: int) -> None:
        """Halve the batch and wait a little, longer each time. Raises `error` when that would not help."""
        if isinstance(error, StationRefused) and error.rule != "size.limit":
            raise error
        if failures >= ATTEMPTS:
            raise error
        self.transport.pace.failed()
        self.transport.pause(random.uniform(0.5, 1.0) * 0.25 * 2**failures)  # noqa: S311  # spreads load, keeps no secret

    def _still_lacking(self, batch: list[Parcel]) -> list[Parcel]:
        """Perhaps only the answer was lost: records go again, for their receipts, objects where lacking."""
        lacking = self.lacking([parcel.name for parcel in batch if parcel.frame.kind == "object"])
        return [parcel for parcel in batch if parcel.frame.kind == "record" or parcel.name in lacking]

    def _read_answer(self, answer: Sequence[Frame]) -> None:
        for frame in answer:
            if frame.kind == "status":
                self._note(frame.payload)
        self.acknowledge([frame.payload for frame in answer if frame.kind == "record"])

    def _note(self, payload: bytes) -> None:
        try:
            said = canonical.decode_object(payload)
        except NotCanonical as error:
            raise NotTheStation(url=self.transport.base_url) from error
        name, status = str(said.get("name")), said.get("status")
        if status == "refused":
            self.refused[name] = str(said.get("rule"))
            return
        if status == "withdrawn":
            self.withdrawn.add(name)
        if self.media is not None:
            self.media.withdrawn = self.media.withdrawn or (status == "withdrawn" and name in self.media.lacking)
            self.media.lacking.discard(name)

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
        bad: ReceiptRefused | None = None
        proved: set[str] = set()
        texts: set[str] = set()
        with self.station.database.transaction() as session:
            for payload in payloads:
                try:
                    receipt = SignedRecord.decode(payload)
                    proof = outbox.acknowledge(self.station, session, receipt)
                    if proof:
                        texts.add(str(receipt.value["record"]))
                    if proof == outbox.Proof.WHOLE:
                        proved.add(str(receipt.value["record"]))
                except (ReceiptRefused, NotCanonical) as error:
                    if self._is_of_withdrawn(payload):
                        continue
                    bad = bad or ReceiptRefused()
                    bad.__cause__ = error
            refusals.forget(session, texts)
            if self.media is not None:
                outbox.note_pieces(session, self.media.record, self.media.there)
        self.proved |= proved
        self.texts |= texts
        if bad is not None:
            raise bad


def _first(batch: Sequence[Parcel], limit: int) -> Sequence[Parcel]:
    """As much of the front of `batch` as fits into `limit` bytes, at least one frame."""
    size = 0
    for number, parcel in enumerate(batch):
        size += parcel.frame.size
        if size > limit and number:
            return batch[:number]
    return batch
