"""Check the database file once a week: every page, and every index against its table.

`quick_check` after each start finds torn pages; nothing is signed for before. It does not find an index that disagrees
with its table, and a station may run for months without a start. Findings are reported like other damage: in the log
and on the station's page.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from testimony.store.errors import StoreDamaged
from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.station.station import Station

WEEK: Final = timedelta(days=7)
AT_MOST: Final = 20
"""Lines of SQLite's report that are kept."""
log = logging.getLogger("testimony.integrity")


def look(station: Station) -> bool | None:
    """Whether the database is sound; None if no check is due, or if a server's own tools do it. Opens transactions.

    A clock that was wrong for a while makes the check come earlier, never much later. Raises errors of a failing disk.
    """
    today = station.today()
    with station.database.reading() as session:
        if session.get_bind().dialect.name != "sqlite" or not _is_due(session, today):
            return None
    sound = _is_sound(station)
    with station.database.transaction() as session:
        known = maintenance.edit(session)
        known.checked, known.unsound = today, not sound
    station.database.checkpoint()  # what was deleted meanwhile stayed in the write-ahead log for the reader
    return sound


def look_after_start(station: Station) -> bool:
    """Whether no page is torn. Until that is known nothing is taken in, and afterwards only if so. Opens transactions.

    Raises errors of a failing disk.
    """
    try:
        station.database.require_sound()
    except StoreDamaged:
        log.error("the database is damaged: a page is torn. Nothing is taken in; restore the last backup")
        with station.database.transaction() as session:
            known = maintenance.edit(session)
            known.checked, known.unsound = station.today(), True
        return False
    return True


def is_damaged(session: Session) -> bool:
    """Whether the last check found damage. Each new check decides again; so does a restored database."""
    return bool(maintenance.read(session).unsound)


def _is_due(session: Session, today: str) -> bool:
    """Whether a check is due: also once a day while it is damaged, since somebody may have repaired it."""
    known = maintenance.read(session)
    if known.checked is None:
        return True
    passed = abs(date.fromisoformat(today) - date.fromisoformat(known.checked))
    return passed >= (timedelta(days=1) if known.unsound else WEEK)


def _is_sound(station: Station) -> bool:
    try:
        with station.database.reading_whole_file() as session:
            said = [str(line) for line in session.scalars(text(f"PRAGMA integrity_check({AT_MOST})"))]
    except StoreDamaged:
        said = [StoreDamaged.code]
    for line in said if said != ["ok"] else ():
        log.error("the database is damaged: %s", line)
    return said == ["ok"]
