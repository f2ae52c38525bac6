"""Work at a desk in the background: testimonies are opened and counted, then one act is done; one goes on at a time.

What is asked for meanwhile takes its place, unless it was asked for before: a request that was under way when somebody
asked for something else comes late, and stops nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from testimony.errors import TestimonyError, outline
from testimony.services.coding import opened_accounts
from testimony.services.release import candidates
from testimony.services.release.desk import Releaser
from testimony.store.errors import StoreFailing

Watch = Callable[[int, int], None]
"""Is told how many of how many testimonies are open."""
Turn = tuple[int, int]
"""When something was asked for: on which page, and as which of its questions. The later one is the greater one."""
log = logging.getLogger("testimony.jobs")


class Stopped(Exception):  # no error: somebody pressed the button
    """Somebody does not want it any more. What was opened stays open."""


def open_accounts(by: Releaser, watched: Watch) -> None:
    """Open every coded account that this key opens and that is not open yet."""
    known = candidates.vocabulary()
    with by.station.database.reading() as session:
        opened_accounts.of(by.station, session, by.reader, by.annexes, known, at=by.day, watched=watched)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What to do once everything is open. `what`: what a page calls it; `about`: which order or release; `opens`: what
    is opened before."""

    what: str
    about: Any
    do: Callable[[Releaser], Any]
    opens: Callable[[Releaser, Watch], None] = open_accounts


@dataclass(kw_only=True)
class Job:
    """One act under way. `opened` of `total` testimonies; both 0 until that is known. `error`: why there is no result.

    `told`: somebody was shown how it ended. `late`: it was not begun, since something newer had been asked for.
    """

    act: Act
    opened: int = 0
    total: int = 0
    result: Any = None
    error: TestimonyError | None = None
    stopped: bool = False
    told: bool = False
    late: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    @property
    def stopping(self) -> bool:
        """Whether somebody wanted its end."""
        return self._stop.is_set()

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        return self._ended.is_set() and self.error is None and not self.stopped

    @classmethod
    def come_late(cls, act: Act) -> Job:
        """One that is stopped before it began."""
        job = cls(act=act, stopped=True, late=True)
        job._ended.set()
        return job

    def is_about(self, what: str, about: Any) -> bool:
        return self.act.what == what and self.act.about == about

    def stop(self) -> None:
        """End after the testimonies that are being opened; an act that has begun is done to its end."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended by then."""
        return self._ended.wait(seconds)

    def opening(self, opened: int, total: int) -> None:
        """How far it is. Raises `Stopped`."""
        self.opened, self.total = opened, total
        if self._stop.is_set():
            raise Stopped

    def run(self, by: Releaser, keep: Callable[[Job], None]) -> None:
        """To its end, whatever that is; never raises. `keep` is given it when it has a result."""
        try:
            with _named_errors():
                self._do(by)
                keep(self)
        except Stopped:
            self.stopped = True
        except TestimonyError as error:
            self.error = error
        finally:
            self._ended.set()

    def _do(self, by: Releaser) -> None:
        self.opening(0, 0)
        self.act.opens(by, self.opening)
        self.opening(self.opened, self.total)
        self.result = self.act.do(by)


class Work:
    """The acts of one kind at one desk: the last one stays to be looked at."""

    def __init__(self) -> None:
        self.last: Job | None = None
        self._newest: Turn = (0, 0)
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def begin(self, by: Releaser, act: Act) -> Job:
        """Do `act` after the one that goes on, which is stopped; that one, where it is the same."""
        with self._lock:
            self._newest = (self._newest[0] + 1, 0)
            return self._begin(by, act)

    def page(self) -> int:
        """The number of a page that is asked for now: what an earlier page still asks for is late from now on."""
        with self._lock:
            self._newest = (self._newest[0] + 1, 0)
            return self._newest[0]

    def begin_in_turn(self, by: Releaser, act: Act, turn: Turn) -> Job:
        """As `begin`, of what a page asked for as its `turn`; where something newer was asked for, nothing is begun or
        stopped."""
        with self._lock:
            if turn < self._newest:
                return Job.come_late(act)
            self._newest = turn
            return self._begin(by, act)

    def of(self, what: str, about: Any) -> Job | None:
        """The last one, where it is this."""
        last = self.last
        return last if last is not None and last.is_about(what, about) else None

    def stop(self) -> None:
        """End what goes on; without any it does nothing."""
        if self.last is not None:
            self.last.stop()

    def forget(self) -> None:
        """The same, and what was made is not kept: the key was locked."""
        self.stop()
        with self._lock:
            self.last = None

    def _begin(self, by: Releaser, act: Act) -> Job:
        before = self.last
        if before is not None and before.running:
            if before.is_about(act.what, act.about) and not before.stopping:
                return before
            before.stop()
        self.last = job = Job(act=act)
        threading.Thread(target=self._run, args=(job, by), name="testimony-jobs", daemon=True).start()
        return job

    def _run(self, job: Job, by: Releaser) -> None:
        with self._turn:
            job.run(by, self._keep)

    def _keep(self, job: Job) -> None:
        """What a job made, before anybody is told that it ended."""


@contextmanager
def _named_errors() -> Iterator[None]:
    """Nobody waits for this thread: what nobody foresaw is an error as well, or a page would say that it was done."""
    try:
        yield
    except (Stopped, TestimonyError):
        raise
    except Exception as error:
        log.error("unexpected: %s", outline(type(error), error.__traceback__))
        raise StoreFailing from error
