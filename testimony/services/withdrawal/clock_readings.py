"""Read the clocks of others: what they showed when this station heard of them, and the dates in signed records."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.roles import Role
from testimony.domain.time import Clock
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.withdrawal import endings, suspension
from testimony.station import running_time
from testimony.store.models.records import Progress, RecordRow
from testimony.store.state import clocks

if TYPE_CHECKING:
    from testimony.station.station import Station

OF_READERS: Final = ("annex", "contest", "grant", "withdraw")
"""Kinds of record that readers date."""
READERS: Final = (Role.LAWYER, Role.COORDINATOR)


def look(station: Station) -> None:
    """Add up the running time, and read again what others showed. Opens a transaction.

    Call it at every start and every hour, before `endings.sweep`.
    """
    with station.database.transaction() as session:
        running_time.add_up(station, session)
        station.others = others(session, station.chain, station.settings.role)


def read_again(station: Station) -> None:
    """Read what others showed, without writing."""
    with station.database.reading() as session:
        station.others = others(session, station.chain, station.settings.role)


def see(station: Station, name: Clock, day: date) -> None:
    """The clock `name` shows `day`: remembered by this process, so that a full disk keeps nothing from going."""
    station.others = {**station.others, name: day}


def hear(station: Station, name: Clock, day: date, *, fresh: bool) -> None:
    """The clock `name` shows `day`. `fresh`: it was read at this moment, and not some time ago. Opens a transaction.

    A fresh reading that agrees with the own clock also says when suspensions began whose start nobody could confirm.
    """
    clocks_now = station.clocks()
    known = station.others.get(name) == day
    see(station, name, day)
    with station.database.reading() as session:
        known = known and clocks.days(session).get(name) == day.isoformat()
        doubted = fresh and clocks_now.agrees(day) and suspension.has_doubted(session)
    if known and not doubted:
        return
    with station.database.transaction() as session:
        clocks.keep(session, name, day.isoformat())
        changed = suspension.confirm_starts(session, max(day, clocks_now.own)) if doubted else []
    suspension.remember(station.database, station.journal, changed)


def confirm(station: Station, day: date) -> int:
    """A person says that today is `day`. Returns how many testimonies and heads were destroyed because of it. Opens
    transactions.
    """
    hear(station, Clock.PERSON, day, fresh=True)
    return endings.sweep(station)


def others(session: Session, chain: RosterChain, role: str) -> dict[Clock, date]:
    """The last date of each other clock, at a station of this `role`.

    At a desk the dates of readers are left out, since they may be of its own clock.
    """
    found = {Clock(name): date.fromisoformat(day) for name, day in clocks.days(session).items()}
    if day := _latest(session, ("manifest",)):
        found[Clock.PHONES] = day
    if role != "desk" and chain.records and (day := _latest(session, OF_READERS, _kids_of_readers(chain))):
        found[Clock.READERS] = day
    return found


def _kids_of_readers(chain: RosterChain) -> set[str]:
    """Their clocks count alike, also those of readers who left."""
    people = (person for roster in chain.rosters for person in roster.people if person.role in READERS)
    return {key.kid for person in people for key in person.keys}


def _latest(session: Session, kinds: Collection[str], kids: Collection[str] | None = None) -> date | None:
    """The date in the record of these `kinds` and signers that arrived last; None if there is none, or if the disk
    damaged it (`check` says so).
    """
    wanted = select(RecordRow.arrival, RecordRow.data).where(RecordRow.progress != Progress.SHREDDED)
    if kids is not None:
        wanted = wanted.where(RecordRow.signer.in_(kids))
    # One question a kind, with a range, is answered at the end of an index. Else all records of the kind are sorted.
    wanted = wanted.where(RecordRow.arrival > 0).order_by(RecordRow.arrival.desc()).limit(1)
    each = (wanted.where(RecordRow.kind == kind) for kind in kinds)
    found = [row for one in each if (row := session.execute(one).first())]
    last = max(found, key=lambda row: row.arrival).data if found else b""
    try:
        record = SignedRecord.decode(last if isinstance(last, bytes) else b"")  # damage may make it text
        return date.fromisoformat(fields.day(record.value.get("day")))
    except (NotCanonical, Refused):
        return None
