"""Clocks that a wrong date does not affect: the machine's since it started, or the database's for several servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.orm import Session

from testimony.platform.clocks import boot, running

if TYPE_CHECKING:
    from testimony.station.station import Station

__all__ = ["Moment", "boot", "moment", "running"]
SHARED = "database"
_THEIR_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


@dataclass(frozen=True)
class Moment:
    """`seconds` on the clock named `boot`. Moments of different clocks cannot be compared."""

    boot: str
    seconds: float

    def since(self, boot: str, seconds: float) -> float | None:
        """Seconds from then to this moment; None if unknown: another clock, or one that was set back."""
        return self.seconds - seconds if boot == self.boot and seconds <= self.seconds else None


def moment(station: Station, session: Session) -> Moment:
    """The current moment. If several servers may use the database, it is by the database's clock, which they share."""
    if station.database.is_shared:
        return Moment(SHARED, float(session.execute(_THEIR_NOW).scalar_one()))
    return Moment(boot(), running())
