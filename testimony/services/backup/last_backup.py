"""Remember the day of the station's last backup, as the backup command or an operator with other tools reports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.station.station import Station


def note(station: Station, session: Session) -> None:
    """Remember today. The new backup does not contain this: a restored station remembers the backup before."""
    maintenance.edit(session).backed_up = station.today()


def last(session: Session) -> str | None:
    """YYYY-MM-DD; None before the first backup."""
    return maintenance.read(session).backed_up
