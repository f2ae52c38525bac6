"""Regular maintenance of a running station: due withdrawals, the disk reserve, damage checks, abandoned uploads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from testimony.background.guard import foreseen
from testimony.background.scheduler import Scheduler
from testimony.errors import TestimonyError
from testimony.services.intake import uploads
from testimony.services.integrity import database_check
from testimony.services.records import scrub
from testimony.services.withdrawal import clock_readings, endings
from testimony.station import trials
from testimony.station.station import Station

EVERY: Final = 3600.0
"""Seconds between two looks: the day that counts is the station's, and it begins while the station runs."""
LONGEST_END: Final = 1.0
"""Seconds for which a station that stops waits for an answer of the bucket."""
log = logging.getLogger("testimony.daily")


class MaintenanceJob:
    """Sweeps and looks. One for each running station, of every kind."""

    def __init__(self, station: Station, *, leads: Callable[[], bool] = lambda: True) -> None:
        """`leads`: whether this process leads, among those of one central."""
        self.station, self.leads = station, leads

    def add_to(self, scheduler: Scheduler) -> None:
        """The station swept when it was opened: the first look comes after an interval."""
        stop = self.station.database.stop_long_reading
        scheduler.add("maintenance", self.all_of_it, every=EVERY, first=None, on_stop=stop)
        scheduler.add("soundness", self.check_after_start, on_stop=stop)
        if not self.station.parts.on_disk:
            scheduler.add("bodies", self.ask_after_start, stop_timeout=LONGEST_END)

    def once(self) -> int:
        """How many withdrawals were due. What goes wrong is logged, and tried again at the next look."""
        try:
            with foreseen(TestimonyError, log):
                self.station.space.spend(lambda: clock_readings.look(self.station))
                return endings.sweep(self.station)
        except TestimonyError as error:
            log.warning("withdrawals that are due could not be carried out: %s", error.code)
            return 0

    def read_clocks(self) -> None:
        """Read the dates of other clocks that the leading process has stored."""
        try:
            with foreseen(TestimonyError, log):
                clock_readings.read_again(self.station)
        except TestimonyError as error:
            log.warning("the dates of other clocks could not be read: %s", error.code)

    def lay_ballast(self) -> bool:
        """Whether the reserve for withdrawals on a full disk is there, or there again."""
        try:
            with foreseen(TestimonyError, log):
                return self.station.space.lay_ballast()
        except TestimonyError as error:
            log.warning("the reserve for withdrawals could not be laid: %s", error.code)
            return False

    def look(self) -> int:
        """How much is damaged; a share of what is held is hashed again, all of it about once a week."""
        try:
            with foreseen(TestimonyError, log):
                return scrub.look(self.station)
        except TestimonyError as error:
            log.warning("what is held could not be looked through: %s", error.code)
            return 0

    def tidy(self) -> int:
        """How many chunks of batches were forgotten that were begun more than a day ago."""
        try:
            with foreseen(TestimonyError, log):
                return uploads.forget_old(self.station)
        except TestimonyError as error:
            log.warning("batches that were never ended could not be forgotten: %s", error.code)
            return 0

    def sweep_trials(self) -> int:
        """How many folders were deleted in which somebody opened a backup and was killed: they hold shred keys."""
        try:
            with foreseen(TestimonyError, log):
                return trials.sweep(self.station.settings.home)
        except TestimonyError as error:
            log.warning("a backup that was opened here could not be deleted: %s", error.code)
            return 0

    def check_integrity(self) -> bool | None:
        """Whether the database is sound; None on all days but one a week."""
        try:
            with foreseen(TestimonyError, log):
                return database_check.look(self.station)
        except TestimonyError as error:
            log.warning("the database could not be looked through: %s", error.code)
            return None

    def check_after_start(self) -> None:
        """Look for torn pages of the database. Web pages are shown meanwhile; deliveries wait."""
        try:
            with foreseen(TestimonyError, log):
                database_check.look_after_start(self.station)
        except TestimonyError as error:
            log.warning("the database could not be looked through: %s", error.code)

    def ask_after_start(self) -> None:
        """Say in the log, with its name, which bucket for bodies cannot be used; the station serves all the same."""
        try:
            with foreseen(TestimonyError, log):
                self.station.parts.require_reachable()
        except TestimonyError as error:
            log.warning("%s: %s", error.code, error)

    def all_of_it(self) -> None:
        """Do everything that is due. A process that does not lead only reads the dates of other clocks."""
        if not self.leads():
            self.read_clocks()
            return
        self.once()
        self.lay_ballast()
        self.look()
        self.check_integrity()
        self.tidy()
        self.sweep_trials()
