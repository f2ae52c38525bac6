"""Synchronise in the background, again and again, waiting longer after each failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from testimony.sync.transport import Transport

if TYPE_CHECKING:
    from testimony.services.station import Station


class SyncLoop:
    """A thread that pushes and pulls until stopped. One at a time for each station."""

    def __init__(self, station: Station, transport: Transport, *, every: float = 60.0) -> None:
        raise NotImplementedError

    def start(self) -> None: ...

    def wake(self) -> None:
        """Try now: something new waits in the outbox."""

    def stop(self) -> None:
        """Stop after the exchange under way; returns when the thread has ended."""
