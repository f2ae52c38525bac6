"""The world of the services' tests: a small organisation with real stations in temporary folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.release import releases
from tests.support.services.release.releases import Centre
from tests.support.services.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Stations are made when they are asked for, and closed here."""
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def node(world: World) -> Station:
    return world.node()


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


@pytest.fixture
def releasing_desks(prepared_for_releases: tuple[Path, Organisation], tmp_path: Path) -> Iterator[Centre]:
    """A copy of all of that."""
    folder, made = prepared_for_releases
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with releases.opened(copy, made) as centre:
        yield centre
