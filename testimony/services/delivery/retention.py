"""Decide when a node deletes its copies of what central signed for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from testimony.domain.time import LAST
from testimony.services.delivery import outbox

if TYPE_CHECKING:
    from testimony.station.station import Station

TIGHT: Final = 4
"""With less free space than this many times the floor, new interviews matter more than spare copies."""


def retire(station: Station) -> int:
    """Drop the oldest delivered copies. Returns how many. Call it after a sync that found central's log intact.

    Each copy has central's durable receipt, which is verified again. Copies are kept for the number of days in the
    settings, by two clocks, or until the disk is nearly full: a central restored from a backup asks for everything
    again, and no backup is older than that. Opens a transaction, in which the log records what was dropped.
    """
    today = station.clocks().common()
    if station.space.free() < TIGHT * station.space.floor:
        last_day = LAST
    elif today is None:
        return 0
    else:
        last_day = today - timedelta(days=station.settings.kept_days)
    with station.database.reading() as session:
        if not outbox.droppable(session, upto=last_day.isoformat(), limit=1):
            return 0
    with station.database.transaction() as session:
        return outbox.drop_delivered(station, session, upto=last_day.isoformat())
