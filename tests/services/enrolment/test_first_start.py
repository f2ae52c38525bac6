"""A node at its first start: made whole or not at all, and never in the place of anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testimony.services.enrolment import enrolment, first_start
from testimony.settings import Settings
from testimony.station.errors import HomeTaken

DAY, CENTRAL = "2026-11-26", "https://central.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "field"


def settings(home: Path) -> Settings:
    return Settings(home=home, role="field", name="")


def test_once_the_roster_is_believed_it_alone_says_where_central_is(home: Path) -> None:
    first_start.make(settings(home), "node-2", None, day=DAY)
    for said, kept in ((CENTRAL, ""), ("https://other.example", "https://other.example")):
        described = json.loads((home / "station.json").read_text())
        (home / "station.json").write_text(json.dumps({**described, "central_url": said}))
        first_start.follow_roster(home, CENTRAL)
        assert Settings.load(home).central_url == kept


def test_a_try_that_the_power_cut_short_does_not_stand_in_the_way(home: Path) -> None:
    home.mkdir()
    (home / "station.json").write_text("{}")
    (home / "station.key").write_text("00")
    first_start.make(settings(home), "node-2", None, day=DAY)
    assert enrolment.require_waiting(home).id == "node-2"


def test_a_folder_with_anything_else_in_it_is_left_alone(home: Path) -> None:
    home.mkdir()
    (home / "testimony.db").write_text("rows")
    with pytest.raises(HomeTaken):
        first_start.make(settings(home), "node-2", None, day=DAY)
    assert first_start.is_made(home), "so no first page is shown, and the start says what is missing"
