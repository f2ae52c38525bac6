"""What a running station has to look after: withdrawals that are due, its reserve, what rots, what was never ended."""

from __future__ import annotations

import logging
import threading
from typing import Final

from testimony.errors import TestimonyError
from testimony.services.intake import uploads
from testimony.services.integrity import database_check
from testimony.services.records import scrub
from testimony.services.withdrawal import suspension
from testimony.station.station import Station
from testimony.sync.jobs.sync import foreseen

EVERY: Final = 3600.0
"""Seconds between two looks: the day that counts is the station's, and it begins while the station runs."""
log = logging.getLogger("testimony.daily")


class DailyLoop:
    """A thread that sweeps and looks until it is stopped. One for each running station, of every kind."""

    def __init__(self, station: Station, *, every: float = EVERY) -> None:
        self.station = station
        self.every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="testimony-daily", daemon=True)

    def start(self) -> None:
        """The station swept when it was opened: the first look comes after `every` seconds."""
        self._thread.start()

    def stop(self) -> None:
        """Returns when the thread has ended."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def once(self) -> int:
        """How many withdrawals were due. What goes wrong is logged, and tried again at the next look."""
        try:
            with foreseen():
                return suspension.sweep(self.station)
        except TestimonyError as error:
            log.warning("withdrawals that are due could not be carried out: %s", error.code)
            return 0

    def lay_ballast(self) -> bool:
        """Whether the reserve for withdrawals on a full disk is there, or there again."""
        try:
            with foreseen():
                return self.station.space.lay_ballast()
        except TestimonyError as error:
            log.warning("the reserve for withdrawals could not be laid: %s", error.code)
            return False

    def look(self) -> int:
        """How much is damaged; a share of what is held is hashed again, all of it about once a week."""
        try:
            with foreseen():
                return scrub.look(self.station)
        except TestimonyError as error:
            log.warning("what is held could not be looked through: %s", error.code)
            return 0

    def tidy(self) -> int:
        """How many chunks of batches were forgotten that were begun more than a day ago."""
        try:
            with foreseen():
                return uploads.forget_old(self.station)
        except TestimonyError as error:
            log.warning("batches that were never ended could not be forgotten: %s", error.code)
            return 0

    def check_integrity(self) -> bool | None:
        """Whether the database is sound; None on all days but one a week."""
        try:
            with foreseen():
                return database_check.look(self.station)
        except TestimonyError as error:
            log.warning("the database could not be looked through: %s", error.code)
            return None

    def all_of_it(self) -> None:
        """Everything that is to be done at one look."""
        self.once()
        self.lay_ballast()
        self.look()
        self.check_integrity()
        self.tidy()

    def _run(self) -> None:
        while not self._stopped.wait(self.every):
            self.all_of_it()
