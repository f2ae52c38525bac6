"""Shared by tests: alarms."""

from __future__ import annotations

from datetime import date, timedelta

from testimony.station.station import Station
from testimony.store.models.base import ONLY
from testimony.store.state.maintenance import MaintenanceRow
from tests.support.sync.world import heard_on, keep


def well(central: Station, kid: str) -> None:
    keep(central, heard_on(central.today(), kid))


def unsound(central: Station) -> None:
    keep(central, MaintenanceRow(id=ONLY, checked=central.today(), unsound=True))


def backed_up(central: Station, day: str) -> None:
    keep(central, MaintenanceRow(id=ONLY, backed_up=day))


def ago(central: Station, days: int) -> str:
    return (date.fromisoformat(central.today()) - timedelta(days)).isoformat()


def silent(central: Station, kid: str) -> None:
    keep(central, heard_on(ago(central, 8), kid))
