"""Lets desks meet: each delivers and hears the others."""

from __future__ import annotations

from tests.support.services.desks import Desk


def meet(at: dict[str, Desk]) -> None:
    """Twice: the last to deliver is heard by the first."""
    for desk in (*at.values(), *at.values()):
        desk.exchange()
