"""Fetch another station's feed: verified against its signed log before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from testimony.sync.transport import Transport

if TYPE_CHECKING:
    from testimony.services.station import Station


@dataclass(frozen=True, kw_only=True)
class PullReport:
    """What one fetch did: log positions seen, records and objects taken in, the size of the other log."""

    entries: int = 0
    records: int = 0
    objects: int = 0
    size: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def pull(station: Station, transport: Transport, *, audience: str | None = None) -> PullReport:
    """Read the feed to its end. `audience` (desks) asks for no more than that audience's heads.

    Raises `LogForked` when the other log does not extend the mirror kept here, and `NotDelivered` when it stops.
    """
    raise NotImplementedError
