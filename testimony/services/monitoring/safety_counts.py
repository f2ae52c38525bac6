"""Count a node's testimonies by how far they have been delivered, and the bytes still to send. No names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.delivery import outbox
from testimony.services.link import throughput
from testimony.services.records.media_counts import HERE
from testimony.services.tracking import readership
from testimony.store.models.outbox import UNAWAITED, OutboxRow
from testimony.store.models.records import ObjectRow, ReceiptRow, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Safety:
    """Testimonies, each counted once: `arriving` from a phone, `waiting` here, only `text` safe at headquarters,
    `whole` there, and of these those that have also reached a `desk`; `withdrawn`.

    Pieces of media that are here: `pieces`, of which headquarters reported that it holds `pieces_there`. Bytes still to
    send: `text_left`, `media_left`, the latter in proportion to the pieces. `seconds`: the time left at the rate of the
    last deliveries; None if nothing is left or nothing was measured.
    """

    arriving: int
    waiting: int
    text: int
    whole: int
    desk: int
    withdrawn: int
    pieces: int
    pieces_there: int
    text_left: int
    media_left: int
    seconds: float | None
    dropped: int

    @property
    def total(self) -> int:
        return self.arriving + self.waiting + self.text + self.whole + self.desk + self.withdrawn


def look(station: Station, session: Session) -> Safety:
    """Count now. Reads one receipt of central for each delivered testimony."""
    lines = outbox.states(session)
    states = Counter(line.state for line in lines)
    counted = [line.pieces for line in lines if line.pieces is not None and line.state in ("waiting", "text")]
    desk = _at_desks(station, session)
    text, media = _text_left(session), media_left(session)
    rate = throughput.rate(session)
    return Safety(
        arriving=states["incomplete"],
        waiting=states["waiting"],
        text=states["text"],
        whole=max(0, states["delivered"] - desk),
        desk=desk,
        withdrawn=states["withdrawn"],
        pieces=sum(each.here for each in counted),
        pieces_there=sum(min(each.there, each.here) for each in counted),
        text_left=text,
        media_left=media,
        seconds=(text + media) / rate if rate and text + media else None,
        dropped=session.scalar(select(func.count()).where(OutboxRow.dropped.is_(True))) or 0,
    )


def _at_desks(station: Station, session: Session) -> int:
    """Of those delivered in full, how many central logged before the position to which some desk has read its log."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    given = (
        select(ReceiptRow.station, ReceiptRow.data)
        .join(OutboxRow, OutboxRow.record == ReceiptRow.record)
        .join(RecordRow, RecordRow.name == ReceiptRow.record)
        .where(RecordRow.kind == "manifest", OutboxRow.delivered.is_(True), ReceiptRow.station != station.kid)
        .where(~stone.exists())
    )
    read: dict[str, int] = {}
    return sum(
        _log_size(data) <= read.setdefault(central, readership.heard(session, central))
        for central, data in session.execute(given)
    )


def _log_size(receipt: bytes) -> int:
    """The size of central's log when it signed; larger than any log if the receipt is damaged here."""
    try:
        return int(SignedRecord.decode(receipt).value["log_size"])
    except NotCanonical:
        return 1 << 62


def _text_left(session: Session) -> int:
    wanted = (
        select(func.sum(ObjectRow.length))
        .join(OutboxRow, OutboxRow.record == ObjectRow.record)
        .where(ObjectRow.media.is_(False), ObjectRow.held.in_(HERE), OutboxRow.text_delivered.is_(False))
        .where(OutboxRow.urgency != UNAWAITED)
    )
    return int(session.scalar(wanted) or 0)


def media_left(session: Session) -> int:
    """Bytes of recordings and pictures still to send, in proportion to the pieces that headquarters lacks."""
    bodies = (
        select(ObjectRow.record, func.sum(ObjectRow.length), func.count(), func.max(OutboxRow.pieces_there))
        .join(OutboxRow, OutboxRow.record == ObjectRow.record)
        .where(ObjectRow.media.is_(True), ObjectRow.audience.is_(None), ObjectRow.held.in_(HERE))
        .where(OutboxRow.delivered.is_(False))
        .group_by(ObjectRow.record)
    )
    left = 0
    for _, length, here, there in session.execute(bodies):
        left += int(length or 0) * max(0, here - there) // max(1, here)
    return left
