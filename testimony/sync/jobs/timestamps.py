"""At a running central with a time stamp authority: look every hour whether the day's stamp is due, and ask for it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from testimony.errors import TestimonyError
from testimony.sealing.log.errors import StampRefused
from testimony.sync.client import timestamps as client_timestamps
from testimony.sync.jobs.sync import foreseen

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.sync.http.channel import HttpChannel

EVERY: Final = 3600.0
"""Seconds between two looks: an authority that was out of reach is asked again at the next."""
LONGEST_END: Final = 5.0
log = logging.getLogger("testimony.stamps")


class StampLoop:
    """A thread that asks until it is stopped. Nothing else of the station waits for it."""

    def __init__(self, station: Station, *, every: float = EVERY, channel: HttpChannel | None = None) -> None:
        self.station, self.every = station, every
        self.channel = channel or client_timestamps.way(station)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="testimony-stamps", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """An authority that is waited for is waited for no longer."""
        self._stopped.set()
        self.channel.cut()
        if self._thread.is_alive():
            self._thread.join(LONGEST_END)

    def once(self) -> bool:
        """Whether a stamp came. What goes wrong is logged, and tried again at the next look."""
        try:
            with foreseen():
                return client_timestamps.stamp(self.station, self.channel) is not None
        except StampRefused as error:
            log.warning("no time stamp came: %s", error.reason)
        except TestimonyError as error:
            log.warning("a time stamp could not be seen to: %s", error.code)
        return False

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.once()
            self._stopped.wait(self.every)
