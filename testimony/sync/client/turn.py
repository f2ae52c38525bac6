"""One exchange of a station at a time, across programs: the server in the background, a page's button, a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from testimony.store.files import durable
from testimony.store.files.lock import HomeLock
from testimony.sync.errors import ExchangeElsewhere

if TYPE_CHECKING:
    from testimony.station.station import Station

LOCK: Final = "exchange.lock"
TURN_TIMEOUT: Final = 5.0
"""Seconds to wait for the other exchange: most are over by then."""


@contextmanager
def taken(station: Station, *, timeout: float | None = None) -> Iterator[None]:
    """Hold the station's turn in this block. The system gives it back when the program ends, however that happens.

    Raises `ExchangeElsewhere` where another one still exchanges after `timeout` seconds; None: `TURN_TIMEOUT`.
    """
    with durable.named_errors(station.settings.home):
        lock = HomeLock(station.settings.home / LOCK)
    try:
        if not lock.wait(TURN_TIMEOUT if timeout is None else timeout):
            raise ExchangeElsewhere
        yield
    finally:
        lock.release()
