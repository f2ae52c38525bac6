"""What another process needs, as Linux counts it: memory and processor time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

OFTEN = 0.02
"""Seconds between two looks at a process's memory."""
STARTED = 68.0
"""MB of a worker that answers requests; before that it is smaller."""


def resident(pid: int) -> float:
    """MB of memory (RSS)."""
    return _megabytes(pid, "VmRSS")


@contextmanager
def watched(pid: int) -> Iterator[Callable[[], float]]:
    """How to ask for MB of memory (RSS) at its most since the last question, by looking all the time.

    The kernel's own note of a peak (VmHWM) fell while a page of Chromium lived, which a peak cannot.
    """
    seen, ended = [resident(pid)], threading.Event()

    def look() -> None:
        while not ended.wait(OFTEN):
            seen.append(resident(pid))

    def most() -> float:
        found = max(seen)
        seen[:] = [resident(pid)]
        return found

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        ended.set()
        looking.join()


def children(profile: Path, kind: str) -> list[int]:
    """Chromium's processes of `kind` ("renderer", …), by their browser's profile."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
        except OSError:  # it is over
            continue
        if f"--type={kind}".encode() in words and _browser_of(int(place.name), profile):
            found.append(int(place.name))
    return found


def _browser_of(pid: int, profile: Path) -> bool:
    """Whether a process above `pid` was started with this profile."""
    while pid > 1:
        if f"--user-data-dir={profile}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return False


def _megabytes(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith(name))


def processor_seconds(pid: int) -> float:
    """Seconds of processor time so far, those of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_with_children(pid: int) -> float:
    """Seconds of processor time so far of a process, of those that it started, and of those of them that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return processor_seconds(pid) + ended + sum(seconds_with_children(int(one)) for one in children)


def workers_of(pid: int, number: int) -> list[int]:
    """The processes that the supervisor `pid` started, once there are so many and they have started."""
    while True:
        found = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
        if len(found) == number and all(resident(one) > STARTED for one in found):
            return found
        threading.Event().wait(OFTEN)
