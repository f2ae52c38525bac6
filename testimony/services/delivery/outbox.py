"""List what waits for a receipt from central, and what may be deleted after central signed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from testimony.sealing.records.records import SignedRecord
from testimony.services.custody import log as custody_log
from testimony.services.custody.log import Act
from testimony.services.delivery import receipts as delivery_receipts
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.receipts import HERE, Proof, acknowledge
from testimony.services.records import media_counts
from testimony.services.records.media_counts import Pieces
from testimony.store.models import outbox
from testimony.store.models.log import ASIDE, SEEN, LogHead, LogLeaf
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow, TombstoneRow
from testimony.store.models.suspensions import ContestRow, Standing, SuspensionRow

if TYPE_CHECKING:
    from testimony.station.station import Station

__all__ = [
    "Proof",
    "TestimonyState",
    "Waiting",
    "acknowledge",
    "drop",
    "drop_delivered",
    "droppable",
    "forget_in_part",
    "in_part",
    "needed",
    "note_in_part",
    "note_pieces",
    "pieces_there",
    "ready",
    "receipt_of",
    "states",
    "told_alone",
    "waiting",
    "with_media_waiting",
]

State = Literal["incomplete", "waiting", "text", "delivered", "withdrawn"]
PARTS_A_TIME = 1000
READY = (Progress.COMPLETE, Progress.TEXT, Progress.UNPROVEN, Progress.SPARE)


@dataclass(frozen=True)
class Waiting:
    """A record without central's receipt, and the names of the heads and bodies that central needs with it.

    `has_media`: pieces of recordings or pictures follow after all text, and are not among `objects`.
    """

    name: str
    kind: str
    objects: tuple[str, ...]
    has_media: bool = False


@dataclass(frozen=True)
class TestimonyState:
    """A line of the outbox page. `received` is a day; "text" means that central signed for the text alone."""

    __test__ = False

    tid: str
    received: str
    state: State
    pieces: Pieces | None = None  # None: it has no media


def waiting(session: Session, *, limit: int = 1000) -> list[Waiting]:
    """Records without any receipt of central, not even for their text: withdrawals first, then in order of arrival.

    Left out: testimonies whose text is incomplete, and those that may not be served.
    """
    found = session.execute(_texts_offered(), {"limit": limit}).all()
    names = [name for name, _ in found]
    with_media, held = media_counts.count(session, names).keys(), _held_text(session, names)
    return [Waiting(name, kind, tuple(held.get(name, ())), name in with_media) for name, kind in found]


def with_media_waiting(session: Session, *, limit: int = 1000) -> list[str]:
    """Manifests, in order of arrival, with pieces here and without central's receipt for all of their media."""
    return list(session.scalars(_media_offered(), {"limit": limit}))


def in_part(session: Session, today: str) -> list[tuple[str, int]]:
    """(name, arrival) of records that a phone delivered only in part, and of suspended testimonies: neither is offered,
    and central was not told of them today.
    """
    wanted = (
        select(OutboxRow.record, OutboxRow.arrival)
        .join(RecordRow, RecordRow.name == OutboxRow.record)
        .where(OutboxRow.delivered.is_(False), told_alone())
        .where(OutboxRow.arrival > outbox.said_in_part(session, today))
        .order_by(OutboxRow.arrival)
        .limit(PARTS_A_TIME)
    )
    return [(name, arrival) for name, arrival in session.execute(wanted)]


@cache
def told_alone() -> ColumnElement[bool]:
    """Whether a record goes to central without its objects: a record that is here in part, or the manifest of a
    testimony that a worker's withdrawal suspends.

    Central sends news of a testimony to the stations that it knows to hold part of it.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    in_part = (RecordRow.progress == Progress.INCOMPLETE) & ~stone.exists()
    held_back = (RecordRow.progress != Progress.SHREDDED) & stone.where(TombstoneRow.shredded.is_(False)).exists()
    return in_part | (held_back & (RecordRow.kind == "manifest"))


def note_in_part(session: Session, today: str, arrival: int) -> None:
    """Central was told of those that arrived up to here. It is told again tomorrow, since it may have lost
    something.
    """
    outbox.keep_in_part(session, today, arrival)


def forget_in_part(session: Session) -> None:
    """Central has a new epoch: it is told of all again at once."""
    outbox.forget_in_part(session)


def note_pieces(session: Session, record: str, there: int) -> None:
    """Store how many pieces of `record` central says that it holds: for display only, never trusted."""
    session.execute(update(OutboxRow).where(OutboxRow.record == record).values(pieces_there=there))


def pieces_there(session: Session, record: str) -> int:
    """The last value of `note_pieces`; 0 again if central may have lost something."""
    row = session.get(OutboxRow, record)
    return 0 if row is None else row.pieces_there


def receipt_of(session: Session, record: str, station_kid: str) -> SignedRecord | None:
    """The receipt that the station `station_kid` gave for `record`."""
    row = session.get(ReceiptRow, (record, station_kid))
    return None if row is None else SignedRecord.decode(row.data)


def states(session: Session) -> list[TestimonyState]:
    """Every testimony that arrived here, newest first."""
    columns = (
        RecordRow.subject,
        RecordRow.received,
        RecordRow.progress,
        OutboxRow.delivered,
        OutboxRow.text_delivered,
        OutboxRow.pieces_there,
        TombstoneRow.subject.label("stone"),
        RecordRow.name,
    )
    counted = media_counts.count(session)
    wanted = (
        select(*columns)
        .outerjoin(OutboxRow, OutboxRow.record == RecordRow.name)
        .outerjoin(TombstoneRow, TombstoneRow.subject == RecordRow.subject)
        .where(RecordRow.kind == "manifest")
        .order_by(RecordRow.arrival.desc())
    )
    return [
        TestimonyState(
            tid or "",
            received,
            _state(progress, bool(delivered), bool(text), stone is not None),
            replace(counted[name], there=there or 0) if name in counted else None,
        )
        for tid, received, progress, delivered, text, there, stone, name in session.execute(wanted)
    ]


def droppable(session: Session, *, upto: str, limit: int = 1000) -> list[str]:
    """Delivered records that central signed for on the day `upto` or before, and whose copies are still here."""
    wanted = (
        select(OutboxRow.record)
        .join(RecordRow, RecordRow.name == OutboxRow.record)
        .where(OutboxRow.delivered.is_(True), OutboxRow.dropped.is_(False))
        .where(func.coalesce(OutboxRow.signed_for, RecordRow.received) <= upto)
        .where(RecordRow.progress != Progress.INCOMPLETE)  # its phone may still need a receipt that names all
        .order_by(OutboxRow.urgency, OutboxRow.arrival)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def drop_delivered(station: Station, session: Session, *, upto: str, limit: int = 1000) -> int:
    """Delete bodies and heads of `droppable` records after verifying central's durable receipt again. Returns how many.

    The own log has an entry "dropped" for each. The record itself stays, so that a later withdrawal can be verified.
    Files and keys are deleted before the transaction is committed: central holds everything, and a half-finished drop
    is completed the next time.
    """
    proved = [name for name in droppable(session, upto=upto, limit=limit) if _is_proved(station, session, name)]
    for name in proved:
        drop(station, session, name)
    _forget_keys(station, session, proved)
    day = station.today()
    custody_log.append_all(session, [Act(kind="dropped", ref=name, by=station.kid, day=day) for name in proved])
    return len(proved)


def _is_proved(station: Station, session: Session, name: str) -> bool:
    held = needed(session, name)
    given = select(ReceiptRow.data).where(ReceiptRow.record == name, ReceiptRow.station != station.kid)
    for data in session.scalars(given):
        try:
            said = delivery_receipts.verify(station, SignedRecord.decode(data))
        except ReceiptRefused:
            continue
        if said.record == name and held <= set(said.parts):
            return True
    return False


def drop(station: Station, session: Session, name: str) -> None:
    """Delete bodies and heads of `name`, and log it. The caller must know that it is allowed."""
    bodies = set(session.scalars(select(ObjectRow.name).where(ObjectRow.record == name, ObjectRow.audience.is_(None))))
    kept = (ObjectRow.name.in_(bodies)) & (ObjectRow.record != name) & ObjectRow.held.in_(HERE)
    for body in bodies - set(session.scalars(select(ObjectRow.name).where(kept))):
        station.parts.remove(body)
    to_come = (ObjectRow.held == Held.EXPECTED) & ObjectRow.media  # a late piece is not accepted again
    here = (ObjectRow.record == name) & (ObjectRow.held.in_(HERE) | to_come)
    session.execute(update(ObjectRow).where(here).values(held=Held.DROPPED, sealed=None))
    session.execute(update(OutboxRow).where(OutboxRow.record == name).values(dropped=True))


def _forget_keys(station: Station, session: Session, names: list[str]) -> None:
    """Shred the keys of testimonies without any head left here."""
    subjects = set(session.scalars(select(ObjectRow.subject).where(ObjectRow.record.in_(names)).distinct()))
    heads = ObjectRow.audience.is_not(None) & ObjectRow.held.in_(HERE)
    of_subjects = select(RecordRow.name).where(RecordRow.subject.in_(subjects))
    used = set(session.scalars(select(ObjectRow.subject).where(heads, ObjectRow.record.in_(of_subjects)).distinct()))
    station.shred_keys.shred(sorted(subjects - used))


@cache
def ready() -> ColumnElement[bool]:
    """Whether a record can go to central: complete, or complete but for its media. A condition on `RecordRow`.

    A worker's withdrawal that two roles contested goes only when central has both contests. Alone, it would suspend at
    central what is served, and one day be carried out.
    """
    void = select(SuspensionRow.withdrawal).where(SuspensionRow.standing == Standing.VOID)
    contests = select(ContestRow.record).where(ContestRow.withdrawal == RecordRow.name)
    signed_for = aliased(OutboxRow)
    delivered = select(signed_for.record).where(signed_for.record == ContestRow.record, signed_for.delivered.is_(True))
    followed = select(LogHead.log).where(func.substr(LogHead.log, 1, 1).not_in((ASIDE, SEEN)))
    logged = select(LogLeaf.no).where(LogLeaf.log.in_(followed), LogLeaf.ref == ContestRow.record)
    unheard = contests.where(~delivered.exists(), ~logged.exists())
    return RecordRow.progress.in_(READY) | (RecordRow.name.in_(void) & ~unheard.exists())


def _held_text(session: Session, records: Sequence[str]) -> dict[str, list[str]]:
    """By record, in order, the names of its text objects that are held."""
    of_text = (ObjectRow.record.in_(records), ObjectRow.media.is_(False), ObjectRow.held.in_(HERE))
    wanted = select(ObjectRow.record, ObjectRow.name).where(*of_text).order_by(ObjectRow.name)
    held: dict[str, list[str]] = {}
    for record, name in session.execute(wanted) if records else ():
        held.setdefault(record, []).append(name)
    return held


def needed(session: Session, record: str) -> set[str]:
    """What a receipt must name before the copy here may be dropped: everything that is here, and pieces still to
    come.
    """
    to_come = (ObjectRow.held == Held.EXPECTED) & ObjectRow.media.is_(True)
    wanted = select(ObjectRow.name).where(ObjectRow.record == record, ObjectRow.held.in_(HERE) | to_come)
    return set(session.scalars(wanted))


@cache
def _texts_offered() -> Select[str, str]:
    return _offered().where(OutboxRow.text_delivered.is_(False))


@cache
def _media_offered() -> Select[str, str]:
    of_media = select(ObjectRow.name).where(ObjectRow.media, ObjectRow.record == RecordRow.name)
    return _offered().where(of_media.where(ObjectRow.held.in_(HERE)).exists())


def _offered() -> Select[str, str]:
    """Name and kind of records that are not delivered, may be served and are ready, urgent ones first, up to `limit`.

    Built once for each question: that takes several times as long as the answer.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    return (
        select(RecordRow.name, RecordRow.kind)
        .join(OutboxRow, OutboxRow.record == RecordRow.name)
        .where(OutboxRow.delivered.is_(False), ready())
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
        .order_by(OutboxRow.urgency, OutboxRow.arrival)
        .limit(bindparam("limit", type_=Integer))
    )


def _state(progress: int, delivered: bool, text_delivered: bool, withdrawn: bool) -> State:
    if withdrawn or progress == Progress.SHREDDED:
        return "withdrawn"
    if delivered:
        return "delivered"
    if progress == Progress.INCOMPLETE:
        return "incomplete"
    return "text" if text_delivered else "waiting"
