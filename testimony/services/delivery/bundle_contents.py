"""Choose what goes into a bundle for central, by name: withdrawals first, then all text, then media."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from testimony.services.delivery.outbox import ready, told_alone
from testimony.services.delivery.receipts import HERE
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import ObjectRow, Progress, RecordRow, TombstoneRow


def texts(session: Session, *, everything: bool) -> list[str]:
    """Records without a receipt for their text: withdrawals first, then in order of arrival.

    `everything`: also those with a receipt, as long as their copy is here.
    """
    wanted = _kept()
    if not everything:
        wanted = wanted.where(OutboxRow.text_delivered.is_(False))
    return list(session.scalars(wanted))


def with_media(session: Session, *, everything: bool) -> list[str]:
    """Manifests, in order of arrival, with pieces here that no receipt names; `everything`: also those with a
    receipt.
    """
    of_media = select(ObjectRow.name).where(ObjectRow.media, ObjectRow.record == RecordRow.name)
    wanted = _kept().where(of_media.where(ObjectRow.held.in_(HERE)).exists())
    if not everything:
        wanted = wanted.where(OutboxRow.delivered.is_(False))
    return list(session.scalars(wanted))


def alone(session: Session) -> list[str]:
    """Records that go without their objects, in order of arrival: see `outbox.told_alone`."""
    wanted = select(RecordRow.name).join(OutboxRow, OutboxRow.record == RecordRow.name)
    told = wanted.where(OutboxRow.delivered.is_(False), told_alone())
    return list(session.scalars(told.order_by(OutboxRow.arrival)))


def text_of(session: Session, record: str) -> tuple[str, ...]:
    """The heads and bodies of `record` that are here, media excluded."""
    of_text = (ObjectRow.record == record, ObjectRow.media.is_(False), ObjectRow.held.in_(HERE))
    return tuple(session.scalars(select(ObjectRow.name).where(*of_text).order_by(ObjectRow.name)))


def _kept() -> Select[str]:
    """A void withdrawal with a receipt is not sent again: central may have lost the contests of it."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    return (
        select(RecordRow.name)
        .join(OutboxRow, OutboxRow.record == RecordRow.name)
        .where(OutboxRow.dropped.is_(False), ready())
        .where((RecordRow.progress != Progress.VOID) | OutboxRow.delivered.is_(False))
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
        .order_by(OutboxRow.urgency, OutboxRow.arrival)
    )
