"""When this station last read central's log to its end: how old its knowledge of what was taken back may be."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.store.models.accounts import FactRow

FACT: Final = "exchanged"


def note(session: Session, day: str) -> None:
    """Remember `day` (YYYY-MM-DD) as the last one on which central's log was read to its end."""
    row = session.get(FactRow, FACT)
    if row is None or row.value != day:
        session.merge(FactRow(name=FACT, value=day))


def last(session: Session) -> date | None:
    """That day; None before the first exchange."""
    row = session.get(FactRow, FACT)
    return None if row is None else date.fromisoformat(row.value)
