"""Locks on open files. The system releases them when their process ends, however that happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    from testimony.platform.windows.locks import acquire, release, try_acquire
else:
    from testimony.platform.posix.locks import acquire, release, try_acquire

__all__ = ["after_fork", "alone", "try_acquire"]


@contextmanager
def alone(descriptor: int) -> Iterator[int]:
    """Hold the lock on the file that is open there, waiting for it, and close the file at the end. Raises `OSError`."""
    try:
        acquire(descriptor)
        try:
            yield descriptor
        finally:
            release(descriptor)
    finally:
        os.close(descriptor)


def after_fork(act: Callable[[], None]) -> None:
    """Do this in each process that is forked from this one, where a system forks."""
    register = getattr(os, "register_at_fork", None)
    if register is not None:
        register(after_in_child=act)
