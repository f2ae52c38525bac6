"""The choice whether a desk syncs by itself is kept in its station.json and outlives the program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from testimony.services.link import sync_choice
from testimony.services.startup import open_station


def test_a_station_with_an_address_of_central_syncs_by_itself_until_somebody_says_otherwise(homes: Path) -> None:
    home = homes / "desk-lawyer"
    with open_station(home) as station:
        replace(station.settings, central_url="https://central.example").save()
    with open_station(home) as station:
        assert sync_choice.is_by_itself(station)
        sync_choice.switch(station, by_itself=False)
        assert not sync_choice.is_by_itself(station)
    with open_station(home) as station:
        assert not sync_choice.is_by_itself(station)
        sync_choice.switch(station, by_itself=True)
    with open_station(home) as station:
        assert sync_choice.is_by_itself(station)


def test_a_station_without_an_address_never_does(homes: Path) -> None:
    home = homes / "desk-lawyer"
    with open_station(home) as station:
        replace(station.settings, central_url="").save()
    with open_station(home) as station:
        assert not sync_choice.is_by_itself(station)
