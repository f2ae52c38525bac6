"""After another station was restored: offer it again what it signed for; read its log anew on a person's word."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from testimony.store.log import OWN, LogHead, LogLeaf, LogNode
from testimony.store.outbox import OutboxRow


def reopen(session: Session) -> None:
    """Everything still kept here waits for a receipt again. What was dropped is gone."""
    kept = (OutboxRow.delivered.is_(True), OutboxRow.dropped.is_(False))
    session.execute(update(OutboxRow).where(*kept).values(delivered=False))


def forget_mirrors(session: Session) -> None:
    """Read the logs of other stations from the beginning next time: an operator says that they were restored."""
    for table in (LogHead, LogNode, LogLeaf):
        session.execute(delete(table).where(table.log != OWN))
