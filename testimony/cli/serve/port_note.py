"""Notes in a home which port its server has, for as long as it runs: the next start finds it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testimony.platform import files, locks

FILE = "running"
SUCCESSION_TIMEOUT = 5.0  # seconds for a server that just started to say its port, or for the one before to end
GLANCE = 0.05


@contextmanager
def noted(home: Path, port: int, *, timeout: float = 0.0) -> Iterator[None]:
    """The server of `home` has `port`. If another one notes that already, that one goes on doing so.

    `timeout`: seconds to wait for the one before this one to end.

    Raises `StoreUnwritable`, `StoreFull`, `StoreFailing`.
    """
    from testimony.store.files import durable

    with durable.named_errors(home):
        descriptor = files.open_bytes(home / FILE, os.O_RDWR | os.O_CREAT)
    try:
        if _acquired(descriptor, timeout):
            with durable.named_errors(home):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, b"%d\n" % port)
        yield
    finally:
        os.close(descriptor)


def port_of(home: Path) -> int | None:
    """The port of the server that runs for `home`; None if none does. Raises `OSError`."""
    try:
        descriptor = files.open_bytes(home / FILE, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        until = time.monotonic() + SUCCESSION_TIMEOUT
        while not locks.try_acquire(descriptor):
            said = files.read_at(descriptor, 16, 0).strip()
            if said.isdigit():
                return int(said)
            if time.monotonic() >= until:
                return None
            time.sleep(GLANCE)
        return None
    finally:
        os.close(descriptor)


def _acquired(descriptor: int, timeout: float) -> bool:
    until = time.monotonic() + timeout
    while not locks.try_acquire(descriptor):
        if time.monotonic() >= until:
            return False
        time.sleep(GLANCE)
    return True
