"""How many clicks desk work takes, counted by walking the pages of a demonstration as its users would.

A press of Sync that only spares waiting for the desk's own is not counted.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from testimony.cli.station.demo import PLACES
from tests.bench.support.figures import Aim, Figure
from tests.support.cli.demo import Said, demonstration
from tests.support.cli.program import free_ports
from tests.support.journeys.desks import Desk
from tests.support.web.browsers.chromium import FLAGS

SIZE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 120_000
CASE = "P09 case-river"
FIVE = 5
WHY = "a page asks for something that it could know"


class Walker(Desk):
    """A reader who counts what they press."""

    def __init__(self, page: Page, said: Said, person: str) -> None:
        super().__init__(page, said.address(person))
        page.set_default_timeout(PATIENCE)
        self.clicks = 0
        self.enter(said.passphrase(person))
        self.pull()

    def start(self, path: str = "") -> None:
        """Begin to count, on the page of the desk from which somebody sets out."""
        self.page.goto(f"{self.address}en/{path}")
        self.clicks = 0

    def click(self, place: str | Locator) -> None:
        found = self.page.locator(place).first if isinstance(place, str) else place.first
        found.click()
        self.clicks += 1

    def go_on(self, to: str) -> None:
        """Until `to` is there; a page of progress that ends with a link to it costs one click."""
        onward = self.page.locator("main a.button.first")
        self.page.locator(to).or_(onward).first.wait_for()
        if not self.page.locator(to).count() and self.page.url.endswith("/progress"):
            self.click(onward)
            self.page.locator(to).first.wait_for()

    def choose(self, place: str, value: str) -> None:
        """From a list that opens: one click to open it, one to choose."""
        self.page.locator(place).select_option(value)
        self.clicks += 2


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        with demonstration(home, free_ports(len(PLACES))) as (_, printed), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
            )
            said = Said(home, printed)
            figures = [*_of_lawyers(browser, said), *_of_coordinators(browser, said)]
            browser.close()
    return figures


def _walker(browser: Browser, said: Said, person: str) -> Walker:
    return Walker(browser.new_context(viewport=SIZE, accept_downloads=True).new_page(), said, person)


def _of_lawyers(browser: Browser, said: Said) -> list[Figure]:
    one, two = (_walker(browser, said, person) for person in ("lawyer-1", "lawyer-2"))
    one.start("?state=new")
    row = one.page.locator("[data-tid]").filter(has_text="translation missing").first
    tid = row.get_attribute("data-tid")
    one.click(row.locator("a"))
    one.page.locator("[data-statement]").first.wait_for()
    opened = one.clicks
    for state in ("in_review", "cleared"):
        with one.page.expect_navigation():
            one.page.click(f'[data-moves] button[value="{state}"]')
    for desk in (one, two):
        desk.pull()
    two.start("?state=in_review")
    two.click(f'[data-tid="{tid}"] a')
    two.click('[data-moves] button[value="cleared"]')
    two.page.locator("[data-review=cleared]").first.wait_for(state="attached")
    return [
        Figure("open one testimony of the list", opened, "clicks", Aim(most=1, cause=WHY)),
        Figure("clear as the second lawyer, from the list", two.clicks, "clicks", Aim(most=2, cause=WHY)),
        Figure("five testimonies of the list into a case", _into_case(one), "clicks"),
        Figure("case file of five in a case, until it is saved", _case_file(one), "clicks", Aim(most=6, cause=WHY)),
    ]


def _into_case(desk: Walker) -> int:
    """Into a case that is emptied before."""
    desk.start(f"cases/{CASE}")
    out = desk.page.locator("form[action$='/leave']")
    rows = desk.page.locator("li").filter(has=out)
    # few machines that measure have the letters of Urdu
    tids = [
        str(one.get_attribute("action")).split("/")[-3] for one in rows.filter(has_not_text="Urdu").locator(out).all()
    ]
    while out.count():
        with desk.page.expect_navigation():
            out.first.locator("button").click()
    desk.start("?state=cleared")
    for tid in tids[:FIVE]:
        desk.click(f'[data-tid="{tid}"] input[type=checkbox]')
    desk.choose("#several-act", "case")
    desk.choose("#several-case", CASE)
    desk.click("[data-inbox] .several button.first")
    desk.page.locator("#acted p, #acted li").first.wait_for()
    return desk.clicks


def _case_file(desk: Walker) -> int:
    desk.start()
    desk.click("nav.desk-nav .entries a[href$='/cases/']")
    desk.click(f"main a[href*='/casefile/?case={CASE.replace(' ', '+')}']")
    desk.click("main button.first:visible")
    desk.click("[data-act=make]")
    desk.page.locator("a[data-save]").wait_for()
    with desk.page.expect_download():
        desk.click("a[data-save]")
    return desk.clicks


def _of_coordinators(browser: Browser, said: Said) -> list[Figure]:
    one, two = (_walker(browser, said, person) for person in ("coordinator-1", "coordinator-2"))
    one.start("releases/")
    one.click("main a.button.first")
    one.click("input[name=to][value=P06]")
    one.click("[data-picture] a.button.first")
    one.click("form[action='/releases/propose'] button")
    one.go_on("[data-release]")
    for desk in (one, two):
        desk.pull()
    two.start("releases/")
    two.click("[data-release] a")
    two.click("main a[href$='/files']")
    two.go_on("form[action$='/approve'] button")
    two.click("form[action$='/approve'] button")
    two.go_on("form[action$='/send'] button")
    for desk in (two, one):
        desk.pull()
    counted = one.clicks
    one.start("releases/")
    one.click("[data-release] a")
    one.click("form[action$='/send'] button")
    hand = one.page.locator("[data-hand-out] button")
    one.go_on("[data-hand-out] button")
    with one.page.expect_download():
        one.click(hand)
    total = counted + two.clicks + one.clicks
    return [Figure("release, both coordinators, until a file is handed out", total, "clicks", Aim(most=10, cause=WHY))]
