"""Two coordinators at desks of their own, with testimonies that two lawyers cleared: for the pages of releases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.services import releases
from tests.support.services.releases import Centre


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Organisation]:
    folder = tmp_path_factory.mktemp("releases-web")
    return folder, releases.prepare(folder)


@pytest.fixture
def at(prepared: tuple[Path, Organisation], tmp_path: Path) -> Iterator[Centre]:
    folder, made = prepared
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with releases.opened(copy, made) as centre:
        yield centre
