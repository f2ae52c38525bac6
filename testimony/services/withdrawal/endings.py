"""Destroy at this station what keeping has ended for, as for a withdrawal. Until when, the manifest and lawyers say.

What nobody said it of is kept: its manifest is of version 1, and no lawyer's desk has opened its consent yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from testimony.domain.consent.offers import offers
from testimony.domain.time import Clocks
from testimony.domain.withdrawal import endings
from testimony.errors import Refused
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import keep
from testimony.services.records import kept
from testimony.services.withdrawal import shredding, suspension
from testimony.store.files.journal import Line
from testimony.store.models.kept import KeptRow
from testimony.store.models.records import Progress, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station
    from testimony.store.files.journal import Journal
    from testimony.store.sql.database import Database


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many testimonies that are kept here end `soon`, have `ended` and wait for their destruction, are `unknown`:
    nobody said until when; and how many were `destroyed` here because keeping ended.
    """

    soon: int
    ended: int
    unknown: int
    destroyed: int


def settle(session: Session, chain: RosterChain, tids: Collection[str]) -> None:
    """Work out anew until when these testimonies are kept, from their manifests and what lawyers said."""
    manifests = {manifest.tid: manifest for manifest in _manifests(session, tids)}
    told: dict[str, list[str | None]] = {tid: [one.keep_until] for tid, one in manifests.items() if one.version > 1}
    for record in _records(session, keep.KIND, manifests):
        statement = keep.parse_keep(record)
        told.setdefault(statement.tid, []).append(statement.until)
    for tid, ends in told.items():
        session.merge(KeptRow(tid=tid, until=endings.latest([*ends, _earliest(manifests[tid], chain)])))
    session.flush()


_SAID = select(RecordRow.subject).where(
    RecordRow.subject.in_(bindparam("tids", expanding=True)), RecordRow.kind == keep.KIND
)


def said(session: Session, tids: Collection[str]) -> set[str]:
    """Those of `tids` of which a lawyer said until when they are kept."""
    return {str(tid) for tid in session.connection().scalars(_SAID, {"tids": list(tids)})} if tids else set()


def until(session: Session, tid: str) -> str | None:
    """The month until which the testimony is kept, None without an end. Raises `KeyError` where nobody said it."""
    row = session.get(KeptRow, tid)
    if row is None:
        raise KeyError(tid)
    return row.until


def sweep(station: Station) -> int:
    """Destroy what keeping has ended for by two clocks, and what is due of withdrawals. Returns how many of both.

    Call it at the start and at least once a day. Opens transactions.
    """
    return bury(station, station.clocks()) + suspension.sweep(station)


def bury(station: Station, clocks: Clocks) -> int:
    """Serve nothing any more of what keeping has ended for by two of these clocks; `shredding.finish` destroys it.

    Returns how many testimonies. Opens transactions.
    """
    with station.database.reading() as session:
        found = _over(session, clocks)
    if found:
        station.space.spend(lambda: _bury(station, found))
    return len(found)


def held(session: Session, clocks: Clocks) -> int:
    """How many testimonies one clock alone says are to be destroyed: they are kept until another agrees.

    They open to nobody where the own clock, central's or a person's is past; a phone's date closes none.
    """
    shown = max((day for day in (clocks.own, *clocks.others.values()) if clocks.past(day)), default=None)
    over = set(_over(session, clocks))
    return 0 if shown is None else len(set(kept.until(session, endings.ended(shown))) - over)


def soon(session: Session, today: date) -> list[tuple[str, str]]:
    """(tid, last month) of what is kept here and ends within 30 days, or has ended, the nearest first."""
    wanted = select(KeptRow.tid, KeptRow.until).where(KeptRow.until <= endings.soon(today), kept.is_here())
    return [(tid, str(month)) for tid, month in session.execute(wanted.order_by(KeptRow.until, KeptRow.tid))]


def unknown(session: Session) -> list[str]:
    """Testimonies that are kept here and of which nobody said until when, in order of arrival."""
    known = select(KeptRow.tid)
    gone = select(TombstoneRow.subject).where(TombstoneRow.shredded.is_(True))
    wanted = select(RecordRow.subject).where(
        RecordRow.kind == "manifest",
        RecordRow.progress != Progress.SHREDDED,
        RecordRow.subject.not_in(known),
        RecordRow.subject.not_in(gone),
    )
    return [str(tid) for tid in session.scalars(wanted.order_by(RecordRow.arrival))]


def counts(session: Session, today: date) -> Counts:
    """Numbers without content, for stations without keys. `today`: the station's."""
    ends = [month for _, month in soon(session, today)]
    past = [month for month in ends if month < endings.month_of(today)]
    manifests = select(RecordRow.name).where(RecordRow.kind == "manifest")
    stones = (TombstoneRow.shredded.is_(True), TombstoneRow.withdrawal.in_(manifests))
    destroyed = session.execute(select(func.count()).select_from(TombstoneRow).where(*stones)).scalar_one()
    return Counts(soon=len(ends) - len(past), ended=len(past), unknown=len(unknown(session)), destroyed=destroyed)


def remember(database: Database, journal: Journal, names: Collection[str]) -> None:
    """Write these records `keep` to the journal: a database that is restored must not destroy before it knows them.

    Raises `StoreFull`, `StoreUnwritable`.
    """
    if not names:
        return
    with database.reading() as session:
        rows = [row for name in names if (row := session.get(RecordRow, name)) is not None and row.data]
        lines = [line_of(row) for row in rows]
    journal.append(lines)


def line_of(record: RecordRow) -> Line:
    """The line of the journal for a record `keep`."""
    return Line(word="kept", day=record.received, tid=record.subject or "", record=record.data)


def _bury(station: Station, tids: Iterable[str]) -> None:
    with station.database.transaction() as session:
        for tid in tids:
            shredding.bury(session, tid, _manifest_of(session, tid), shredded=True)
            suspension.finish_rows(session, [tid])


def _over(session: Session, clocks: Clocks) -> list[str]:
    """The testimonies whose month of grace is over by two clocks."""
    common = clocks.common()
    return [] if common is None else kept.until(session, endings.ended(common))


def _manifest_of(session: Session, tid: str) -> str:
    wanted = select(RecordRow.name).where(RecordRow.subject == tid, RecordRow.kind == "manifest")
    return session.scalars(wanted).one()


def _manifests(session: Session, tids: Collection[str]) -> Iterable[Manifest]:
    return (Manifest.read(record.value) for record in _records(session, "manifest", tids))


def _records(session: Session, kind: str, tids: Collection[str]) -> Iterable[SignedRecord]:
    here = (RecordRow.subject.in_(list(tids)), RecordRow.kind == kind, RecordRow.progress != Progress.SHREDDED)
    found = session.scalars(select(RecordRow.data).where(*here)) if tids else ()
    return (SignedRecord.decode(data) for data in found)


def _earliest(manifest: Manifest, chain: RosterChain) -> str | None:
    """The earliest month in which it can end, by the roster that it names."""
    roster = chain.by_sha256(manifest.roster)
    if roster is None:
        raise Refused("roster.unknown")  # it was taken in by that roster
    asked = offers(roster.organisation)
    signed, issued = date.fromisoformat(manifest.day), date.fromisoformat(roster.issued)
    return endings.earliest(asked, signed=signed, issued=issued)
