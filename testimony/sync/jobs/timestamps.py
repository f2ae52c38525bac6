"""Checks every hour at central whether the day's time stamp is due, and requests it from the authority."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from testimony.background.guard import foreseen
from testimony.errors import TestimonyError
from testimony.sealing.log.errors import StampRefused
from testimony.sync.client import timestamps as client_timestamps

if TYPE_CHECKING:
    from testimony.background.scheduler import Scheduler
    from testimony.station.station import Station
    from testimony.sync.http.channel import HttpChannel

EVERY: Final = 3600.0
"""Seconds between two looks: an authority that was out of reach is asked again at the next."""
JITTER: Final = 0.1
"""Spreads the requests of several servers of one central that started together."""
LONGEST_END: Final = 5.0
"""Seconds for which an end waits for an authority that was cut off."""
log = logging.getLogger("testimony.stamps")


class TimestampJob:
    """Asks for the day's stamp. Nothing else of the station waits for it."""

    def __init__(
        self, station: Station, *, leads: Callable[[], bool] = lambda: True, channel: HttpChannel | None = None
    ) -> None:
        """`leads`: whether this process leads, among those of one central."""
        self.station, self.leads = station, leads
        self.channel = channel or client_timestamps.authority_channel(station)

    def add_to(self, scheduler: Scheduler) -> None:
        """From now on an authority that is waited for is waited for no longer when the scheduler is to stop."""
        scheduler.add(
            "timestamps", self.run, every=EVERY, jitter=JITTER, on_stop=self.channel.cut, stop_timeout=LONGEST_END
        )

    def run(self) -> None:
        if self.leads():
            self.once()

    def once(self) -> bool:
        """Whether a stamp came. What goes wrong is logged, and tried again at the next look."""
        try:
            with foreseen(TestimonyError, log):
                return client_timestamps.stamp(self.station, self.channel) is not None
        except StampRefused as error:
            log.warning("no time stamp came: %s", error.reason)
        except TestimonyError as error:
            log.warning("a time stamp could not be seen to: %s", error.code)
        return False
