"""The first hour: a demonstration, a lawyer who reads, checks without trust, and an organisation of one's own.

`tests/journeys/test_first_release.py` goes through its release, with the command that checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import sync_playwright

from testimony.cli.station.demo import PLACES
from testimony.services.demo.demo_release import MANY
from testimony.settings import Settings
from tests.support.cli.demo import Said, demonstration
from tests.support.cli.page import Reader, page, steps_of
from tests.support.cli.program import free_ports, run
from tests.support.damage import last_byte_changed
from tests.support.journeys.desks import Desk
from tests.support.journeys.stations import wait_until
from tests.support.web.browsers.chromium import FLAGS


@pytest.fixture
def follows(reader: Callable[[dict[str, str]], Reader]) -> Reader:
    return reader({})


@pytest.fixture
def said(follows: Reader) -> Iterator[Said]:
    """What the demonstration printed, which runs in the reader's folder."""
    with demonstration(follows.at / "var" / "demo", free_ports(len(PLACES))) as (_, printed):
        yield Said(follows.at / "var" / "demo", printed)


def read_as_a_lawyer(chromium: str, said: Said) -> None:
    """Unlock the desk, sync, and look at the list, until it says of each which parts open.

    Of two, none: one is kept and nothing else, one was taken back.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        desk = Desk(started.new_page(), said.address("lawyer-1"))
        desk.enter(said.passphrase("lawyer-1"))
        desk.pull()
        # a browser takes a second to draw the list, while the desk is opening what is on it
        wait_until(lambda: list(desk.shelf().values()).count([]) == 2, "all to open but two", 240, pause=2.0)
        started.close()


def test_the_demonstration_is_read_and_checked_as_the_page_says(follows: Reader, said: Said, chromium: str) -> None:
    assert f"{MANY} that two lawyers have cleared" in page("first-hour.md")
    _, node, desk, _ = steps_of("first-hour.md")
    assert run("sync", "--home", said.folder / "field").returncode == 0, "what the node does by itself, now"
    read_as_a_lawyer(chromium, said)
    for step in (node, desk):
        assert "\nNothing contradicts what was found.\n" in follows.type(step)
    part = next(file for file in (said.folder / "field" / "parts").rglob("*") if file.is_file())
    part.write_bytes(last_byte_changed(part.read_bytes()))
    changed = run("verify", "--home", said.folder / "field")
    assert (changed.returncode, "FAILS" in changed.stdout) == (1, True)


def test_an_organisation_of_ones_own_is_made_as_the_page_says(reader: Callable[[dict[str, str]], Reader]) -> None:
    *_, create = steps_of("first-hour.md")
    follows = reader({"…": "Somebody"})
    follows.type(create)
    homes = {file.parent for file in (follows.at / "organisation").glob("*/station.json")}
    asks = {Settings.load(home).central_url for home in homes if home.name != "central"}
    assert asks == {"https://central.example"}
    assert len(homes) == 5
