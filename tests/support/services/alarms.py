"""Brings central into a state in which an alarm is due, or is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from testimony.services.backup import last_backup
from testimony.services.backup.last_backup import Content
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


def content_of(station: Station, **changes: object) -> Content:
    """Of a backup of today that can restore all of `station`, but for `changes`."""
    whole = Content(day=station.today(), station_key=True, shred_keys=True, whole=True, recipients="a" * 64)
    return replace(whole, **changes)  # type: ignore[arg-type]


def made(station: Station, content: Content | None) -> None:
    """A backup of today was made, and holds `content`."""
    with station.database.transaction() as session:
        last_backup.note(station, session, content)


def tested(station: Station, day: str) -> None:
    """The last backup was tested on `day`."""
    last_backup.note_tested(station)
    file = station.settings.home / last_backup.TESTED
    file.write_text(file.read_text("ascii").replace(station.today(), day), "ascii")


def ago(central: Station, days: int) -> str:
    return (date.fromisoformat(central.today()) - timedelta(days)).isoformat()


def silent(central: Station, kid: str) -> None:
    keep(central, heard_on(ago(central, 8), kid))
