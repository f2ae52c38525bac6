"""The lock on a home, `HOME/lock`: of all processes that use the home, its holder does the maintenance.

It is a `flock` lock: the kernel releases it when its process ends, however that happens, so no stale lock remains.
"""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from pathlib import Path

GLANCE = 0.05  # seconds between two tries
_open: weakref.WeakSet[HomeLock] = weakref.WeakSet()


class HomeLock:
    """One opening of `file`, which is made when missing. Two openings exclude each other within a process too."""

    def __init__(self, file: Path) -> None:
        """Takes nothing yet. Raises `OSError`."""
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)  # Python closes it in a program it starts
        self._let_go = weakref.finalize(self, os.close, self._descriptor)
        self._held = False
        _open.add(self)

    def take(self) -> bool:
        """True if this process holds the lock. If not, it tries again, since the holder may be gone. Never waits."""
        if not self._held and self._let_go.alive:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._held = True
        return self._held

    def wait(self, seconds: float) -> bool:
        """Like `take`, again and again for so long: a command that holds it is soon done."""
        until = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() >= until:
                return False
            time.sleep(GLANCE)
        return True

    def release(self) -> None:
        """Release the lock for good. Calling it twice is harmless."""
        self._held = False
        self._let_go()


def _release_in_child() -> None:
    """A forked process shares its parent's lock and would hold it on when the parent has ended."""
    for lock in list(_open):
        lock.release()


os.register_at_fork(after_in_child=_release_in_child)
