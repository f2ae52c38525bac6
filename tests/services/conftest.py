"""The world of the services' tests: a small organisation with real stations in temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.station import Station
from tests.services.world import World


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
