"""A child process with an engine: watched, ended when asked, and never trusted. Data goes through pipes alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from testimony.background.worker import Run
from testimony.errors import TestimonyError
from testimony.platform import processes

STALL: Final = 120.0  # seconds without a line, after which the engine hangs
LONGEST_LINE: Final = 1 << 20
KILLED: Final = (-9, -24)
"""SIGKILL, SIGXCPU: no processor time is left."""


@dataclass(kw_only=True)
class Watched(Run):
    """What an engine does in a child process."""

    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False, compare=False)

    def stop(self) -> None:
        """End it at once, and its engine."""
        super().stop()
        child = self._child
        if child is not None:
            child.kill()

    def watch(self, child: subprocess.Popen[bytes]) -> None:
        """End `child` with this run, also when that was to end before."""
        self._child = child
        if self.stopping:
            child.kill()


@dataclass(frozen=True, kw_only=True)
class Task:
    """`program` with `arguments` reads `given` and writes lines, each of which `take` is called with.

    `why`: by exit code of the child the reason that `refused` makes an error of. `refused` knows "slow" and "crashed"
    too.
    """

    program: Path
    arguments: tuple[str, ...]
    given: Iterable[bytes]
    take: Callable[[bytes], None]
    why: Mapping[int, str]
    refused: Callable[[str], TestimonyError]


def converse(run: Watched, task: Task, *, stall: float) -> None:
    """Do `task` to its end. Raises `Stopped`, and what `task.refused`, `task.given` and `task.take` make or raise."""
    run.require_wanted()
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(task.program), *task.arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=processes.bare(),
        cwd="/",
    )
    run.watch(child)
    watchdog = _Watchdog(child.kill, stall)
    with child:
        try:
            _give(child, task.given, run)
            for line in _lines(child, watchdog):
                task.take(line)
            code = child.wait()
        finally:
            watchdog.end()
            child.kill()
    run.require_wanted()
    if watchdog.barked or code in KILLED:
        raise task.refused("slow")
    if code:
        raise task.refused(task.why.get(code, "crashed"))


class _Watchdog:
    """Calls `act` when nobody stroked it for `seconds`."""

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        self.barked = False
        self._act, self._seconds = act, seconds
        self._timer = self._begun()

    def stroke(self) -> None:
        self._timer.cancel()
        self._timer = self._begun()

    def end(self) -> None:
        self._timer.cancel()

    def _begun(self) -> threading.Timer:
        timer = threading.Timer(self._seconds, self._bark)
        timer.daemon = True
        timer.start()
        return timer

    def _bark(self) -> None:
        self.barked = True
        self._act()


def _give(child: subprocess.Popen[bytes], given: Iterable[bytes], run: Run) -> None:
    into = cast("IO[bytes]", child.stdin)
    with processes.ended_early():
        for piece in given:
            run.require_wanted()
            into.write(piece)
    with processes.ended_early():
        into.close()


def _lines(child: subprocess.Popen[bytes], watchdog: _Watchdog) -> Iterator[bytes]:
    out = cast("IO[bytes]", child.stdout)
    while line := out.readline(LONGEST_LINE):
        watchdog.stroke()
        yield line
