"""Remember the day of the station's last backup, and of the last one that was tested by restoring it.

The backup command reports both, or an operator with other tools.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.store.files import durable
from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.settings import Settings
    from testimony.station.station import Station

TESTED: Final = "backup.tested"
"""A file of the home, in no backup: a restored station has not tested one yet."""
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def note(station: Station, session: Session) -> None:
    """Remember today. The new backup does not contain this: a restored station remembers the backup before."""
    maintenance.edit(session).backed_up = station.today()


def last(session: Session) -> str | None:
    """YYYY-MM-DD; None before the first backup."""
    return maintenance.read(session).backed_up


def note_tested(station: Station) -> None:
    """Remember that a backup of this station was restored and found sound today. Raises `StoreFull`,
    `StoreUnwritable`.
    """
    home = station.settings.home
    with durable.named_errors(home):
        durable.replace_file(home / TESTED, f"{station.today()}\n".encode())


def last_tested(settings: Settings) -> date | None:
    """The day on which a backup of this station was last restored as a test; None if none ever was."""
    file = settings.home / TESTED
    said = file.read_text("ascii", "replace").strip() if file.is_file() else ""
    return date.fromisoformat(said) if DAY.fullmatch(said) else None
