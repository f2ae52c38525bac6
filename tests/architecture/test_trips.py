"""The station hands on values, not itself: an opened testimony and a built release lead it through few files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_WAYS_BACK = {"an opened testimony": 10, "a built release": 26}
"""Half of what they were when everything was handed to everybody: 20 and 52 (docs/decisions/layout.md)."""

STATION = """
class Station:
    chain: object
"""
HOLDER = """
from testimony.services.leaf import look
from testimony.station.station import Station

class Holder:
    def __init__(self, station: Station) -> None:
        self.station = station

    def act(self) -> None:
        look(self.station.chain)
        look(self.station)
"""
LEAF = """
from testimony.station.station import Station

def look(station: Station) -> None: ...

def read(chain: object) -> None: ...
"""
VIEW = """
from testimony.services import leaf
from testimony.services.holder import Holder
from testimony.station.station import Station

class Releaser:
    station: Station

def open_testimony(station: Station) -> None:
    leaf.read(station.chain)
    leaf.look(station)
    Holder(station).act()

def build(by: Releaser) -> None:
    leaf.read(by.station.chain)
"""


def counted(*arguments: str) -> list[str]:
    command = [sys.executable, ".ci/trips", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_station_does_not_go_from_hand_to_hand() -> None:
    found = [re.fullmatch(r"(.+): stops \d+, files \d+, ways back (\d+)", line) for line in counted()]
    ways = {one[1]: int(one[2]) for one in found if one}
    assert ways.keys() == MOST_WAYS_BACK.keys()
    assert {trip: back for trip, back in ways.items() if back > MOST_WAYS_BACK[trip]} == {}


def test_what_holds_the_station_counts_as_the_station_and_what_is_taken_out_does_not(tmp_path: Path) -> None:
    for name, text in (
        ("station/station", STATION), ("services/holder", HOLDER), ("services/leaf", LEAF), ("services/view", VIEW)
    ):  # fmt: skip
        file = tmp_path / "testimony" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert counted(str(tmp_path)) == [
        "an opened testimony: stops 4, files 3, ways back 1",
        "a built release: stops 1, files 1, ways back 0",
        "functions of services/ that take the whole station: 3 of 6",
    ]
