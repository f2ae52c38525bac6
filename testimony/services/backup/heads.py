"""The heads of a restored station whose shred key nobody has any more: they count as not arrived."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from testimony.services.backup.backup import HERE
from testimony.services.delivery import outbox
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow

if TYPE_CHECKING:
    from testimony.station.station import Station

_HERE = (ObjectRow.audience.is_not(None), ObjectRow.held.in_(HERE))


def fit(station: Station, session: Session) -> bool:
    """Whether the shred keys open any of the heads; also True where there is nothing to open."""
    subjects = session.scalars(select(ObjectRow.subject).where(*_HERE).distinct()).all()
    return not subjects or any(station.shred_keys.find(one) is not None for one in subjects)


def give_up(station: Station, session: Session) -> int:
    """Mark heads without a key as missing. Returns for how many testimonies and annexes.

    The sender's next attempt, or its copy at another station, repairs them. What central signed for counts as dropped
    at a node, because central has it.
    """
    columns = (ObjectRow.subject, ObjectRow.record)
    rows = session.execute(select(*columns).where(*_HERE).distinct()).all()
    lost = [(subject, record) for subject, record in rows if station.shred_keys.find(subject) is None]
    delivered = _delivered(session, {record for _, record in lost})
    for _, record in lost:
        if record in delivered:
            outbox.drop(station, session, record)
        else:
            _expect_heads(session, record, station.kid)
    return len({subject for subject, record in lost if record not in delivered})


def _delivered(session: Session, records: Iterable[str]) -> set[str]:
    wanted = select(OutboxRow.record).where(OutboxRow.delivered.is_(True))
    return set(session.scalars(wanted)) & set(records)


def _expect_heads(session: Session, record: str, kid: str) -> None:
    """Mark the heads as never arrived, and revoke the receipts for them."""
    heads = (ObjectRow.record == record, *_HERE)
    session.execute(update(ObjectRow).where(*heads).values(held=Held.EXPECTED, sealed=None))
    session.execute(update(RecordRow).where(RecordRow.name == record).values(progress=Progress.INCOMPLETE))
    session.execute(delete(ReceiptRow).where(ReceiptRow.record == record, ReceiptRow.station == kid))
