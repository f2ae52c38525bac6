"""Clocks of stations in tests: one alone that is set, or two that agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from testimony.domain.time import Clock, Clocks
from testimony.station import clock as running_clock
from testimony.station.station import Station


def show(
    monkeypatch: pytest.MonkeyPatch,
    own: str,
    others: Mapping[Clock, str] | None = None,
    *,
    of: Any = Station,
) -> None:
    """Let the own clock of every station, or of one, show the day `own`; `others` in place of what it heard."""

    def clocks(station: Station | None = None) -> Clocks:
        station = station or of
        issued = station.chain.latest.issued if station.chain.records else None
        shown = station.others if others is None else {name: date.fromisoformat(day) for name, day in others.items()}
        return Clocks(date.fromisoformat(own), None if issued is None else date.fromisoformat(issued), shown)

    monkeypatch.setattr(of, "clocks", clocks)


def agree(monkeypatch: pytest.MonkeyPatch, day: str, *, of: Any = Station) -> None:
    """The own clock shows `day`, and so does central's."""
    show(monkeypatch, day, {Clock.CENTRAL: day}, of=of)


def run_for(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    """This machine has run for so much longer, in the same run."""
    now = running_clock.running() + time.total_seconds()
    monkeypatch.setattr(running_clock, "running", lambda: now)
