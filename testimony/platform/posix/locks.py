"""Locks by `flock`: two openings of a file exclude each other, within a process too."""

from __future__ import annotations

import fcntl


def acquire(descriptor: int) -> None:
    """Lock the file that is open there, and wait for it. Raises `OSError`."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def try_acquire(descriptor: int) -> bool:
    """Lock the file if nobody else has; whether this opening has it now. Raises `OSError`."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def release(descriptor: int) -> None:
    """Release the lock. Closing the file does it too."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
