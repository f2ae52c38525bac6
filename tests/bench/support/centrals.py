"""Centrals for the benchmarks, on either kind of database, that take as much as they are brought."""

from __future__ import annotations

from testimony.services import startup
from testimony.settings import Settings
from testimony.station.station import Station
from tests.support.sync.world import World

ENOUGH = 10**12
"""Records and bytes a day that one station may bring: what is measured is not the quota."""


def made(world: World, database_url: str = "", *, name: str = "central") -> Station:
    """A new central of `world`, open; "" is SQLite in its home."""
    settings = Settings(
        home=world.folder / name,
        role="central",
        name="central",
        database_url=database_url,
        quota_records=ENOUGH,
        quota_bytes=ENOUGH,
    )
    seed, rosters = world.central_signer.seed, list(world.chain.records)
    return startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed)
