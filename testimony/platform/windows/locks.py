"""Locks by `msvcrt.locking`: two openings of a file exclude each other, within a process too.

Windows keeps others from reading and writing the bytes that are locked. So one byte is locked that no file of ours ever
has: it lies behind 2 GB.
"""

from __future__ import annotations

import errno
import os
import time

from testimony.platform.windows import api

PLACE = 0x7FFF_FFF0
"""The last that `_locking` reaches, nearly: it counts with 32 bits and a sign."""
GLANCE = 0.01  # seconds between two tries: LK_LOCK tries once a second and gives up after ten
TAKEN = (errno.EACCES, errno.EDEADLK)


def acquire(descriptor: int) -> None:
    """Lock the file that is open there, and wait for it. Raises `OSError`."""
    while not try_acquire(descriptor):
        time.sleep(GLANCE)


def try_acquire(descriptor: int) -> bool:
    """Lock the file if nobody else has; whether this opening has it now. Raises `OSError`."""
    runtime = api.runtime()
    try:
        _at_place(descriptor, runtime.LK_NBLCK)
    except OSError as error:
        if error.errno in TAKEN:
            return False
        raise
    return True


def release(descriptor: int) -> None:
    """Release the lock. Windows says that closing the file may do so late."""
    _at_place(descriptor, api.runtime().LK_UNLCK)


def _at_place(descriptor: int, act: int) -> None:
    """`msvcrt.locking` begins where the file is being read, which must be as it was afterwards."""
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, PLACE, os.SEEK_SET)
    try:
        api.runtime().locking(descriptor, act, 1)
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)
