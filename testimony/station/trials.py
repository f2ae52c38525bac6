"""Folders of a home in which a backup is opened for some minutes: to test it, or to hand over what it holds.

They hold a copy of shred keys, which no withdrawal would find there. So each is deleted at its end, and what a killed
process left is deleted by the next command, the next start, or a running station within an hour.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from testimony.store.files import durable
from testimony.store.files.lock import HomeLock

TRIALS: Final = "trials"
LOCK: Final = "lock"


@contextmanager
def folder_of(home: Path) -> Iterator[Path]:
    """An empty folder in `home`, which is deleted at the end. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
    sweep(home)
    folder = home / TRIALS / secrets.token_hex(8)
    with durable.named_errors(home):
        folder.mkdir(parents=True, mode=0o700)
        lock = HomeLock(folder / LOCK)
    lock.take()
    try:
        yield folder
    finally:
        with durable.named_errors(home):
            _delete(folder, lock)


def sweep(home: Path) -> int:
    """Delete what killed processes left. Returns how many folders. Raises `StoreUnwritable`, `StoreFailing`."""
    swept = 0
    with durable.named_errors(home):
        for folder in (home / TRIALS).glob("*"):
            lock = HomeLock(folder / LOCK)
            try:
                if lock.take():
                    _delete(folder, lock)
                    swept += 1
            finally:
                lock.release()
    return swept


def _delete(folder: Path, lock: HomeLock) -> None:
    """Delete everything but the lock while it is held; then the lock, which Windows does not delete while it is open.

    Another sweep may delete it in between.
    """
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)
