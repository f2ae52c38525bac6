"""What waits for a receipt of central, and what may be dropped once it was signed for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, ReceiptRefused, Refused
from testimony.sealing import statements
from testimony.sealing.records import SignedRecord
from testimony.store.outbox import OutboxRow
from testimony.store.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.services.station import Station

State = Literal["incomplete", "waiting", "delivered", "withdrawn"]
HERE = (Held.HELD, Held.SUSPENDED)
READY = (Progress.COMPLETE, Progress.UNPROVEN)


@dataclass(frozen=True)
class Waiting:
    """A record without central's receipt, and the names of the heads and bodies that it needs there."""

    name: str
    kind: str
    objects: tuple[str, ...]


@dataclass(frozen=True)
class TestimonyState:
    """A line of the outbox page. `received` is a day."""

    __test__ = False

    tid: str
    received: str
    state: State


def waiting(session: Session, *, limit: int = 1000) -> list[Waiting]:
    """What has no receipt of central yet: withdrawals first, then in order of arrival.

    Left out: testimonies of which something is missing still, and those that may not be served.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    wanted = (
        select(RecordRow.name, RecordRow.kind)
        .join(OutboxRow, OutboxRow.record == RecordRow.name)
        .where(OutboxRow.delivered.is_(False), RecordRow.progress.in_(READY))
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
        .order_by(OutboxRow.urgency, OutboxRow.arrival)
        .limit(limit)
    )
    return [Waiting(name, kind, _held(session, name)) for name, kind in session.execute(wanted).all()]


def acknowledge(station: Station, session: Session, receipt: SignedRecord) -> bool:
    """Note central's receipt. True when the record's delivery is now proved.

    Believed only if signed by an active central of the roster in force, durable, and naming everything that is held
    here of the record. Raises `ReceiptRefused` otherwise; False for a record that is not in this outbox.
    """
    said = _verified(station, receipt)
    row = session.get(OutboxRow, said.record)
    if row is None:
        return False
    if not set(_held(session, said.record)) <= set(said.parts):
        raise ReceiptRefused
    if session.get(ReceiptRow, (said.record, said.station)) is None:
        session.add(ReceiptRow(record=said.record, station=said.station, data=receipt.encode()))
    row.delivered = True
    session.flush()
    return True


def receipt_of(session: Session, record: str, station_kid: str) -> SignedRecord | None:
    """The receipt that the station `station_kid` gave for `record`."""
    row = session.get(ReceiptRow, (record, station_kid))
    return None if row is None else SignedRecord.decode(row.data)


def states(session: Session) -> list[TestimonyState]:
    """Every testimony that came in here, the newest first."""
    columns = (
        RecordRow.subject,
        RecordRow.received,
        RecordRow.progress,
        OutboxRow.delivered,
        TombstoneRow.subject.label("stone"),
    )
    wanted = (
        select(*columns)
        .outerjoin(OutboxRow, OutboxRow.record == RecordRow.name)
        .outerjoin(TombstoneRow, TombstoneRow.subject == RecordRow.subject)
        .where(RecordRow.kind == "manifest")
        .order_by(RecordRow.arrival.desc())
    )
    return [
        TestimonyState(tid or "", received, _state(progress, bool(delivered), stone is not None))
        for tid, received, progress, delivered, stone in session.execute(wanted)
    ]


def droppable(session: Session, *, upto: str, limit: int = 1000) -> list[str]:
    """Delivered records that came in on the day `upto` or before, and whose copies are still here."""
    wanted = (
        select(OutboxRow.record)
        .join(RecordRow, RecordRow.name == OutboxRow.record)
        .where(OutboxRow.delivered.is_(True), OutboxRow.dropped.is_(False), RecordRow.received <= upto)
        .order_by(OutboxRow.urgency, OutboxRow.arrival)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def drop_delivered(station: Station, session: Session, *, upto: str, limit: int = 1000) -> int:
    """Delete bodies and heads of what is `droppable`, its durable receipt of central verified again now; how many.

    The record itself stays, so that a later withdrawal can be checked. Files and keys go before the transaction is
    committed: central holds it all, and what is half dropped is dropped whole the next time.
    """
    proved = [name for name in droppable(session, upto=upto, limit=limit) if _is_proved(station, session, name)]
    for name in proved:
        _drop(station, session, name)
    _forget_keys(station, session, proved)
    return len(proved)


def _verified(station: Station, receipt: SignedRecord) -> statements.Receipt:
    """Raises `ReceiptRefused` unless an active central of the roster in force promises durable storage."""
    try:
        entry = station.chain.latest.signer(receipt.by)
        if entry is None or entry.role != "central" or not entry.active:
            raise ReceiptRefused
        said = statements.verify_receipt(receipt, entry.keys)
    except (Refused, NotCanonical) as error:
        raise ReceiptRefused from error
    if not said.durable:
        raise ReceiptRefused
    return said


def _is_proved(station: Station, session: Session, name: str) -> bool:
    held = set(_held(session, name))
    given = select(ReceiptRow.data).where(ReceiptRow.record == name, ReceiptRow.station != station.kid)
    for data in session.scalars(given):
        try:
            said = _verified(station, SignedRecord.decode(data))
        except ReceiptRefused:
            continue
        if said.record == name and held <= set(said.parts):
            return True
    return False


def _drop(station: Station, session: Session, name: str) -> None:
    bodies = set(session.scalars(select(ObjectRow.name).where(ObjectRow.record == name, ObjectRow.audience.is_(None))))
    kept = (ObjectRow.name.in_(bodies)) & (ObjectRow.record != name) & ObjectRow.held.in_(HERE)
    for body in bodies - set(session.scalars(select(ObjectRow.name).where(kept))):
        station.parts.remove(body)
    here = (ObjectRow.record == name) & ObjectRow.held.in_(HERE)
    session.execute(update(ObjectRow).where(here).values(held=Held.DROPPED, sealed=None))
    session.execute(update(OutboxRow).where(OutboxRow.record == name).values(dropped=True))


def _forget_keys(station: Station, session: Session, names: list[str]) -> None:
    """Shred the keys of testimonies of which no head is left here."""
    subjects = set(session.scalars(select(ObjectRow.subject).where(ObjectRow.record.in_(names)).distinct()))
    heads = ObjectRow.audience.is_not(None) & ObjectRow.held.in_(HERE)
    of_subjects = select(RecordRow.name).where(RecordRow.subject.in_(subjects))
    used = set(session.scalars(select(ObjectRow.subject).where(heads, ObjectRow.record.in_(of_subjects)).distinct()))
    station.shred_keys.shred(sorted(subjects - used))


def _held(session: Session, record: str) -> tuple[str, ...]:
    wanted = select(ObjectRow.name).where(ObjectRow.record == record, ObjectRow.held.in_(HERE))
    return tuple(session.scalars(wanted.order_by(ObjectRow.name)))


def _state(progress: int, delivered: bool, withdrawn: bool) -> State:
    if withdrawn or progress == Progress.SHREDDED:
        return "withdrawn"
    if progress == Progress.INCOMPLETE:
        return "incomplete"
    return "delivered" if delivered else "waiting"
