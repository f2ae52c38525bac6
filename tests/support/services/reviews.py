"""Lets desks meet: each delivers and hears the others."""

from __future__ import annotations

from tests.support.services.desks import Desk


def meet(at: dict[str, Desk]) -> None:
    """Twice, so that all hear the last to deliver, who has heard everybody the first time."""
    desks = [*at.values()]
    for desk in (*desks, *desks[:-1]):
        desk.exchange()
