"""The switch that tests have themselves: where it says PostgreSQL, a central is there, and nothing of it in a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.startup import open_station
from tests.support.services.world import World, entries, take
from tests.support.store import backend, postgres


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    postgres.programs()
    world = World(tmp_path)
    with backend.on(backend.POSTGRESQL):
        yield world
    world.close()


def test_each_central_has_a_database_of_its_own_and_no_file(world: World) -> None:
    one, other, node = world.central(), world.central("another"), world.node()
    take(one, world.testimony())
    assert [len(entries(station)) for station in (one, other, node)] == [1, 0, 0]
    for station in (one, other):
        assert station.settings.database.startswith("postgresql://")
        assert not list(station.settings.home.glob("*.db*"))
    assert node.settings.database.startswith("sqlite://")


def test_a_copied_home_brings_its_rows_along_and_shares_none(world: World) -> None:
    central = world.central()
    take(central, world.testimony())
    home = Path(shutil.copytree(central.settings.home, world.folder / "copied"))
    take(central, world.testimony())
    with open_station(home) as copied:
        assert len(entries(copied)) == 1
        take(copied, world.testimony(), world.testimony())
    assert len(entries(central)) == 2


@pytest.mark.both_databases
def test_a_marked_test_runs_on_both(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    world = World(tmp_path)
    kind = backend.POSTGRESQL if backend.everywhere() else request.node.callspec.params["central_lives_on"]
    assert world.central().settings.database.startswith(kind)
    world.close()
