"""Remember when this station last read central's log to its end, so how old its knowledge of withdrawals may be."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from testimony.store.state import link


def note(session: Session, day: str) -> None:
    """Store `day` (YYYY-MM-DD) as the last one on which central's log was read to its end."""
    link.edit(session).exchanged = day


def last(session: Session) -> date | None:
    """That day; None before the first sync."""
    day = link.read(session).exchanged
    return None if day is None else date.fromisoformat(day)
