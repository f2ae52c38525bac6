"""Choose what another station is given of a station that is lost, from its backup."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from testimony.services.records.validation import WITHDRAWALS
from testimony.services.roster import adoption
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, RecordRow, TombstoneRow


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
