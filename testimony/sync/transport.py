"""The way to another station: signed HTTP requests, and answers that are only believed when they are in our protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from testimony.sync.messages import Frame

if TYPE_CHECKING:
    from testimony.sealing.signing import Signer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Channel(Protocol):
    """Carries one request. Raises `StationUnreachable` when nothing, or not everything, came back."""

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer: ...


class Transport:
    """One other station, its address and the key that signs what is asked of it."""

    def __init__(self, base_url: str, signer: Signer | None, *, channel: Channel | None = None) -> None:
        raise NotImplementedError

    def lacking(self, names: Sequence[str]) -> set[str]:
        """Those of `names` that the other station does not hold (POST /sync/have)."""
        raise NotImplementedError

    def batch(self, frames: Sequence[Frame]) -> list[Frame]:
        """Deliver `frames`; the answer's statuses and receipts (POST /sync/batch)."""
        raise NotImplementedError

    def feed(self, after: int) -> list[Frame]:
        """One piece of the other station's feed from position `after` (GET /sync/feed)."""
        raise NotImplementedError
