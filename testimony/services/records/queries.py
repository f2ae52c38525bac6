"""Find records and their sealed objects. Nothing here can read their contents."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.services.records import scrub
from testimony.services.records.head_cipher import HeadSafe
from testimony.services.records.scrub import HERE
from testimony.services.records.types import HeldObject
from testimony.store.errors import PartMissing
from testimony.store.models.records import ABSENT, Held, ObjectRow, Progress, RecordRow, RefusalRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.store.blobs.blobs import Bodies
    from testimony.store.files.shred_keys import ShredKeys


def lacking(session: Session, names: Collection[str]) -> set[str]:
    """Those of `names` (records, heads, bodies) that this station lacks, or holds damaged, and would accept."""
    wanted = set(names)
    records = select(RecordRow.name).where(RecordRow.name.in_(wanted))
    named = session.execute(select(ObjectRow.name, ObjectRow.held).where(ObjectRow.name.in_(wanted))).all()
    expected = {name for name, held in named if held in ABSENT}  # by one record; another may have it already
    spoiled = {name for name, held in named if held in HERE} & scrub.names(session)
    return wanted - set(session.scalars(records)) - ({name for name, _ in named} - expected - spoiled)


def record_of(session: Session, name: str) -> SignedRecord | None:
    """The record of this SHA-256, if held."""
    return records_of(session, [name]).get(name)


def records_of(session: Session, names: Collection[str]) -> dict[str, SignedRecord]:
    """The records of `names` that are held."""
    return {name: SignedRecord.decode(data) for name, data in envelopes_of(session, names).items()}


def envelopes_of(session: Session, names: Collection[str]) -> dict[str, bytes]:
    """The same as received, to be passed on: `SignedRecord.encode()` bytes."""
    wanted = select(RecordRow.name, RecordRow.data).where(RecordRow.name.in_(set(names)), _READABLE)
    return dict(session.execute(wanted).all()) if names else {}


def records_about(session: Session, tid: str) -> list[SignedRecord]:
    """Manifest, grants and withdrawals of a testimony (or annex), in order of arrival."""
    wanted = select(RecordRow.data).where(RecordRow.subject == tid, _READABLE).order_by(RecordRow.arrival)
    return [SignedRecord.decode(data) for data in session.scalars(wanted)]


def records_of_kind(
    session: Session, kind: str, *, after: int = -1, limit: int = 1000
) -> list[tuple[int, SignedRecord]]:
    """(arrival number, record) with arrival number > `after`, ascending. kind: manifest, grant, withdraw, annex, …"""
    wanted = select(RecordRow.arrival, RecordRow.data).where(
        RecordRow.kind == kind, RecordRow.arrival > after, _READABLE
    )
    rows = session.execute(wanted.order_by(RecordRow.arrival).limit(limit))
    return [(arrival, SignedRecord.decode(data)) for arrival, data in rows]


def names_of_kind(session: Session, kind: str, *, after: int = -1, limit: int = 1000) -> list[tuple[int, str]]:
    """The same with the name of each record, which is not read."""
    wanted = select(RecordRow.arrival, RecordRow.name).where(
        RecordRow.kind == kind, RecordRow.arrival > after, _READABLE
    )
    return [(arrival, name) for arrival, name in session.execute(wanted.order_by(RecordRow.arrival).limit(limit))]


def count_of_kind(session: Session, kind: str, *, after: int = -1) -> int:
    """How many records `records_of_kind` would give without a limit."""
    wanted = select(func.count()).where(RecordRow.kind == kind, RecordRow.arrival > after, _READABLE)
    return session.scalar(wanted) or 0


def parts_of(session: Session, record: str) -> list[HeldObject]:
    """Heads and bodies that the manifest, grant or annex `record` names, held or not.

    A head that a grant added has the audience `GRANTED`: it is for everybody who may open that part.
    """
    return parts_of_all(session, [record]).get(record, [])


def parts_of_all(session: Session, records: Collection[str]) -> dict[str, list[HeldObject]]:
    """The same for many, by record; records that name nothing are left out."""
    if not records:
        return {}
    stone = select(RecordRow.name).join(TombstoneRow, RecordRow.subject == TombstoneRow.subject)
    unserved = set(session.scalars(stone.where(RecordRow.name.in_(records))))
    columns = (ObjectRow.name, ObjectRow.record, ObjectRow.part, ObjectRow.audience, ObjectRow.held)
    wanted = select(*columns).where(ObjectRow.record.in_(records)).order_by(ObjectRow.part, ObjectRow.name)
    found: dict[str, list[HeldObject]] = {}
    for name, of, part, to, held in session.execute(wanted):
        is_held = held == Held.HELD and of not in unserved
        found.setdefault(of, []).append(HeldObject(name, of, part, to, is_held))
    return found


def read_head(station: Station, session: Session, name: str) -> bytes | None:
    """As `head_in`, at this station."""
    return head_in(station.shred_keys, session, name)


def head_in(shred_keys: ShredKeys, session: Session, name: str) -> bytes | None:
    """A head, decrypted with its shred key and hashed again; None if not held, deleted, shredded or suspended."""
    wanted = select(ObjectRow.subject, ObjectRow.sealed).where(ObjectRow.name == name, ObjectRow.held == Held.HELD)
    for subject, sealed in session.execute(wanted):
        key = shred_keys.find(subject)
        if key is not None and sealed is not None and is_served(session, subject):
            return HeadSafe(key).unlock(name, sealed)
    return None


def read_body(station: Station, name: str) -> bytes | None:
    """As `body_in`, at this station."""
    return body_in(station.parts, name)


def body_in(parts: Bodies, name: str) -> bytes | None:
    """A body, hashed again; None if not held. Raises `PartDamaged`."""
    try:
        return parts.read(name)
    except PartMissing:
        return None


def withdrawn(session: Session, names: Collection[str]) -> set[str]:
    """Those of the heads `names` that are withdrawn or suspended here."""
    taken = (ObjectRow.name.in_(set(names)), ObjectRow.held.in_((Held.WITHDRAWN, Held.SUSPENDED)))
    return set(session.scalars(select(ObjectRow.name).where(*taken)))


def is_suspended(session: Session, tid: str) -> bool:
    """Whether all of the testimony (or annex) `tid` is held back, and not deleted yet."""
    found = session.get(TombstoneRow, tid)
    return found is not None and not found.shredded


_TAKEN_AWAY = (
    select(ObjectRow.name)
    .where(
        ObjectRow.record.in_(bindparam("records", expanding=True)),
        ObjectRow.held == Held.WITHDRAWN,
        ObjectRow.audience.is_not(None),
        ~select(TombstoneRow.subject).where(TombstoneRow.subject == ObjectRow.subject).exists(),
    )
    .order_by(ObjectRow.name)
)


def taken_away(session: Session, records: Collection[str]) -> list[str]:
    """The heads of `records` that withdrawals deleted here, by name; none for a testimony withdrawn in full."""
    return list(session.connection().scalars(_TAKEN_AWAY, {"records": list(set(records))})) if records else []


def partly_withdrawn(session: Session, records: Collection[str]) -> set[str]:
    """Those of `records` with heads that withdrawals deleted here."""
    heads = (ObjectRow.held == Held.WITHDRAWN, ObjectRow.audience.is_not(None))
    return set(session.scalars(select(ObjectRow.record).where(ObjectRow.record.in_(set(records)), *heads).distinct()))


def is_served(session: Session, tid: str) -> bool:
    """False once a full withdrawal, or a worker's suspension, is known for the testimony (or annex) `tid`."""
    return session.get(TombstoneRow, tid) is None


def refusals_by_day(session: Session) -> dict[str, int]:
    """How many people were asked and refused, by the day that their devices gave."""
    counted = select(RefusalRow.day, func.count()).group_by(RefusalRow.day).order_by(RefusalRow.day)
    return dict(session.execute(counted).all())


_READABLE = RecordRow.progress != Progress.SHREDDED
