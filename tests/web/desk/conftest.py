"""Two coordinators at desks of their own, with testimonies that two lawyers cleared: for the pages of releases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.services.release import releases
from tests.support.services.release.releases import Centre


@pytest.fixture
def at(prepared_for_releases: tuple[Path, Organisation], tmp_path: Path) -> Iterator[Centre]:
    folder, made = prepared_for_releases
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with releases.opened(copy, made) as centre:
        yield centre
