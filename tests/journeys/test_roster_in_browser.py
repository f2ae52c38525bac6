"""A reader is proposed in central's pages, two roots sign on machines of their own, a node and a desk take the roster.

Lived through once: Chromium with a security key, the real command line in two other homes, stations that synchronise.
Each test holds what was seen to one promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from testimony.cli.signing.rosters import chain_of
from testimony.services.startup import open_station
from tests.support.cli.program import run
from tests.support.journeys import administrator
from tests.support.journeys.administrator import SIGNERS
from tests.support.journeys.desks import open_from_menu
from tests.support.journeys.interviews import free_port
from tests.support.journeys.world import World, world
from tests.support.web.browsers import axe

PROPOSAL = "text=Save it as a file"


@dataclass
class Lived:
    """What was seen, with everything stopped."""

    before: str = ""  # central's page of the proposal, prepared
    shown: list[str] = field(default_factory=list)  # by the machines that signed
    words: list[str] = field(default_factory=list)  # of the roster, on the page
    refused: str = ""  # what the page said to one signature
    kept: bool = False
    readers: dict[str, list[str]] = field(default_factory=dict)  # station -> the lawyers of its roster
    early: list[str] = field(default_factory=list)  # central's lawyers before anything was handed in
    phone: str = ""  # the status of the lost phone at the node
    faults: list[object] = field(default_factory=list)  # what axe found


@pytest.fixture(scope="module")
def lived(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("roster")
    with sync_playwright() as playwright, world(folder, playwright, chromium, free_port) as made:
        yield _live(made, folder)


def _live(made: World, folder: Path) -> Lived:
    seen = Lived()
    request = folder / "enrolment.json"
    desk = folder / "new-desk"
    new = run("station", "new", "desk", "--home", desk, "--id", "lawyer-3", "--request", request)
    assert new.returncode == 0, new.stderr
    made.start(made.central)
    page = made.add_browser("vera", viewport={"width": 360, "height": 740}).start()
    administrator.sign_in(made, page)
    _propose(seen, page, request)
    file = administrator.saved(page, PROPOSAL, folder / "roster-2.proposal")
    seen.early = _lawyers(made.home("central"))
    seen.shown.append(administrator.signed(made, folder, SIGNERS[0], file))
    _hand_in(page, file)
    seen.refused = page.inner_text("[role=alert]")
    seen.kept = page.locator("#publish").count() == 1
    seen.shown.append(administrator.signed(made, folder, SIGNERS[1], file))
    _hand_in(page, file)
    page.wait_for_selector("[data-published]")
    _lose(made, page, folder)
    url = f"http://127.0.0.1:{made.central.port}"
    for home, typed in (("field", ""), ("desk-lawyer", made.passphrase("lawyer-1") + "\n")):
        done = run("sync", "--home", made.home(home), "--to", url, typed=typed)
        assert done.returncode == 0, done.stdout + done.stderr
    made.end()
    seen.readers = {home: _lawyers(made.home(home)) for home in ("central", "field", "desk-lawyer")}
    with open_station(made.home("field")) as node:
        seen.phone = next(one.status for one in node.chain.latest.devices if one.id == "phone-2")
    return seen


def _propose(seen: Lived, page: Page, request: Path) -> None:
    open_from_menu(page, "People", "central-nav")
    page.set_input_files("#file", request)
    page.click("text=Propose it")
    page.wait_for_selector("section >> text=Prepare it >> nth=-1")
    _look(seen, page)
    page.click("section >> text=Prepare it >> nth=-1")
    page.wait_for_selector("#publish")
    _look(seen, page)
    seen.before = page.inner_text("main")
    seen.words = page.locator(".words li").all_inner_texts()
    page.click("text=Show it as codes for a camera")
    page.wait_for_selector("[data-moves]:not([hidden])")
    _look(seen, page)
    page.keyboard.press("Tab")
    page.focus("[data-next]")
    page.keyboard.press("Enter")
    assert page.locator("[data-code]:visible").get_attribute("data-code") == "2"
    page.go_back()


def _look(seen: Lived, page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    seen.faults += axe.violations(page)


def _hand_in(page: Page, file: Path) -> None:
    page.set_input_files("#file", file)
    page.click("text=Check and publish")


def _lose(made: World, page: Page, folder: Path) -> None:
    """One step to a proposal of its own; the roots sign it after the one before, which came in its file."""
    open_from_menu(page, "People", "central-nav")
    page.click('[data-entry="phone-2"] summary')
    page.click('[data-entry="phone-2"] >> text=It is lost or was taken')
    file = administrator.saved(page, PROPOSAL, folder / "roster-3.proposal")
    for name in SIGNERS:
        administrator.signed(made, folder, name, file)
    assert chain_of(folder / SIGNERS[0]).latest.no == 2
    _hand_in(page, file)
    page.wait_for_selector("[data-published]")


def _lawyers(home: Path) -> list[str]:
    with open_station(home) as station:
        return [id for id, _ in station.chain.latest.readers("lawyers")]


def test_nobody_reads_before_the_roots_have_signed(lived: Lived) -> None:
    assert lived.early == ["lawyer-1", "lawyer-2"]
    assert "2 of 3 roots must sign" in lived.before


def test_the_machines_that_sign_show_the_same_words_and_sentences_as_the_page(lived: Lived) -> None:
    assert len(lived.words) == 6
    for shown in lived.shown:
        assert " ".join(lived.words) in shown
        assert "lawyer-3 becomes a reader" in shown
    assert "lawyer-3 becomes a reader" in lived.before.replace("\u2068", "").replace("\u2069", "")


def test_one_signature_is_too_few_and_the_proposal_stays(lived: Lived) -> None:
    assert "2 root keys must sign, and 1 did" in lived.refused
    assert lived.kept


def test_central_a_node_and_a_desk_take_the_roster(lived: Lived) -> None:
    wanted = ["lawyer-1", "lawyer-2", "lawyer-3"]
    assert lived.readers == dict.fromkeys(("central", "field", "desk-lawyer"), wanted)


def test_the_lost_phone_is_lost_at_the_node(lived: Lived) -> None:
    assert lived.phone == "lost"


def test_every_page_of_it_is_for_everybody_and_fits_a_phone(lived: Lived) -> None:
    assert lived.faults == []
