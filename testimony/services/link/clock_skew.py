"""Measure how far this station's clock differs from central's, from the dates of its answers.

Such a date is not signed and may come from a proxy: it is one clock among others (docs/time.md), and decides nothing
alone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from sqlalchemy.orm import Session

from testimony.store.state import link

MINUTE: Final = 60
A_FEW: Final = 5
"""Minutes of difference that are not worth a warning."""
MOST: Final = 10**8


def ahead(date: str, now: float) -> int | None:
    """Whole minutes from `date` (of a Date header, RFC 9110) to `now` (seconds since 1970); None if it has no date."""
    try:
        said = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    seconds = now - (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()
    minutes = int(seconds / MINUTE)
    return minutes if abs(minutes) < MOST else None


def other_day(minutes: int, now: float) -> date:
    """The day on the other clock at the time `now` (seconds since 1970), if this one is `minutes` ahead of it."""
    return datetime.fromtimestamp(now - minutes * MINUTE, UTC).date()


def note(session: Session, minutes: int) -> None:
    """Store by how many minutes this station's clock was ahead of central's at the last sync."""
    link.edit(session).clock_ahead = minutes


def difference(session: Session) -> int | None:
    """Those minutes, negative if it is behind; None before the first sync."""
    return link.read(session).clock_ahead
