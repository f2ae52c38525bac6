"""Deliver what waits in this station's outbox: withdrawals first, only what the other side lacks, dropped on a receipt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from testimony.sync.transport import Transport

if TYPE_CHECKING:
    from testimony.services.station import Station


@dataclass(frozen=True, kw_only=True)
class PushReport:
    """What one delivery did. `refused` maps a name to the rule that refused it."""

    delivered: int = 0
    waiting: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    bytes_sent: int = 0


def push(station: Station, transport: Transport) -> PushReport:
    """Send everything that waits; safe to stop and to repeat at any point.

    Raises `NotDelivered` when the exchange stops; what was acknowledged by a verified receipt before stays so.
    """
    raise NotImplementedError
