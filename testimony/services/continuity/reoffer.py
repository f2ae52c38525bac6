"""Track what must still be offered to central, and offer it and read its log again after central was restored."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.delivery import outbox
from testimony.services.delivery.outbox import ready
from testimony.services.records import rows
from testimony.services.records.validation import WITHDRAWALS
from testimony.store.models.log import ASIDE, OWN, SEEN, LogHead
from testimony.store.models.outbox import UNAWAITED, URGENT, OutboxRow
from testimony.store.models.records import RecordRow, TombstoneRow
from testimony.store.state import centrals

if TYPE_CHECKING:
    from testimony.station.station import Station


def count_waiting(session: Session) -> int:
    """How many records have no full receipt of central yet, media included."""
    return int(session.execute(_counted()).scalar_one())


def oldest_waiting(session: Session) -> str | None:
    """The day (YYYY-MM-DD) on which the oldest of these came in; None if there is none."""
    day: str | None = session.scalar(_oldest())
    return day


def reopen(session: Session) -> None:
    """Everything still kept here waits for a receipt again. What was dropped is gone.

    At a desk also withdrawals that others signed: they prove themselves, and central may learn of them from us.
    """
    known = select(RecordRow.name, RecordRow.kind, RecordRow.arrival).where(RecordRow.kind.in_(WITHDRAWALS))
    unoffered = session.execute(known.where(RecordRow.name.not_in(select(OutboxRow.record)))).mappings().all()
    rows.write(session.connection(), OutboxRow, [rows.of_outbox(dict(row)) for row in unoffered])
    here = OutboxRow.dropped.is_(False) | (OutboxRow.urgency == URGENT)  # withdrawals are never dropped
    outbox.forget_in_part(session)
    kept = (OutboxRow.text_delivered.is_(True), here)
    session.execute(update(OutboxRow).where(*kept).values(delivered=False, text_delivered=False, pieces_there=0))


def offer_again(session: Session, records: Collection[str]) -> None:
    """Central reports that it no longer holds these in full: they wait for a receipt again, if they are kept here."""
    kept = (OutboxRow.record.in_(records), OutboxRow.text_delivered.is_(True), OutboxRow.dropped.is_(False))
    if records:
        session.execute(update(OutboxRow).where(*kept).values(delivered=False, text_delivered=False, pieces_there=0))


def forget_mirrors(station: Station, session: Session) -> None:
    """Read the logs of other stations from the beginning next time, because an operator says that they were restored.

    What was read of them before is kept aside. Heads that waited to be compared with more of it are dropped.
    """
    for peer in list(session.scalars(select(LogHead.log))):
        if peer != OWN and peer[0] not in (ASIDE, SEEN):
            custody_log.mirror_set_aside(session, peer)
    split_view.forget_waiting(station, session)
    centrals.forget_logs(session)  # the counts of the old log, the split view found in it, and what was offered


@cache
def _counted() -> Select[int]:
    return _of_waiting(func.count())


@cache
def _oldest() -> Select[str]:
    return _of_waiting(func.min(RecordRow.received))


def _of_waiting(column: ColumnElement[Any]) -> Select[Any]:
    """Built once for each question: that takes several times as long as the answer."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    return (
        select(column)
        .join_from(OutboxRow, RecordRow, OutboxRow.record == RecordRow.name)
        .where(OutboxRow.delivered.is_(False), OutboxRow.urgency != UNAWAITED, ready())
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
    )
