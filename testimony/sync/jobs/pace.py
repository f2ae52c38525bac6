"""When background exchanges come: later after each failure, at once when something new waits in the outbox."""

from __future__ import annotations

import logging
import random
from typing import Final

from testimony.background.guard import foreseen
from testimony.errors import NotDelivered, TestimonyError
from testimony.services.continuity.reoffer import count_waiting
from testimony.station.station import Station

FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 1800.0
GLANCE: Final = 5.0
"""Seconds between two looks at the outbox, so that what an interview just left need not wait for the next exchange."""
log = logging.getLogger("testimony.sync")


def back_off(failures: int) -> float:
    """Twice as long after each failure, half of it by chance, so that many stations do not come at once."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 16))
    return random.uniform(longest / 2, longest)  # noqa: S311  # spreads load, keeps no secret


class OutboxWatch:
    """Whether more records wait in the outbox than the last exchange left there."""

    def __init__(self) -> None:
        self.known = 0

    def is_new_waiting(self, station: Station) -> bool:
        try:
            with foreseen(NotDelivered, log), station.database.reading() as session:
                waiting = count_waiting(session)
        except TestimonyError as error:
            log.warning("the outbox cannot be read: %s", error.code)
            return False
        known, self.known = self.known, min(self.known, waiting)  # one may go, withdrawn, before another comes
        return waiting > known
