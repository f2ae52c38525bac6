"""Notes in a home which ports its server has, for as long as it runs: the next start finds them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testimony.platform import files, locks

FILE = "running"
SUCCESSION_TIMEOUT = 5.0  # seconds for a server that just started to say its port, or for the one before to end
GLANCE = 0.05  # seconds between two looks; a command that asks for the port holds the lock for less


@contextmanager
def noted(home: Path, port: int, *, https: int = 0, timeout: float = 0.0) -> Iterator[bool]:
    """The server of `home` has `port`. Gives False if another server noted its port already: that note stays.

    `https`: its port for phones; 0: none. `timeout`: seconds to wait for the one before this one to end.

    Raises `StoreUnwritable`, `StoreFull`, `StoreFailing`.
    """
    from testimony.store.files import durable

    with durable.named_errors(home):
        descriptor = files.open_bytes(home / FILE, os.O_RDWR | os.O_CREAT)
    try:
        ours = _acquired(descriptor, timeout)
        if ours:
            with durable.named_errors(home):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, b"%d %d\n" % (port, https))
        yield ours
    finally:
        os.close(descriptor)


def port_of(home: Path) -> int | None:
    """The port of the server that runs for `home`; None if none does. Raises `OSError`."""
    ports = _ports_of(home)
    return ports[0] if ports else None


def https_port_of(home: Path) -> int:
    """The port at which phones reach it by https; 0 if they do not, or if it does not run. Raises `OSError`."""
    ports = _ports_of(home)
    return ports[1] if len(ports) > 1 else 0  # a program of before, that still runs, notes one


def _ports_of(home: Path) -> list[int]:
    """What the server that runs for `home` noted; empty if none runs."""
    try:
        descriptor = files.open_bytes(home / FILE, os.O_RDWR)
    except FileNotFoundError:
        return []
    try:
        until = time.monotonic() + SUCCESSION_TIMEOUT
        while not locks.try_acquire(descriptor):
            said = files.read_at(descriptor, 16, 0).split()
            if said and all(one.isdigit() for one in said):
                return [int(one) for one in said]
            if time.monotonic() >= until:
                return []
            time.sleep(GLANCE)
        return []
    finally:
        os.close(descriptor)


def _acquired(descriptor: int, timeout: float) -> bool:
    until = time.monotonic() + timeout
    while not locks.try_acquire(descriptor):
        if time.monotonic() >= until:
            return False
        time.sleep(GLANCE)
    return True
