"""On which day this station was backed up last, as the command says that makes backups, or who has other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

FACT: Final = "backed-up"


def note(station: Station, session: Session) -> None:
    """Remember today. The copy that was just made does not know of it: what is restored remembers the one before."""
    session.merge(FactRow(name=FACT, value=station.today()))


def last(session: Session) -> str | None:
    """YYYY-MM-DD; None before the first."""
    row = session.get(FactRow, FACT)
    return None if row is None else row.value
