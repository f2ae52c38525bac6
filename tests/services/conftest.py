"""The world of the services' tests: a small organisation with real stations in temporary folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from testimony.publication import package
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.release import releases
from tests.support.services.release.releases import Centre
from tests.support.services.world import World

MOST = 200
"""Packages that are kept: some 200 kB each."""
written = lru_cache(MOST)(package.files)


@pytest.fixture(scope="module", autouse=True)
def packages_written_once() -> Iterator[None]:
    """The files of a release are written once for each content: every desk of a test writes them again and again.

    That the same content gives the same bytes, also in another process, is held in `tests/publication` and by
    `tests/journeys/test_release_day.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "files", lambda content: dict(written(content)))
        yield


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
