"""Track which stations have destroyed what a withdrawal names: each signs a record of it, and central keeps all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.records import rows
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import DestroyedRow

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import Signer
    from testimony.station.station import Station


def receipt_for(withdrawal: str, *, day: str, signer: Signer) -> SignedRecord:
    """The record by which a station states that it destroyed what `withdrawal` (a record's name) is about.

    `signer` is the station's key; at a desk, which has none, the reader's, and the desk takes the record in as its own.
    """
    return statements.shredded(withdrawal=withdrawal, day=day, signer=signer)


def owed(session: Session, kid: str) -> list[str]:
    """Withdrawals whose testimony was destroyed here, and for which the key `kid` has not signed a receipt."""
    said = select(DestroyedRow.withdrawal).where(DestroyedRow.station == kid)
    done = (TombstoneRow.shredded.is_(True), TombstoneRow.swept.is_(True))
    wanted = select(TombstoneRow.withdrawal).where(*done, TombstoneRow.withdrawal.not_in(said))
    return sorted(set(session.scalars(wanted)))


def say(station: Station, session: Session, withdrawal: str) -> None:
    """Make this station's own record, once, and let a field node deliver it. Not at a desk, which has no key."""
    if session.get(DestroyedRow, (withdrawal, station.kid)) is not None:
        return
    record = receipt_for(withdrawal, day=station.today(), signer=station.signer)
    arrival = session.execute(select(func.coalesce(func.max(RecordRow.arrival), 0) + 1)).scalar_one()
    row = rows.of_record(
        record.id,
        record.encode(),
        kind=record.kind,
        subject=statements.parse_shredded(record).number,
        signer=station.kid,
        arrival=arrival,
        day=station.today(),
        progress=Progress.COMPLETE,
    )
    rows.write(session.connection(), RecordRow, [row])
    if station.settings.role == "field":
        rows.write(session.connection(), OutboxRow, [rows.of_outbox(row)])
    keep(session, record)


def keep(session: Session, record: SignedRecord) -> None:
    """Store what the record states. A station states it once: a second one was refused before."""
    said = statements.parse_shredded(record)
    session.merge(DestroyedRow(withdrawal=said.withdrawal, station=said.station, day=said.day, record=record.id))
    session.flush()


def own(session: Session, withdrawal: str, kid: str) -> SignedRecord | None:
    """The record of the station `kid` for the withdrawal."""
    row = session.get(DestroyedRow, (withdrawal, kid))
    record = None if row is None else session.get(RecordRow, row.record)
    return None if record is None else SignedRecord.decode(record.data)


def by(session: Session, withdrawal: str) -> set[str]:
    """kids of the stations that state that they destroyed it."""
    return set(session.scalars(select(DestroyedRow.station).where(DestroyedRow.withdrawal == withdrawal)))
