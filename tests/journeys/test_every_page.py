"""Every page of the demonstration at both kinds of desk and at central: it fits, has one heading, and names people.

The pages are those that their own links lead to, one of each kind. Widths are changed on a loaded page, and from right
to left is the same page turned, so that each is loaded once in each language. French is for `make test-long`; there axe
looks at every page. It sees the main ones in `tests/web/test_pages_in_chromium.py`.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from testimony.sealing.keys import passphrase
from testimony.services.demo import demo, secrets
from testimony.services.startup import open_station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.home import preparation
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.cli.program import free_ports
from tests.support.journeys.every_page import LISTS, TALLEST, Station, pages
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser
WIDTHS: Final = (1280, 1024, 768, 360)
HOMES: Final = {"lawyer": "desk-lawyer", "coordinator": "desk-coordinator", "central": "central"}
ENTRY: Final = re.compile(r'<a href="(/[^"]*)"[^>]*aria-current="page"[^>]*>(.*?)</a>', re.DOTALL)
HEADING: Final = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
NAMED: Final = re.compile(r"<(a|h1|h2|h3|label|option|button|legend|summary|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)
BARE: Final = re.compile(r"(?:[^\W\d_]+ )?[0-9a-f]{8,64}…?(?: \(.*\))?")
"""Digits, also with one word before and a count behind: "Incident 1a2b3c4d (3 accounts)"."""
OVERFLOWING: Final = """() => document.documentElement.scrollWidth - innerWidth > 0 &&
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).concat("wider than the screen")"""


IN_SIGHT: Final = """() => [...document.querySelectorAll("[data-list] tr")].filter((row) => {
  const { top, bottom, height } = row.getBoundingClientRect();
  return height && top >= 0 && bottom <= innerHeight;
}).length"""
"""How many testimonies of the list stand whole in the window."""
CUT: Final = """() => [...document.querySelectorAll("[data-list] :is(th, td, .face-what, .face-who, [data-cell] *)")]
  .filter((one) => (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible")
    || (one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible"))
  .map((one) => one.textContent.trim())"""
"""What stands in the list in a line that goes on beyond its end, or in lines below the last that is shown."""
INCIDENT: Final = """() => {
  const [one] = document.querySelectorAll("[data-list] [data-cell=kind] span");
  return Math.round(one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight));
}"""
"""In how many lines the kind of the first incident is shown."""
HEADER: Final = 58  # pixels: one row of 56, and its line of 2
LONGEST: Final = 2500  # pixels at 1280, of any testimony


def text_of(found: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


@dataclass(frozen=True)
class Demonstration:
    """Its served stations by role, the passphrases by person, and by role the cookies of who has entered: the word that
    opens a desk works once.
    """

    stations: dict[str, Station]
    passphrases: dict[str, str]
    entered: dict[str, list[Any]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("every") / "demo"
    made: dict[str, Station] = {}
    first = free_ports(len(HOMES))
    with ExitStack() as ending, pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "MEMORY_KIB", 64)  # what passphrases cost is no matter of pages
        demo.make(folder, now=datetime.now(UTC), tell=lambda _: None)
        for at, (role, home) in enumerate(HOMES.items()):
            patch.setenv("TESTIMONY_PORT", str(first + at))
            app = create_app(STATION=ending.enter_context(open_station(folder / home)))
            server = make_server("127.0.0.1", first + at, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            ending.callback(thread.join, 10)
            ending.callback(server.shutdown)
            made[role] = Station(f"http://localhost:{first + at}", app)
        channel = InProcess(made["central"].app.test_client())
        patch.setattr(session_sync, "HttpChannel", lambda _way: channel)
        patch.setattr(preparation, "MOMENT", 120)  # what a page counts is there when the page is
        yield Demonstration(made, dict(secrets.passphrases(folder)))


def enter(context: BrowserContext, role: str, made: Demonstration) -> Page:
    page, station = context.new_page(), made.stations[role]
    if role in made.entered:
        context.add_cookies(made.entered[role])
        page.goto(f"{station.address}/en/")
        return page
    page.goto(f"{station.address}/en/#{station.app.config['START_TOKEN']}")
    if role == "central":
        page.wait_for_selector(".counts")
        return page
    page.fill("#passphrase", made.passphrases[f"{role}-1"])
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.desk-nav")
    station.app.extensions["testimony.desk_sync"].once()
    made.entered[role] = context.cookies()
    return page


def faults_in(said: str, path: str) -> Iterator[str]:
    headings = [text_of(one) for one in HEADING.findall(said)]
    if len(headings) != 1:
        yield f"{path}: headings {headings}"
    for address, name in ENTRY.findall(said):
        if html.unescape(address).partition("?")[0] == path.partition("?")[0] and headings[:1] != [text_of(name)]:
            yield f"{path}: the heading {headings} is called {text_of(name)!r} in the menu"
    for tag, inner in NAMED.findall(said):
        if BARE.fullmatch(text_of(inner)):
            yield f"{path}: <{tag}> has no name but {text_of(inner)}"


def faults_of(page: Page, endpoint: str, path: str, *, thorough: bool) -> Iterator[str]:
    for direction in ("", "rtl"):
        if direction:
            page.evaluate("document.documentElement.dir = 'rtl'")
        for width in WIDTHS if thorough or not direction else WIDTHS[-1:]:
            page.set_viewport_size({"width": width, "height": 800})
            if found := page.evaluate(OVERFLOWING):
                yield f"{path} at {width} {direction}: {found}"
            height = page.evaluate("document.documentElement.scrollHeight")
            if width == WIDTHS[0] and height > TALLEST and endpoint not in LISTS:
                yield f"{path}: {height} px high"
    page.evaluate("document.documentElement.dir = 'ltr'")
    found = axe.violations(page) if thorough else []
    yield from (f"{path}: {one['id']} {[node['html'] for node in one['nodes']][:2]}" for one in found)


@pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=pytest.mark.long)])
@pytest.mark.parametrize("role", HOMES)
def test_every_page_fits_has_one_heading_and_names_people(
    role: str, lang: str, chrome: Browser, demonstration: Demonstration
) -> None:
    station, number = demonstration.stations[role], 0
    faults: list[str] = []
    with chrome.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True) as context:
        page = enter(context, role, demonstration)
        for endpoint, path, said in pages(page, station, lang):
            number += 1
            faults += faults_in(said, path)
            faults += faults_of(page, endpoint, path, thorough=lang == "fr")
    assert number > 10, "the links lead nowhere"
    assert faults == []


def test_on_a_laptop_fifteen_testimonies_are_in_sight_below_one_row_and_the_longest_has_an_end(
    chrome: Browser, demonstration: Demonstration
) -> None:
    station = demonstration.stations["lawyer"]
    with chrome.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True) as context:
        page = enter(context, "lawyer", demonstration)
        page.goto(f"{station.address}/en/")
        page.wait_for_selector("[data-list] tr")
        page.wait_for_selector("[data-progress]", state="hidden", timeout=120_000)
        assert page.evaluate(IN_SIGHT) >= 15
        assert page.evaluate("document.querySelector('.shell').offsetHeight") <= HEADER
        recorded = [row.tid for row in station.app.extensions["testimony.key"].inbox.rows() if "media" in row.flags]
        assert recorded, "the pages with recordings and pictures are the longest"
        for tid in recorded:
            page.goto(f"{station.address}/en/testimony/{tid}")
            assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST, tid


@pytest.mark.parametrize(("width", "lines"), [(1280, 2), (1024, 3)])
def test_at_a_desk_no_line_of_the_list_is_cut_and_an_incident_has_two_or_three(
    width: int, lines: int, chrome: Browser, demonstration: Demonstration
) -> None:
    with chrome.new_context(viewport={"width": width, "height": 800}, bypass_csp=True) as context:
        page = enter(context, "lawyer", demonstration)
        page.goto(f"{demonstration.stations['lawyer'].address}/fr/")
        page.wait_for_selector("[data-list] tr")
        page.wait_for_selector("[data-progress]", state="hidden", timeout=120_000)
        assert (page.evaluate(CUT), page.evaluate(INCIDENT)) == ([], lines)
