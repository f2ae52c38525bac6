"""Who follows a page: an organisation of today, and somebody in an empty folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.followed import pytest_pyfunc_call as pytest_pyfunc_call
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.page import Reader


@pytest.fixture(scope="package")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Pages are typed today: a roster of another day asks for more than they say."""
    return made_today(tmp_path_factory.mktemp("today") / "org")


@pytest.fixture
def reader(homes: Path, tmp_path: Path) -> Callable[[dict[str, str]], Reader]:
    """Somebody in an empty folder, and what the page's names stand for there."""
    at = tmp_path / "reader"
    at.mkdir()
    stick = at / "media" / "stick"
    stick.mkdir(parents=True)
    for name in ROOTS:
        shutil.copy(homes / "keys" / f"{name}.key", at)
    known = {"FIELD": str(homes / "field"), "CENTRAL": str(homes / "central"), "ORG": str(homes)}
    return lambda names: Reader(at, known | {"/media/stick": "media/stick"} | names)
