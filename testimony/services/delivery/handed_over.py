"""Choose what another station is given of a station that is lost, from its backup, and say what vouches for it.

A phone may have been revoked since it sealed a testimony. Where stations are connected, central takes such a testimony
if an active station says that it received it. In a backup the receipt says so: the station signed it when it took the
testimony in, and who found or changed the backup cannot sign one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.services.records.validation import WITHDRAWALS
from testimony.services.roster import adoption
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, ReceiptRow, RecordRow, TombstoneRow

STATIONS: Final = ("node", "central")
"""Who gives receipts."""


@dataclass(frozen=True)
class Left:
    """A record of the lost station, and the testimony (or annex) that it is about."""

    name: str
    subject: str | None


def records(session: Session, *, everything: bool) -> list[Left]:
    """Withdrawals, then the other records in order of arrival, without rosters and what was destroyed or is void.

    Unless `everything`, also what central had signed for.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    urgent = RecordRow.kind.in_(WITHDRAWALS)
    wanted = select(RecordRow.name, RecordRow.subject).where(
        RecordRow.kind.not_in(adoption.KINDS),
        RecordRow.progress != Progress.SHREDDED,
        urgent | ~stone.where(TombstoneRow.shredded.is_(True)).exists(),
        ~urgent | (RecordRow.progress != Progress.VOID),
    )
    if not everything:
        wanted = wanted.where(
            RecordRow.name.not_in(select(OutboxRow.record).where(OutboxRow.delivered.is_(True))),
        )
    ordered = wanted.order_by(case((urgent, 0), else_=1), RecordRow.arrival)
    return [Left(name, subject) for name, subject in session.execute(ordered)]


def is_vouched(session: Session, chain: RosterChain, record: SignedRecord) -> bool:
    """Whether a field node or central that is active in `chain` signed a receipt for `record`, which is dated no later
    than the roster that revoked its maker, if one did.

    The key of a station that was revoked may be in the hands of who has the phone, so its receipt counts for nothing.
    """
    ended = _revoked_on(chain, record.by)
    if ended is not None and str(record.value.get("day", "")) > ended:
        return False
    held = session.scalars(select(ReceiptRow.data).where(ReceiptRow.record == record.id))
    return any(_is_receipt(data, record.id, chain) for data in held)


def _is_receipt(data: bytes, record: str, chain: RosterChain) -> bool:
    try:
        receipt = SignedRecord.decode(data)
        station = chain.latest.signer(receipt.by)
        if station is None or not station.active or station.role not in STATIONS:
            return False
        return statements.verify_receipt(receipt, station.keys).record == record
    except (NotCanonical, Refused):
        return False


def _revoked_on(chain: RosterChain, kid: str) -> str | None:
    """The day of the roster since which `kid` has not been active, YYYY-MM-DD; None while it is."""
    ended = None
    for roster in chain.rosters:
        entry = roster.signer(kid)
        if entry is not None and entry.active:
            break
        ended = roster.issued
    return ended
