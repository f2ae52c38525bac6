"""A release in a real browser, on a narrow screen and with the keyboard: built at one desk, agreed to at another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from testimony.services.release import release
from testimony.web.factory import create_app
from tests.support.services.release.releases import MECHANISM, Centre
from tests.support.services.release.settlement import to_a_lost_key
from tests.support.web.browser import passphrase_of
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser
NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
PATIENCE = 120_000
HERE = "dispatchEvent(new KeyboardEvent('keydown'))"  # somebody is at the page
ARRIVED = f"{HERE}; document.dispatchEvent(new CustomEvent('arrived'))"  # and a sync of the desk brought something


@dataclass(frozen=True)
class Seat:
    """One coordinator's browser. `said`: what its console complained about."""

    page: Page
    address: str
    said: list[str]

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}")
        self.settle()

    def settle(self) -> None:
        """Until no work goes on, and the page of it leads on."""
        while "/progress" in self.page.url:
            button = self.page.locator("main a.button.first")
            expect(button).to_be_visible(timeout=PATIENCE)
            button.click()
        self.look()

    def press(self, selector: str) -> None:
        """With the keyboard alone."""
        self.page.focus(selector)
        with self.page.expect_navigation(timeout=PATIENCE):
            self.page.keyboard.press("Enter")
        self.settle()

    def press_here(self, selector: str) -> None:
        """The same where the page stays."""
        self.page.focus(selector)
        self.page.keyboard.press("Enter")
        self.look()

    def look(self) -> None:
        """No page is wider than the screen, and everybody can use it (WCAG 2.2 AA)."""
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, self.page.url


@pytest.fixture
def sit(
    at: Centre, chrome: Browser, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Seat]]:
    """A function that serves the desk of coordinator 1 or 2, and unlocks it in a browser."""
    running: list[tuple[Any, Thread, Any]] = []

    def start(number: int, lang: str, **look: Any) -> Seat:
        station, port = at[number].station, free_port()
        monkeypatch.setattr(station, "settings", replace(station.settings, port=port))
        app = create_app(STATION=station, CLOCK=lambda: NOW)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        context = chrome.new_context(viewport={"width": 360, "height": 740}, **look)
        running.append((server, thread, context))
        page, said = context.new_page(), list[str]()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
        page.goto(f"http://localhost:{port}/{lang}/#{app.config['START_TOKEN']}")
        page.fill("#passphrase", passphrase_of(at.organisation, f"coordinator-{number}"))
        page.keyboard.press("Enter")
        page.wait_for_selector("nav.desk-nav", timeout=PATIENCE)
        return Seat(page, f"http://localhost:{port}/{lang}", said)

    yield start
    for server, thread, context in running:
        context.close()
        server.shutdown()
        server.server_close()
        thread.join(10)


def choose(one: Seat) -> None:
    """As choices change the picture does, without a button."""
    for selector in ("input[value=P06]", "input[value=P07]", "input[value=sooner]"):
        one.page.focus(selector)
        one.page.keyboard.press("Space")
    picture = one.page.locator("[data-picture-place]:not([aria-busy]) [data-sentence]")
    expect(picture).to_contain_text("24", timeout=PATIENCE)
    expect(one.page.locator("[data-said]")).to_contain_text("24")
    assert "to=P06&to=P07" in one.page.url
    one.look()


def test_a_release_is_built_at_one_desk_agreed_to_at_another_and_saved(at: Centre, sit: Callable[..., Seat]) -> None:
    one = sit(1, "fr", color_scheme="dark")
    one.go("releases/new")
    choose(one)
    one.press("[data-picture] a.first")
    shown = dict(
        one.page.locator("[data-file]").evaluate_all("all => all.map(({dataset}) => [dataset.file, dataset.sha256])")
    )
    drawn = one.page.locator(".release-file img")
    assert drawn.evaluate_all("all => all.map((one) => one.complete && one.naturalWidth > 0)") == [True] * 6
    one.press("form[action='/releases/propose'] button.first")
    one.go("releases/")  # where a slow machine has proposed it on a page of its own
    at.meet()
    two = sit(2, "es")
    two.go("releases/")
    two.press(".release-line a.line-name")
    two.press("main section a.first")
    expect(two.page.locator("[data-same]")).to_be_visible()
    two.press("form[action$='/approve'] button.first")
    at.meet()
    one.page.evaluate(ARRIVED)
    expect(one.page.locator(".release-line")).to_have_attribute("data-state", "agreed")
    one.press(".release-line a.line-name")
    one.press("form[action$='/send'] button.first")
    at.meet()
    one.page.focus("[data-live] a")
    one.page.evaluate(ARRIVED)
    expect(one.page.locator("[data-act=show-live]")).to_be_visible()
    one.press_here("[data-act=show-live]")
    expect(one.page.locator("[data-live] .state[data-state]")).to_have_attribute("data-state", "may")
    for to in ("P06", "P07"):
        with one.page.expect_download(timeout=PATIENCE) as file:
            one.page.focus(f"form[data-hand-out={to}] button")
            one.page.keyboard.press("Enter")
        assert hashlib.sha256(file.value.path().read_bytes()).hexdigest() == shown[to]
    one.go("releases/")
    assert one.page.get_attribute(".release-line", "data-state") == "left"
    assert one.said == two.said == []


def test_every_page_of_releases_is_accessible(at: Centre, sit: Callable[..., Seat]) -> None:
    one = sit(1, "en", color_scheme="dark", bypass_csp=True)
    accessible(one, "releases/new?to=P06&to=P07&pace=sooner", until="[data-sentence]")
    one.press("[data-picture] a.first")
    accessible(one)
    name = at.approved()
    for path in ("", f"of/{name}", f"of/{name}/files", "new?to=P07", "clearing", "published-accounts", "quality"):
        accessible(one, f"releases/{path}", until="[data-refused]" if path.startswith("new") else "h1")


def accessible(one: Seat, path: str = "", *, until: str = "h1") -> None:
    if path:
        one.go(path)
    one.page.wait_for_selector(until, timeout=PATIENCE)
    one.page.evaluate("document.querySelectorAll('details').forEach((one) => one.setAttribute('open', ''))")
    one.look()
    found = axe.violations(one.page)
    assert not found, (one.page.url, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found])


def test_a_ledger_that_cannot_go_on_fits_a_narrow_screen_in_french(at: Centre, sit: Callable[..., Seat]) -> None:
    release.pin(at[1].by, MECHANISM)
    at.meet()
    to_a_lost_key(at[1].station, at[1].reader)
    at.meet()
    one = sit(1, "fr")
    one.go("releases/settling")
    assert one.page.locator("[data-stuck=closed]").count() == 1
    one.page.check("input[name=sure]")
    one.press("form[action='/releases/settling'] button.grave")
    assert one.page.locator("[data-said]").count() == 1
    assert one.page.locator("button.grave").count() == 0, "said once"
    at.meet()
    two = sit(2, "fr")
    two.go("releases/settling")
    assert two.page.locator("[data-offer]").count() == 1
    assert one.said == two.said == []
