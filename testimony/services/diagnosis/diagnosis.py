"""Put the lines of a station together, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.errors import TestimonyError
from testimony.services.custody import gaps
from testimony.services.diagnosis import home, link, queue
from testimony.services.diagnosis.types import TITLES, Finding, Level, Line, Reach, of_error
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import overview

if TYPE_CHECKING:
    from testimony.station.station import Station


def diagnose(station: Station, session: Session, reach: Reach, *, now: datetime) -> list[Line]:
    """How the station is `now` (UTC), by its own clock. `reach`: what came of asking others."""
    is_central, condition = station.settings.role == "central", monitoring_health.look(station, session)
    nodes = overview.nodes(station, session) if is_central else []
    holds = not is_central or overview.log(station, session).holds == "yes"
    lacking = gaps.find(session, station.chain, station.settings.role).unexplained
    made: dict[str, Iterable[Finding]] = {
        "central": link.central(station, reach, condition, today=now.date()),
        "station": home.identity(station, reach, condition, now=now),
        "roster": link.roster(station, session, reach, condition, nodes),
        "clock": link.clock(station, session, reach, nodes, condition, now=now),
        "backup": home.backup(station, session),
        "disk": home.disk(condition),
        "records": home.records(condition, reach, lacking=lacking, log_holds=holds),
        "versions": home.versions(station, condition, nodes),
        "waiting": queue.waiting(station, session, condition, nodes),
        "age": queue.age(station, session),
    }
    if is_central:
        made["stations"] = queue.stations(nodes)
    return [Line(subject, tuple(made[subject])) for subject in TITLES if subject in made]


def closed(error: TestimonyError, level: Level = Level.CRITICAL) -> list[Line]:
    """The one line of a station that does not open."""
    return [Line("station", (of_error(error, level),))]
