"""Report how far a withdrawal has come: known here, at headquarters, at a lawyer's desk.

All callers use this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.services.custody import log as custody_log
from testimony.services.tracking import readership, record_status

if TYPE_CHECKING:
    from testimony.station.station import Station


@dataclass(frozen=True)
class Reach:
    """Where else the withdrawal is known. There, what it withdraws is gone at once."""

    headquarters: bool
    desks: bool  # at one lawyer's desk at least, as headquarters reports


def reach(station: Station, session: Session, withdrawal: str) -> Reach:
    """The reach of the record `withdrawal`, which this station (a field node or central) holds."""
    if station.settings.role == "central":
        places = (custody_log.position_of(session, withdrawal, kind) for kind in ("received", "withdrawn"))
        read = readership.furthest(station, session)
        return Reach(headquarters=True, desks=any(place is not None and place < read for place in places))
    place = record_status.of_withdrawal(station, session, withdrawal)
    return Reach(headquarters=place != "node", desks=place == "desk")
