"""Runs tasks that a user started in the background: one at a time, with progress, a stop button and a result."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from testimony.background.guard import foreseen
from testimony.errors import TestimonyError

log = logging.getLogger("testimony.background")


class Stopped(Exception):  # no error: somebody pressed the button
    """Somebody does not want it any more. What was done so far stays done."""


@dataclass(kw_only=True)
class Run:
    """One piece of work. `done` of `total`, in whatever it counts; both 0 until that is known.

    `error`: why there is no result. `stopped`: it ended before its end. `told`: somebody was shown how it ended.
    """

    done: int = 0
    total: int = 0
    error: TestimonyError | None = None
    stopped: bool = False
    told: bool = False
    _stop: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    @property
    def stopping(self) -> bool:
        """Whether somebody wanted its end."""
        return self._stop.is_set()

    @property
    def succeeded(self) -> bool:
        """Whether it came to its end."""
        return not self.running and self.error is None and not self.stopped

    def stop(self) -> None:
        """Ask it to end. The work looks at `stopping` between its steps, or calls `require_wanted`."""
        self._stop.set()

    def require_wanted(self) -> None:
        """Raises `Stopped` once somebody wanted its end."""
        if self.stopping:
            raise Stopped

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended by then."""
        return self._ended.wait(seconds)

    def end(self) -> None:
        """It has ended: those who wait go on."""
        self._ended.set()


R = TypeVar("R", bound=Run)


class Worker(Generic[R]):
    """Does one piece of work at a time, in a thread of its own; the last one stays to be looked at."""

    def __init__(self, name: str, *, failure: type[TestimonyError]) -> None:
        """`name`: of the thread, and in the log. `failure`: what an error that nobody foresaw is told as."""
        self.last: R | None = None
        self._name = name
        self._failure = failure
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    @property
    def busy(self) -> bool:
        last = self.last
        return last is not None and last.running

    def start(self, new: R, act: Callable[[R], None]) -> R:
        """Do `act` with `new`, unless something goes on: then that is returned, and nothing is begun."""
        with self._lock:
            if self.last is not None and self.last.running:
                return self.last
            return self._start(new, act)

    def stop(self) -> None:
        """Ask what goes on to end; without any it does nothing."""
        last = self.last
        if last is not None:
            last.stop()

    def forget(self) -> None:
        """The same, and what was made is not kept: the key was locked."""
        self.stop()
        with self._lock:
            self.last = None

    def wait(self, seconds: float | None = None) -> bool:
        """Whether what was begun last has ended by then."""
        last = self.last
        return last is None or last.wait(seconds)

    def state(self) -> dict[str, Any]:
        """For the script of a page: {"running", "done", "total"} of what was begun last."""
        last = self.last
        if last is None:
            return {"running": False, "done": 0, "total": 0}
        return {"running": last.running, "done": last.done, "total": last.total}

    def _start(self, new: R, act: Callable[[R], None]) -> R:
        """Do `new` after what goes on, if anything does. The caller holds the lock."""
        self.last = new
        threading.Thread(target=self._run, args=(new, act), name=f"testimony-{self._name}", daemon=True).start()
        return new

    def _run(self, run: R, act: Callable[[R], None]) -> None:
        try:
            with self._turn, foreseen(self._failure, log):
                _do(run, act)
        except TestimonyError as error:
            run.error = _bare(error)
            log.warning("%s: %s", self._name, error.code)
        finally:
            run.end()


def _bare(error: TestimonyError) -> TestimonyError:
    """Without the frames that it came through: they would keep what the work had opened."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _do(run: R, act: Callable[[R], None]) -> None:
    try:
        act(run)
    except Stopped:
        run.stopped = True
