"""`check` says whether a station can exchange at all: its address, and its place in the roster in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.integrity import exchange
from testimony.services.link import last_sync
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.services import rosters


def said(home: Path) -> list[tuple[str, bool]]:
    return [(one.words, one.grave) for one in exchange.check(home, {})]


@pytest.fixture
def without(homes: Path) -> Callable[[str], Path]:
    """A function that takes the address of central away from a station's settings."""

    def take(name: str) -> Path:
        replace(Settings.load(homes / name, {}), central_url="").save()
        return homes / name

    return take


@pytest.mark.parametrize("name", ["field", "desk-lawyer"])
def test_without_an_address_a_station_that_never_exchanged_is_not_sound(
    name: str, homes: Path, without: Callable[[str], Path]
) -> None:
    assert said(homes / name) == []
    ((words, grave),) = said(without(name))
    assert grave
    assert "testimony station address" in words


def test_one_that_exchanges_by_stick_is_only_told(without: Callable[[str], Path]) -> None:
    home = without("field")
    with open_station(home) as station, station.database.transaction() as session:
        last_sync.note(session, station.today())
    ((words, grave),) = said(home)
    assert not grave
    assert "USB stick alone" in words


def test_the_address_of_the_roster_is_enough(without: Callable[[str], Path], organisation: Organisation) -> None:
    home = without("field")
    trust = {"files": [], "central": "https://central.example"}
    rosters.adopt(home, rosters.after(organisation, organisation.roster, trust=trust))
    assert said(home) == []
    with open_station(home) as station:
        assert station.central_url == "https://central.example"


def test_a_node_that_the_roster_does_not_have_active_is_not_sound(homes: Path, organisation: Organisation) -> None:
    home = homes / "field"
    devices = [
        {**one, "status": "revoked"} if one["id"] == "node-1" else one for one in organisation.roster.value["devices"]
    ]
    rosters.adopt(home, rosters.after(organisation, organisation.roster, devices=devices))
    ((words, grave),) = said(home)
    assert grave
    assert "central refuses it" in words


def test_central_waits_for_others(homes: Path) -> None:
    assert said(homes / "central") == []
