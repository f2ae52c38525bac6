"""The world in which stations are synchronised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sync.manipulations import Scene, scene_in
from tests.support.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """What is manipulated, made once for the tests of a module."""
    with scene_in(tmp_path_factory.mktemp("scene"), tmp_path_factory.mktemp("strange")) as made:
        yield made
