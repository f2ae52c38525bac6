"""Background jobs on coded accounts at a desk: open testimonies, count them, then do one act. One job runs at a time.

A new request replaces the job that is running. A request that was sent before the one that is running but arrives after
it is late: it stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from testimony.background.worker import Run, Worker
from testimony.services.coding import opened_accounts
from testimony.services.release import candidates
from testimony.services.release.desk import Releaser
from testimony.store.errors import StoreFailing

Watch = Callable[[int, int], None]
"""Called with how many of how many testimonies are open."""
Turn = tuple[int, int]
"""When something was requested: (number of the page, number of its request). Later ones are greater."""


def open_accounts(by: Releaser, watched: Watch) -> None:
    """Open every coded account that this key opens and that is not open yet."""
    known = candidates.vocabulary()
    with by.station.database.reading() as session:
        opened_accounts.open_accounts(by.station, session, by.reader, by.annexes, known, at=by.day, watched=watched)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What to do once everything is open. `what`: its name on a page; `about`: which order or release; `opens`: what is
    opened first.
    """

    what: str
    about: Any
    do: Callable[[Releaser], Any]
    opens: Callable[[Releaser, Watch], None] = open_accounts


@dataclass(kw_only=True)
class Job(Run):
    """One act in progress: `done` of `total` testimonies are open. `late`: it never began, because something newer was
    requested.
    """

    act: Act
    result: Any = None
    late: bool = False

    @classmethod
    def come_late(cls, act: Act) -> Job:
        """A job that is stopped before it began."""
        job = cls(act=act, stopped=True, late=True)
        job.end()
        return job

    def is_about(self, what: str, about: Any) -> bool:
        return self.act.what == what and self.act.about == about

    def opening(self, opened: int, total: int) -> None:
        """Report progress. Raises `Stopped`."""
        self.done, self.total = opened, total
        self.require_wanted()

    def do(self, by: Releaser) -> None:
        """Run to the end; an act that has begun is not stopped. Raises `Stopped`, and what the act raises."""
        self.opening(0, 0)
        self.act.opens(by, self.opening)
        self.require_wanted()
        self.result = self.act.do(by)


class Work(Worker[Job]):
    """The acts of one kind at one desk: keeps the last one."""

    def __init__(self) -> None:
        super().__init__("jobs", failure=StoreFailing)
        self._newest: Turn = (0, 0)

    def begin(self, by: Releaser, act: Act) -> Job:
        """Do `act` after stopping the one in progress; if that is the same act, return it."""
        with self._lock:
            self._newest = (self._newest[0] + 1, 0)
            return self._begin(by, act)

    def page(self) -> int:
        """A new page number. Later requests of an earlier page are late from now on."""
        with self._lock:
            self._newest = (self._newest[0] + 1, 0)
            return self._newest[0]

    def begin_in_turn(self, by: Releaser, act: Act, turn: Turn) -> Job:
        """As `begin`, for the request of a page at its `turn`; if something newer was requested, nothing is begun or
        stopped.
        """
        with self._lock:
            if turn < self._newest:
                return Job.come_late(act)
            self._newest = turn
            return self._begin(by, act)

    def of(self, what: str, about: Any) -> Job | None:
        """The last one, if it is this."""
        last = self.last
        return last if last is not None and last.is_about(what, about) else None

    def _begin(self, by: Releaser, act: Act) -> Job:
        before = self.last
        if before is not None and before.running:
            if before.is_about(act.what, act.about) and not before.stopping:
                return before
            before.stop()

        def do(job: Job) -> None:
            job.do(by)
            self._keep(job)

        return self._start(Job(act=act), do)

    def _keep(self, job: Job) -> None:
        """Keep the result of a job before its end is reported."""
