"""Offering central once more what it signed for before it was restored."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from testimony.store.outbox import OutboxRow


def reopen(session: Session) -> int:
    """Everything still kept here waits for a receipt again; how many records that are. What was dropped is gone."""
    kept = update(OutboxRow).where(OutboxRow.delivered.is_(True), OutboxRow.dropped.is_(False)).values(delivered=False)
    return int(session.execute(kept).rowcount)  # type: ignore[attr-defined]
