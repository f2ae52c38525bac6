"""How long a station has run, whatever any date says: the machine's running clock, added up over restarts.

Only what passes between two looks in the same run of the machine counts, so the sum is never too large. Where several
servers share a database, one of them adds up, and another goes on when the first has added nothing for a while.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.station import clock
from testimony.store.state import clocks

if TYPE_CHECKING:
    from testimony.station.station import Station

SILENT: Final = timedelta(hours=3)
"""A server that adds up has stopped if it added nothing for so long."""


def total(session: Session) -> timedelta:
    """For how long the station has run, as far as is known."""
    row = clocks.running(session)
    return timedelta(seconds=row.total + _passed(row))


def add_up(station: Station, session: Session) -> None:
    """Write down how long the station has run. Call it at every start and every hour."""
    row, now = clocks.edit_running(session), int(clock.running())
    if row.boot == clock.boot():
        row.total, row.seconds = row.total + _passed(row), now
    elif not row.boot or not station.database.is_shared or _has_stopped(station, row, now):
        row.boot, row.seconds = clock.boot(), now


def _passed(row: clocks.RunningRow) -> int:
    """Seconds since `row` was written, 0 if that was in another run of a machine."""
    return max(0, int(clock.running()) - row.seconds) if row.boot == clock.boot() else 0


def _has_stopped(station: Station, row: clocks.RunningRow, now: int) -> bool:
    """Whether the other server that wrote `row` has written nothing since this one first saw it, and for long."""
    written = (row.boot, row.seconds)
    if station.other_server is None or station.other_server[0] != written:
        station.other_server = (written, now)
    return now - station.other_server[1] >= SILENT.total_seconds()
