"""Deliver this station's outbox: withdrawals, then all text, then media; only what the other side lacks."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import NotCanonical, NotTheStation, ReceiptRefused, StationRefused, StationUnreachable
from testimony.sealing.records import SignedRecord
from testimony.services import collect, outbox, pieces
from testimony.services.carrying import sealed_objects
from testimony.services.offering import count_waiting
from testimony.services.outbox import Waiting
from testimony.services.station import Station
from testimony.sync.messages import PAYLOAD_LIMIT, Frame
from testimony.sync.transport import NAMES_LIMIT, Transport

MOST_FRAMES: Final = 2048
ATTEMPTS: Final = 6
"""Failures in a row before a delivery gives up until the next time."""
SHARE: Final = 200
"""Records asked about and sent before the outbox is looked at again, so that a new withdrawal need not wait long."""


@dataclass(frozen=True, kw_only=True)
class PushReport:
    """What one delivery did. `refused` maps a name to the rule that refused it.

    `texts`: of the testimonies that are not `delivered`, those of which central has signed for the text.
    """

    delivered: int = 0
    waiting: int = 0
    texts: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    bytes_sent: int = 0


def push(station: Station, transport: Transport) -> PushReport:
    """Send everything that waits; safe to stop and to repeat at any point.

    Raises `NotDelivered` or `ReceiptRefused` when it stops; what a verified receipt acknowledged before that stays so.
    """
    delivery = _Delivery(station, transport)
    delivery.offer_rosters()
    delivery.send_texts()
    delivery.send_media()
    return PushReport(
        delivered=len(delivery.proved),
        waiting=delivery.waiting,
        texts=len(delivery.texts - delivery.proved),
        refused=delivery.refused,
        bytes_sent=delivery.bytes_sent,
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A frame that is to go, and its name."""

    name: str
    frame: Frame


@dataclass
class _Media:
    """The media of one testimony: the names held here by piece, and those that central lacks."""

    record: str
    held: dict[str, set[str]]
    lacking: set[str]
    withdrawn: bool = False  # as central answered: the rest need not go

    @property
    def there(self) -> int:
        """How many pieces central has whole, as it says."""
        return sum(names.isdisjoint(self.lacking) for names in self.held.values())


class _Delivery:
    def __init__(self, station: Station, transport: Transport) -> None:
        self.station = station
        self.transport = transport
        self.tried: set[str] = set()
        self.proved: set[str] = set()
        self.texts: set[str] = set()  # of which central signed for the text, or for everything
        self.media: _Media | None = None  # that are on their way
        self.refused: dict[str, str] = {}
        self.bytes_sent = 0
        self.waiting = 0
        """Records, at the last look at the outbox: what came later is not among them."""

    def offer_rosters(self) -> None:
        """A node may have a roster before central has it: what it sends would then be refused."""
        records = {record.id: record for record in self.station.chain.records}
        lacking = self._lacking(list(records))
        self._send_all(_Piece(name, Frame("record", records[name].encode())) for name in records if name in lacking)

    def send_texts(self) -> None:
        """Everything but media. Also looked for between two batches of media, which may take long."""
        while share := self.next_share():
            self.send(share)

    def next_share(self) -> list[Waiting]:
        with self.station.database.reading() as session:
            waiting = outbox.waiting(session, limit=SHARE + len(self.tried - self.texts))
            self.waiting = count_waiting(session)
        return [item for item in waiting if item.name not in self.tried]

    def send(self, share: Sequence[Waiting]) -> None:
        """Each record goes, also one that is held there already: its receipt comes back. Objects go where lacking.

        A record whose receipt was in an answer that got lost goes once more, alone.
        """
        self.tried.update(item.name for item in share)
        lacking = self._lacking([name for item in share for name in item.objects])
        self._send_all(piece for item in share for piece in self._pieces(item, lacking))
        unproved = [item for item in share if item.name not in self.texts and item.name not in self.refused]
        self._send_all(piece for item in unproved for piece in self._pieces(item, set()))

    def _pieces(self, item: Waiting, lacking: set[str]) -> Iterator[_Piece]:
        with self.station.database.reading() as session:
            record = collect.record_of(session, item.name)
            if record is None:
                return
            yield _Piece(item.name, Frame("record", record.encode()))
            yield from self._objects(session, item.name, lacking.intersection(item.objects))

    def _objects(self, session: Session, record: str, names: Collection[str]) -> Iterator[_Piece]:
        for name, data in sealed_objects(self.station, session, record, names):
            if data is None:
                self.refused[name] = "damaged.here"
            elif len(data) > PAYLOAD_LIMIT:
                self.refused[name] = "size.limit"
            else:
                yield _Piece(name, Frame("object", data))

    def send_media(self) -> None:
        """Recordings and pictures, a testimony at a time, also of those whose last pieces a phone still has.

        Not only of those whose text was signed for: an older central signs once, for everything.
        """
        tried: set[str] = set()
        while names := [name for name in self._with_media() if name not in tried]:
            tried.add(names[0])
            self._send_media(names[0])

    def _with_media(self) -> list[str]:
        with self.station.database.reading() as session:
            names = outbox.with_media_waiting(session)
            self.waiting = count_waiting(session)
        return [name for name in names if name not in self.refused]

    def _send_media(self, record: str) -> None:
        with self.station.database.reading() as session:
            held = pieces.named(session, record)
            counted = pieces.count(session, [record])[record]
        self.media = _Media(record, held, self._lacking([name for names in held.values() for name in names]))
        self._send_all(self._pieces_of(self.media), between=self.send_texts)
        if counted.here == counted.all and record not in self.proved and not self.media.withdrawn:
            self._send_all(self._pieces(Waiting(record, "manifest", ()), set()))  # for the receipt, if it got lost
        self._acknowledge([])
        self.media = None

    def _pieces_of(self, media: _Media) -> Iterator[_Piece]:
        """Its objects that are lacking, read a piece at a time, until it turns out to be withdrawn there."""
        for names in media.held.values():
            if media.withdrawn:
                return
            with self.station.database.reading() as session:
                found = list(self._objects(session, media.record, names & media.lacking))
            yield from found

    def _lacking(self, names: Sequence[str]) -> set[str]:
        lacking: set[str] = set()
        for start in range(0, len(names), NAMES_LIMIT):
            lacking |= self.transport.lacking(names[start : start + NAMES_LIMIT])
        return lacking

    def _send_all(self, frames: Iterator[_Piece], between: Callable[[], None] = lambda: None) -> None:
        """Fill batches in order; a batch that does not arrive is cut smaller and goes again."""
        batch: list[_Piece] = []
        size = 0
        for piece in frames:
            if batch and (size + piece.frame.size > self.transport.pace.batch_bytes or len(batch) == MOST_FRAMES):
                self._send_batch(batch)
                batch, size = [], 0
                between()
            batch.append(piece)
            size += piece.frame.size
        if batch:
            self._send_batch(batch)

    def _send_batch(self, batch: list[_Piece]) -> None:
        failures = 0
        while batch:
            part = _first(batch, self.transport.pace.batch_bytes)
            try:
                answer = self.transport.batch([piece.frame for piece in part])
            except (StationUnreachable, StationRefused) as error:
                failures += 1
                self._shrink(error, failures)
                batch = self._still_lacking(batch)
                continue
            failures = 0
            self.bytes_sent += sum(piece.frame.size for piece in part)
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

    def _still_lacking(self, batch: list[_Piece]) -> list[_Piece]:
        """Perhaps only the answer was lost: records go again, for their receipts, objects where lacking."""
        lacking = self._lacking([piece.name for piece in batch if piece.frame.kind == "object"])
        return [piece for piece in batch if piece.frame.kind == "record" or piece.name in lacking]

    def _read_answer(self, answer: Sequence[Frame]) -> None:
        for frame in answer:
            if frame.kind == "status":
                self._note(frame.payload)
        self._acknowledge([frame.payload for frame in answer if frame.kind == "record"])

    def _note(self, payload: bytes) -> None:
        try:
            said = canonical.decode_object(payload)
        except NotCanonical as error:
            raise NotTheStation(url=self.transport.base_url) from error
        name, status = str(said.get("name")), said.get("status")
        if status == "refused":
            self.refused[name] = str(said.get("rule"))
        elif self.media is not None:
            self.media.withdrawn = self.media.withdrawn or (status == "withdrawn" and name in self.media.lacking)
            self.media.lacking.discard(name)

    def _acknowledge(self, payloads: Sequence[bytes]) -> None:
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
                    bad = bad or ReceiptRefused()
                    bad.__cause__ = error
            if self.media is not None:
                outbox.note_pieces(session, self.media.record, self.media.there)
        self.proved |= proved
        self.texts |= texts
        if bad is not None:
            raise bad


def _first(batch: Sequence[_Piece], limit: int) -> Sequence[_Piece]:
    """As much of the front of `batch` as fits into `limit` bytes, at least one frame."""
    size = 0
    for number, piece in enumerate(batch):
        size += piece.frame.size
        if size > limit and number:
            return batch[:number]
    return batch
