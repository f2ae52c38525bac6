"""Clocks that a wrong date does not affect: the machine's since it started, or the database's for several servers."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from testimony.station.station import Station

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
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


def running() -> float:
    """Seconds on the machine's own clock since it started, including sleep if the system counts it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@cache
def boot() -> str:
    """An id of this run of the machine; if the system has none, of this run of the program."""
    return BOOT_ID.read_text().strip() if BOOT_ID.is_file() else secrets.token_hex(16)
