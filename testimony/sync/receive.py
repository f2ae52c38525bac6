"""The answering side of sync, without HTTP: bodies in, bodies out. `web/api` and the tests stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from testimony.services.station import Station


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who signed the request: a person or device of the roster."""

    kid: str
    role: str


def answer_have(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"names"} -> {"lacking"}: a bitmap in hex, most significant bit first, 1 = lacking."""
    raise NotImplementedError


def answer_batch(station: Station, data: bytes) -> bytes:
    """A container of records and objects -> a container of one status per frame, then receipts, then `end`."""
    raise NotImplementedError


def answer_feed(station: Station, asker: Asker, after: int) -> bytes:
    """The log from position `after`, with what `asker` may have of each entry."""
    raise NotImplementedError
