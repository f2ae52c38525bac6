"""Adopt a new roster of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.accounts import draft_shares
from testimony.services.custody import log as custody_log
from testimony.store.models.records import Progress, RecordRow
from testimony.store.sql.database import after_commit

if TYPE_CHECKING:
    from testimony.station.station import Station

KINDS = ("roster", "root")
_COUNTED = select(func.count()).where(RecordRow.kind.in_(KINDS))
"""Built once, because every request uses it."""


def adopt(station: Station, session: Session, record: SignedRecord) -> bool:
    """Put the next roster (or root) into force and log it. False if it is held already. Raises `RosterRefused`.

    The station's chain changes only after the transaction was committed.
    """
    chain = RosterChain(station.root, stored_rosters(session))
    if not chain.add(record):
        return False
    if record.kind == "roster":
        Trust.from_roster(chain.latest)  # refused here, so that no other code has to check it
    day = station.today()  # the new roster may be dated after this day if the clock is wrong
    day = max(day, chain.latest.issued) if record.kind == "roster" else day
    arrival = session.execute(select(func.coalesce(func.max(RecordRow.arrival), 0) + 1)).scalar_one()
    session.execute(
        insert(RecordRow).values(
            name=record.id,
            kind=record.kind,
            subject=None,
            signer=_first_signer(record),
            arrival=arrival,
            received=day,
            progress=Progress.COMPLETE,
            data=record.encode(),
        )
    )
    custody_log.append(session, kind="roster", ref=record.id, by=_first_signer(record), day=day)

    def use() -> None:
        station.chain = chain

    after_commit(session, use)
    after_commit(session, lambda: draft_shares.end_lost(station))
    after_commit(session, lambda: draft_shares.clear(station))  # of phones and people that are no longer active
    return True


def adopt_all(station: Station, records: Sequence[SignedRecord]) -> None:
    """Put these rosters into force, in order. Opens a transaction for each. Raises `RosterRefused`."""
    for record in records:
        with station.database.transaction() as session:
            adopt(station, session, record)


def adopt_sound(station: Station, records: Sequence[SignedRecord]) -> list[bool | RosterRefused]:
    """Put those of these rosters into force that follow. For each: whether it is new, or why it was refused.

    Each is tried on a copy of the chain: thousands of invented ones, from anybody, must not keep the only writer busy.
    Opens a transaction for each that is new.
    """
    if not records:
        return []
    with station.database.reading() as session:
        chain = chain_of(station.root, session)
    answers: list[bool | RosterRefused] = []
    for record in records:
        try:
            new = chain.add(record)
            if new:
                with station.database.transaction() as session:
                    new = adopt(station, session, record)
            answers.append(new)
        except RosterRefused as error:
            answers.append(error)
    return answers


def refresh(station: Station, session: Session) -> None:
    """Load rosters that another process adopted in this home."""
    if count(session) != len(station.chain.records):
        station.chain = chain_of(station.root, session)


def stored_rosters(session: Session) -> list[SignedRecord]:
    """All rosters, in force or replaced, and the roots between them, oldest first."""
    wanted = select(RecordRow.data).where(RecordRow.kind.in_(KINDS)).order_by(RecordRow.arrival)
    return [SignedRecord.decode(data) for data in session.scalars(wanted)]


def count(session: Session) -> int:
    """How many records `stored_rosters` would give."""
    return session.connection().execute(_COUNTED).scalar_one()


def chain_of(root: Root, session: Session) -> RosterChain:
    """The chain as this station adopted it. Raises `RosterRefused` if the database holds a record that does not
    verify.
    """
    try:
        return RosterChain(root, stored_rosters(session))
    except NotCanonical as error:
        raise RosterRefused("structure") from error


def _first_signer(record: SignedRecord) -> str:
    """The kid of the first key of the first root that signed, since rosters name no signer of their own."""
    return str(record.sigs[0][0]["kid"])
