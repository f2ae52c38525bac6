"""Track which stations have destroyed what a withdrawal names: each signs a record of it, and central keeps all."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.trusted_files import Trust
from testimony.sealing.statements import statements
from testimony.services.records import rows
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, RecordRow, TombstoneRow
from testimony.store.models.suspensions import DestroyedRow

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import Signer
    from testimony.services.records.types import Site


def receipt_for(
    withdrawal: str | None, *, day: str, signer: Signer, destroyed: Collection[str] | None = None
) -> SignedRecord:
    """The record by which a station states that it destroyed what `withdrawal` (a record's name) is about.

    `signer` is the station's key; at a desk, which has none, the reader's, and the desk takes the record in as its own.
    `destroyed`: the names of the manifests, for version 2; `withdrawal` None: keeping ended for it.
    """
    return statements.shredded(withdrawal=withdrawal, day=day, signer=signer, destroyed=destroyed)


def receipt_of(site: Site, session: Session, cause: str, *, signer: Signer) -> SignedRecord:
    """The same for what tombstones here name as their cause: a withdrawal or, where keeping ended, the manifest.

    It names what was destroyed where the roster in force lets stations sign version 2; where keeping ended, always: no
    other version can say it.
    """
    row = session.get(RecordRow, cause)
    if row is None or row.kind == "manifest":
        return receipt_for(None, day=site.day, signer=signer, destroyed=[cause])
    later = Trust.from_roster(site.chain.latest).version > 1
    stones = select(TombstoneRow.subject).where(TombstoneRow.withdrawal == cause)
    manifests = select(RecordRow.name).where(RecordRow.kind == "manifest", RecordRow.subject.in_(stones))
    names = list(session.scalars(manifests)) if later else None
    return receipt_for(cause, day=site.day, signer=signer, destroyed=names)


def owed(session: Session, kid: str) -> list[str]:
    """Withdrawals whose testimony was destroyed here, and for which the key `kid` has not signed a receipt."""
    said = select(DestroyedRow.withdrawal).where(DestroyedRow.station == kid)
    done = (TombstoneRow.shredded.is_(True), TombstoneRow.swept.is_(True))
    wanted = select(TombstoneRow.withdrawal).where(*done, TombstoneRow.withdrawal.not_in(said))
    return sorted(set(session.scalars(wanted)))


def say(site: Site, signer: Signer, session: Session, withdrawal: str) -> None:
    """Make this station's own record, once, signed with its key, and let a field node deliver it."""
    if session.get(DestroyedRow, (withdrawal, signer.kid)) is not None:
        return
    record = receipt_of(site, session, withdrawal, signer=signer)
    arrival = session.execute(select(func.coalesce(func.max(RecordRow.arrival), 0) + 1)).scalar_one()
    row = rows.of_record(
        record.id,
        record.encode(),
        kind=record.kind,
        subject=statements.parse_shredded(record).number,
        signer=signer.kid,
        arrival=arrival,
        day=site.day,
        progress=Progress.COMPLETE,
    )
    rows.write(session.connection(), RecordRow, [row])
    if site.role == "field":
        rows.write(session.connection(), OutboxRow, [rows.of_outbox(row)])
    keep(session, record)


def keep(session: Session, record: SignedRecord) -> None:
    """Store what the record states. A station that was restored from a backup, and two desks of one reader, may state
    it again: all of these records stay, and this remembers the last one.
    """
    said = statements.parse_shredded(record)
    session.merge(DestroyedRow(withdrawal=said.cause, station=said.station, day=said.day, record=record.id))
    session.flush()


def own(session: Session, withdrawal: str, kid: str) -> SignedRecord | None:
    """The record of the station `kid` for the withdrawal."""
    row = session.get(DestroyedRow, (withdrawal, kid))
    record = None if row is None else session.get(RecordRow, row.record)
    return None if record is None else SignedRecord.decode(record.data)


def by(session: Session, withdrawal: str) -> set[str]:
    """kids of the stations that state that they destroyed it."""
    return set(session.scalars(select(DestroyedRow.station).where(DestroyedRow.withdrawal == withdrawal)))
