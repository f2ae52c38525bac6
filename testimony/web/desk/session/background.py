"""Syncs an unlocked desk by itself: after unlocking, at an interval, and soon after the reader wrote something down.

The requests are signed with the reader's key, so a locked desk waits. What a page's button begins and what begins here
is one and the same exchange, so there are never two.
"""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, current_app

from testimony.background.scheduler import Job, Scheduler
from testimony.errors import StationBusy
from testimony.services.link import sync_choice
from testimony.station.station import Station
from testimony.sync.errors import ExchangeElsewhere, ExchangeStopped
from testimony.sync.jobs.pace import FIRST_WAIT, GLANCE, LONGEST_WAIT, OutboxWatch, back_off
from testimony.web.desk.session import key
from testimony.web.desk.session import sync as session_sync

EVERY: Final = 300.0
"""Seconds between two exchanges that succeed, while nothing new waits here."""


class DeskSync:
    """The exchanges that nobody asked for. One for each desk."""

    def __init__(self, app: Flask, *, every: float = EVERY) -> None:
        self.app = app
        self.every = every
        self.failures = 0
        self._outbox = OutboxWatch()
        self._job: Job | None = None
        self._stopping = False

    def add_to(self, scheduler: Scheduler) -> None:
        """From now on, begin with an exchange whenever a key is unlocked. One under way ends with the scheduler."""
        self._job = scheduler.add("sync", self.once, every=self.every, on_stop=self._stop)
        scheduler.add("outbox", self.look, every=GLANCE, first=None)
        self._held.on_put.append(self._begin_anew)

    def once(self) -> float:
        """One exchange, where there may be one; the seconds to wait before the next."""
        with self.app.app_context():
            reader = self._held.peek()
            if self._stopping or reader is None or not sync_choice.is_by_itself(self._station):
                return self.every
            underway = session_sync.begin_by_itself(reader)
            if self._stopping or self._held.peek() is not reader:  # meanwhile: nothing else would end it
                underway.stop()
            underway.wait()
            self._outbox.known = session_sync.waiting()
        return self._wait_after(underway)

    def look(self) -> None:
        """Exchange now if something new waits in the outbox; after a failure that is left to the next try."""
        if self._job is None or self._job.running or self.failures or self._held.peek() is None:
            return
        if sync_choice.is_by_itself(self._station) and self._outbox.is_new_waiting(self._station):
            self._job.wake()

    def wake(self) -> None:
        """Exchange now."""
        if self._job is not None:
            self._job.wake()

    def _begin_anew(self) -> None:
        self.failures = 0
        self.wake()

    def _stop(self) -> None:
        self._stopping = True
        with self.app.app_context():
            session_sync.exchanges().stop()

    def _wait_after(self, underway: session_sync.Underway) -> float:
        failure = None if underway.report is None else underway.report.failure
        if isinstance(failure, ExchangeStopped):  # by the reader, or by the lock: it is not begun again behind them
            return LONGEST_WAIT
        if isinstance(failure, ExchangeElsewhere):
            return FIRST_WAIT
        if underway.error is not None or failure is not None:
            self.failures += 1
            return max(back_off(self.failures), float(failure.retry_after) if isinstance(failure, StationBusy) else 0.0)
        self.failures = 0
        media = underway.report.media if underway.report is not None else None
        return FIRST_WAIT if media is not None and media.left and media.pieces else self.every

    @property
    def _held(self) -> key.HeldKey:
        return cast(key.HeldKey, self.app.extensions["testimony.key"])

    @property
    def _station(self) -> Station:
        return cast(Station, self.app.extensions["testimony.station"])


def prepare(app: Flask) -> None:
    """Give a desk its exchanges in the background. They begin when the one who serves it adds them to a scheduler."""
    app.extensions["testimony.desk_sync"] = DeskSync(app)


def desk_sync() -> DeskSync:
    """Those of this application."""
    return cast(DeskSync, current_app.extensions["testimony.desk_sync"])
