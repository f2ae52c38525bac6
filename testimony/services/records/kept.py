"""Find what is kept here until a month, and what another clock than the own one closes at a desk."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from testimony.domain.time import Clock, Clocks
from testimony.domain.withdrawal import endings
from testimony.store.models.kept import KeptRow
from testimony.store.models.records import TombstoneRow

CLOSING: Final = frozenset({Clock.CENTRAL, Clock.PERSON})
"""Other clocks that close at a desk what is to be destroyed. Not the phones': one that is wrong or stolen would close
everything.
"""


def until(session: Session, last: str) -> list[str]:
    """The testimonies here that are kept until the month `last` at the latest."""
    return list(session.scalars(select(KeptRow.tid).where(KeptRow.until <= last, is_here()).order_by(KeptRow.tid)))


def is_here() -> ColumnElement[bool]:
    """Not destroyed already, nor only named."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == KeptRow.tid, TombstoneRow.shredded.is_(True))
    return ~stone.exists()


def closed(session: Session, clocks: Clocks) -> dict[str, date]:
    """Testimonies that are to be destroyed by a clock of `CLOSING` alone, and the date that it shows.

    Where the own clock says so, the consent of its day is closed already: then there are none.
    """
    shown = max((day for clock, day in clocks.others.items() if clock in CLOSING & clocks.past(day)), default=None)
    if shown is None or endings.ended(shown) <= endings.ended(clocks.own):
        return {}
    return dict.fromkeys(until(session, endings.ended(shown)), shown)
