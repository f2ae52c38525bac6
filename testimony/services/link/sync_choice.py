"""Whether a desk syncs by itself, or only when its reader asks: kept in the station's settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from testimony.settings import Settings
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station


def is_by_itself(station: Station) -> bool:
    """Whether it syncs without being asked. A station that has no address of central never does."""
    return bool(station.central_url) and not station.settings.sync_when_asked


def switch(station: Station, *, by_itself: bool) -> None:
    """Write the choice into station.json: it counts from now on. What the environment says is not written there.

    Raises `StoreUnwritable`, `StoreFull`.
    """
    home, asked = station.settings.home, not by_itself
    with durable.named_errors(home):
        replace(Settings.load(home, {}), sync_when_asked=asked).save()
    station.settings = replace(station.settings, sync_when_asked=asked)
