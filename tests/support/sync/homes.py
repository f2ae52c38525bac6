"""Homes of stations copied and put back, as people do it with whole folders, with cards and with databases."""

from __future__ import annotations

import shutil
from pathlib import Path

from testimony.services.startup import open_station
from testimony.station.station import INCARNATION, JOURNAL, Station
from tests.support.sync.world import World


def kept(station: Station) -> Path:
    """A copy of the whole home, as somebody makes one who knows no better."""
    station.database.checkpoint()
    copy = station.settings.home.with_suffix(".copy")
    shutil.copytree(station.settings.home, copy)
    return copy


def restored(world: World, station: Station, copy: Path, *, backup: bool = False) -> Station:
    """The whole home from the copy, without its journal. `backup`: without what backups leave out."""
    station.close()
    home = station.settings.home
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    (home / JOURNAL).unlink(missing_ok=True)
    if backup:
        (home / INCARNATION).unlink()
    return opened(world, home)


def opened(world: World, home: Path) -> Station:
    """A station that lives in `home`."""
    station = open_station(home)
    world.opened.append(station)
    return station
