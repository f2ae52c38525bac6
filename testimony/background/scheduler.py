"""Scheduler for recurring jobs: one thread times all of them by the monotonic clock, so a wrong date has no effect.

Each job that is due runs in its own thread, so a job that waits for a slow link does not delay the others. A job never
runs twice at once. Any exception that it raises is logged, and the next run happens as usual.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from testimony.background.guard import foreseen
from testimony.errors import TestimonyError

Act = Callable[[], float | None]
"""What a job does. A number says in how many seconds it runs again, instead of after its interval."""
CROWDED: Final = 30.0
"""Seconds until a job is tried again for which the machine had no thread."""
log = logging.getLogger("testimony.background")


@dataclass(kw_only=True, eq=False)
class Job:
    """One job of a scheduler. All times are seconds of the scheduler's clock; `due` None: until somebody wakes it."""

    scheduler: Scheduler = field(repr=False)
    name: str
    act: Act = field(repr=False)
    every: float | None
    jitter: float
    on_stop: Callable[[], None] | None
    stop_timeout: float | None
    due: float | None
    running: bool = False
    woken: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    def wake(self) -> None:
        """Run now; a job that runs at the moment once more, as what changed meanwhile may have come too late for it."""
        self.scheduler._plan(self, 0.0)

    def run_in(self, seconds: float) -> None:
        """Run in so many seconds, whatever was planned before."""
        self.scheduler._plan(self, seconds)

    def due_in(self) -> float:
        """Seconds until the next run; 0 where it is overdue, runs, or none is planned."""
        return max(0.0, (self.due or 0.0) - self.scheduler.clock())


class Scheduler:
    """The jobs of one program, or of one database. `clock` is monotonic, in seconds; `spread` draws from a range."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.clock = clock
        self._spread = spread
        self._jobs: list[Job] = []
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._keep_time, name="testimony-scheduler", daemon=True)

    def add(
        self,
        name: str,
        act: Act,
        *,
        every: float | None = None,
        first: float | None = 0.0,
        jitter: float = 0.0,
        on_stop: Callable[[], None] | None = None,
        stop_timeout: float | None = None,
    ) -> Job:
        """Register a job, before or after `start`.

        `every`: seconds from the end of a run to the next; None: only when it is woken. `first`: seconds until the
        first run; None: as `every`. `jitter`: up to this share of `every` is added by chance, for servers that started
        together. `on_stop` is called when the scheduler stops, to cut short what the job waits for. `stop_timeout`:
        seconds for which `stop` waits for a run; None: to its end, for a job that writes to what is closed afterwards.
        """
        job = Job(
            scheduler=self,
            name=name,
            act=act,
            every=every,
            jitter=jitter,
            on_stop=on_stop,
            stop_timeout=stop_timeout,
            due=None,
        )
        with self._changed:
            job.due = self._next(job, first)
            self._jobs.append(job)
            self._changed.notify_all()
        return job

    def start(self) -> None:
        """Keep the time from now on."""
        self._thread.start()

    def run_due(self) -> float | None:
        """Begin what is due; seconds until the next job is, None while none is planned. The own thread calls this."""
        with self._changed:
            for job in self._jobs:
                if not self._stopped and not job.running and job.due is not None and job.due <= self.clock():
                    self._begin(job)
            planned = [job.due for job in self._jobs if job.due is not None and not job.running]
            return max(0.0, min(planned) - self.clock()) if planned else None

    def wait(self, seconds: float | None = None) -> bool:
        """Until no job runs; whether that is so by then."""
        with self._changed:
            return self._changed.wait_for(lambda: not any(job.running for job in self._jobs), seconds)

    def stop(self) -> list[str]:
        """Begin nothing more and wait for what runs, each job up to its own limit; the names of those that still run.

        Harmless before `start`, and twice.
        """
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for job in self._jobs:
            if job.on_stop is not None:
                job.on_stop()
        if self._thread.is_alive():
            self._thread.join()
        began = self.clock()
        for job in self._jobs:
            if job.thread is not None:
                limit = job.stop_timeout
                job.thread.join(None if limit is None else max(0.0, limit - (self.clock() - began)))
        left = [job.name for job in self._jobs if job.thread is not None and job.thread.is_alive()]
        if left:
            log.warning("still running at the end: %s", ", ".join(left))
        return left

    def _keep_time(self) -> None:
        with self._changed:
            while not self._stopped:
                self._changed.wait(self.run_due())

    def _plan(self, job: Job, seconds: float) -> None:
        with self._changed:
            before, job.due = job.due, self.clock() + seconds
            job.woken = job.running
            if before is None or job.due < before:  # a later one is found when the earlier time has come
                self._changed.notify_all()

    def _next(self, job: Job, seconds: float | None) -> float | None:
        if seconds is None:
            seconds = None if job.every is None else job.every + self._spread(0.0, job.jitter * job.every)
        return None if seconds is None else self.clock() + seconds

    def _begin(self, job: Job) -> None:
        job.running, job.woken, job.due = True, False, None
        job.thread = threading.Thread(target=self._run, args=(job,), name=f"testimony-{job.name}", daemon=True)
        try:
            job.thread.start()
        except RuntimeError:  # no thread can be had: the time of the others is kept all the same
            log.error("%s could not begin: the machine has no thread left", job.name)
            job.thread, job.running, job.due = None, False, self.clock() + CROWDED

    def _run(self, job: Job) -> None:
        seconds: float | None = None
        try:
            with foreseen(TestimonyError, log):
                seconds = job.act()
        except TestimonyError as error:
            log.warning("%s: %s", job.name, error.code)
        finally:
            with self._changed:
                job.running = False
                if not job.woken:
                    job.due = self._next(job, seconds)
                self._changed.notify_all()
