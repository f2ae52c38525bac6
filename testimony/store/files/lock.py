"""The lock on a home, `HOME/lock`: of all processes that use the home, its holder does the maintenance.

The system releases it when its process ends, however that happens, so no stale lock remains.
"""

from __future__ import annotations

import os
import time
import weakref
from pathlib import Path

from testimony.platform import files, locks

GLANCE = 0.05  # seconds between two tries
_open: weakref.WeakSet[HomeLock] = weakref.WeakSet()


class HomeLock:
    """One opening of `file`, which is made when missing. Two openings exclude each other within a process too."""

    def __init__(self, file: Path) -> None:
        """Takes nothing yet. Raises `OSError`."""
        self._descriptor = files.open_bytes(file, os.O_RDWR | os.O_CREAT)  # Python closes it in a program it starts
        self._let_go = weakref.finalize(self, os.close, self._descriptor)
        self._held = False
        _open.add(self)

    def take(self) -> bool:
        """True if this process holds the lock. If not, it tries again, since the holder may be gone. Never waits."""
        if not self._held and self._let_go.alive:
            self._held = locks.try_acquire(self._descriptor)
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


locks.after_fork(_release_in_child)
