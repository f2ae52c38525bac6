"""What is still to be offered to central; offering it again, and reading its log anew, after it was restored."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from testimony.services.outbox import READY
from testimony.services.readership import SAID
from testimony.store.accounts import FactRow
from testimony.store.log import OWN, LogHead, LogLeaf, LogNode
from testimony.store.outbox import OutboxRow
from testimony.store.records import RecordRow, TombstoneRow


def count_waiting(session: Session) -> int:
    """How many records have no receipt of central yet for everything, media among it."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    wanted = (
        select(func.count())
        .join_from(OutboxRow, RecordRow, OutboxRow.record == RecordRow.name)
        .where(OutboxRow.delivered.is_(False), RecordRow.progress.in_(READY))
        .where((RecordRow.kind == "withdraw") | ~stone.exists())
    )
    return session.execute(wanted).scalar_one()


def reopen(session: Session) -> None:
    """Everything still kept here waits for a receipt again. What was dropped is gone."""
    kept = (OutboxRow.text_delivered.is_(True), OutboxRow.dropped.is_(False))
    session.execute(update(OutboxRow).where(*kept).values(delivered=False, text_delivered=False, pieces_there=0))


def offer_again(session: Session, records: Collection[str]) -> None:
    """Central says that it holds these no longer whole: they wait for a receipt again, as far as they are kept here."""
    kept = (OutboxRow.record.in_(records), OutboxRow.text_delivered.is_(True), OutboxRow.dropped.is_(False))
    if records:
        session.execute(update(OutboxRow).where(*kept).values(delivered=False, text_delivered=False, pieces_there=0))


def forget_mirrors(session: Session) -> None:
    """Read the logs of other stations from the beginning next time: an operator says that they were restored."""
    for table in (LogHead, LogNode, LogLeaf):
        session.execute(delete(table).where(table.log != OWN))
    session.execute(delete(FactRow).where(FactRow.name.startswith(SAID)))  # it counted the entries of the old log
