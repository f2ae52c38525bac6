"""In what condition a station is: what monitors and overviews ask for. Numbers and days, nothing about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy.orm import Session

from testimony import __version__
from testimony.errors import TestimonyError
from testimony.services import lastexchange, rejections
from testimony.services.rejections import Rejected
from testimony.store.accounts import FactRow

if TYPE_CHECKING:
    from testimony.services.station import Station

SOON: Final = 30
"""Days before its end at which a roster is said to end."""
PROBE: Final = "probe"
Age = Literal["never", "day", "week", "older"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`free`, `floor`: bytes. `roster_days`: until its end, negative after it. `exchanged`: days ago, None: never."""

    software: str
    free: int
    floor: int
    roster_no: int
    roster_ends: str
    roster_days: int
    exchanged: int | None
    rejected: tuple[Rejected, ...]

    @property
    def has_room(self) -> bool:
        return self.free > self.floor

    @property
    def roster_soon(self) -> bool:
        return 0 <= self.roster_days < SOON

    @property
    def exchange_age(self) -> Age:
        if self.exchanged is None:
            return "never"
        return "day" if self.exchanged <= 1 else "week" if self.exchanged <= 7 else "older"


def look(station: Station, session: Session) -> Condition:
    """Now. A station without a roster has number 0."""
    today, latest = date.fromisoformat(station.today()), station.chain.latest if station.chain.records else None
    exchanged = lastexchange.last(session)
    return Condition(
        software=__version__,
        free=station.space.free(),
        floor=station.space.floor,
        roster_no=latest.no if latest else 0,
        roster_ends=latest.expires if latest else "",
        roster_days=(date.fromisoformat(latest.expires) - today).days if latest else 0,
        exchanged=None if exchanged is None else (today - exchanged).days,
        rejected=tuple(rejections.recent(session)),
    )


def is_writable(station: Station) -> bool:
    """Whether the store takes something in now: it is tried, with one small row that changes each time."""
    try:
        with station.database.transaction() as session:
            row = session.get(FactRow, PROBE)
            session.merge(FactRow(name=PROBE, value="1" if row is None or row.value == "0" else "0"))
    except TestimonyError:
        return False
    return True
