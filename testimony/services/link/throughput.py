"""Measure how fast the last deliveries were, so that a page can estimate the time left."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from testimony.store.state import link

ENOUGH: Final = 32 * 1024
"""Bytes below which a delivery measures the round trip rather than the speed of the link."""


def says_something(sent: int, seconds: float) -> bool:
    """Whether a delivery of `sent` bytes in `seconds` is long enough to measure the link."""
    return sent >= ENOUGH and seconds > 0


def note(session: Session, sent: int, seconds: float) -> None:
    """Store a delivery that `says_something`: it counts half, and all before it the other half."""
    before = rate(session)
    now = sent / seconds
    link.edit(session).bytes_a_second = max(1, round((before + now) / 2 if before else now))


def rate(session: Session) -> int:
    """Bytes per second; 0 before anything was measured."""
    return link.read(session).bytes_a_second or 0
