"""Manages free space: refuses deliveries before the disk is full, and keeps a reserve for withdrawals.

A full disk cannot even delete, since SQLite needs space to write the deletion. So an ordinary delivery is refused while
there is still some space, and a ballast file is deleted when a withdrawal would not fit.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from testimony.platform import files
from testimony.store.errors import StoreFull
from testimony.store.files import durable

FLOOR = 32 << 20
BALLAST = 4 << 20
T = TypeVar("T")


class Space:
    """The room on the disk of `home`. `floor` and `ballast` are in bytes."""

    def __init__(self, home: Path, *, floor: int = FLOOR, ballast: int = BALLAST) -> None:
        """Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        self.home, self.floor, self.ballast = home, floor, ballast
        self._file = home / "ballast"
        self.lay_ballast()

    def free(self) -> int:
        """Bytes that this user may still write."""
        with durable.named_errors(self.home):
            return shutil.disk_usage(self.home).free

    def require_room(self, size: int, *, floors: int = 1) -> None:
        """Raise `StoreFull` unless the floor, or so many times the floor, stays free after `size` bytes more."""
        if self.free() - size < floors * self.floor:
            raise StoreFull

    def lay_ballast(self) -> bool:
        """Lay the reserve down if it is not there and there is room for it; whether it is there now.

        At the start, and once in a while: a withdrawal may have used it up. Raises `StoreFull`, `StoreUnwritable`,
        `StoreFailing`.
        """
        if self.has_ballast():
            return True
        if self.free() < self.floor + self.ballast:
            return False
        with durable.named_errors(self.home):
            descriptor = files.open_bytes(self._file, os.O_WRONLY | os.O_CREAT)
            try:
                try:
                    files.reserve(descriptor, self.ballast)
                finally:
                    os.close(descriptor)
            except OSError:
                self._file.unlink(missing_ok=True)  # half a reserve takes room and saves nobody
                raise
        return True

    def spend(self, act: Callable[[], T]) -> T:
        """Do what must never be refused; where the disk is full, give the reserve up and do it once more.

        Raises what `act` raises.
        """
        try:
            return act()
        except StoreFull:
            self.release_ballast()
            return act()

    def release_ballast(self) -> None:
        """Give the reserve up. Raises `StoreUnwritable`, `StoreFailing`."""
        with durable.named_errors(self.home):
            self._file.unlink(missing_ok=True)

    def has_ballast(self) -> bool:
        """Whether the reserve is there, in blocks and not in length alone. Raises `StoreUnwritable`, `StoreFailing`."""
        with durable.named_errors(self.home):
            return self._file.exists() and files.taken(self._file) >= self.ballast
