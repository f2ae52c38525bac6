"""Room on the disk: stop taking in before it is full, and keep a reserve for what must never be refused.

A full disk cannot even delete, since SQLite needs room to write down the deletion. So an ordinary delivery is refused
while there is still some space, and a ballast file is given up when a withdrawal would not fit.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from testimony.errors import StoreFull
from testimony.store import disk

FLOOR = 32 << 20
BALLAST = 4 << 20


class Space:
    """The room on the disk of `home`. `floor` and `ballast` are in bytes."""

    def __init__(self, home: Path, *, floor: int = FLOOR, ballast: int = BALLAST) -> None:
        """Lay the ballast down again if an earlier withdrawal used it up and there is room."""
        self.home, self.floor, self.ballast = home, floor, ballast
        self._file = home / "ballast"
        if self.free() >= floor + ballast:
            self._lay_down()

    def free(self) -> int:
        """Bytes that this user may still write."""
        with disk.named_errors(self.home):
            return shutil.disk_usage(self.home).free

    def require_room(self, size: int, *, floors: int = 1) -> None:
        """Raise `StoreFull` unless the floor, or so many times the floor, stays free after `size` bytes more."""
        if self.free() - size < floors * self.floor:
            raise StoreFull

    def release_ballast(self) -> None:
        """Give the reserve up."""
        self._file.unlink(missing_ok=True)

    def has_ballast(self) -> bool:
        """Whether the reserve is there, as blocks and not only as a length."""
        return self._file.exists() and self._file.stat().st_blocks * 512 >= self.ballast

    def _lay_down(self) -> None:
        if self.has_ballast():
            return
        with disk.named_errors(self.home):
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self.ballast)
            finally:
                os.close(descriptor)
