"""Published tables in a real browser: from nothing to the saved file at two desks, and six clicks after the set-up."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from testimony.domain.tables import plan as tables_plan
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session import sync_text
from testimony.web.factory import create_app
from tests.support.services.release.releases import Centre
from tests.support.web.browser import passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.desk.releases import NOW

pytestmark = pytest.mark.browser
PATIENCE = 120_000
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Seat:
    """One coordinator's browser. `clicks`: on buttons of the page. `said`: what its console complained about."""

    page: Page
    address: str
    clicks: int = 0
    said: list[str] = field(default_factory=list)

    def step(self, lang: str = "en") -> str | None:
        self.page.goto(f"{self.address}/{lang}/releases/tables")
        return self.page.get_attribute("[data-step]", "data-step")

    def press(self, which: str = "step") -> None:
        """With the keyboard; the page of progress leads back."""
        self.clicks += 1
        self.page.focus(f"[data-press={which}]")
        with self.page.expect_navigation(timeout=PATIENCE):
            self.page.keyboard.press("Enter")
        if "/progress" in self.page.url:
            expect(self.page.locator("main a.button.first")).to_be_visible(timeout=PATIENCE)
        self.step()

    def look(self, width: int = 360) -> None:
        """No page is wider than the screen, and everybody can use it (WCAG 2.2 AA)."""
        self.page.set_viewport_size({"width": width, "height": 740})
        self.page.evaluate("document.querySelectorAll('details').forEach((one) => one.setAttribute('open', ''))")
        assert self.page.evaluate(WIDE) <= 0, self.page.url
        found = axe.violations(self.page)
        assert not found, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.fixture
def sit(
    at: Centre, chrome: Browser, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Seat]]:
    """A function that serves the desk of coordinator 1 or 2, and unlocks it in a browser. "Sync" meets central."""
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
    monkeypatch.setattr(tables_plan, "LEAST_INCIDENTS", 2)
    monkeypatch.setattr(tables_plan, "TIMETABLE", [(0, tables_plan.TIMETABLE[0][1])])
    running: list[tuple[Any, Thread, Any]] = []

    def start(number: int) -> Seat:
        station, port = at[number].station, free_port()
        monkeypatch.setattr(station, "settings", replace(station.settings, port=port))
        app = create_app(STATION=station, CLOCK=lambda: NOW)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        context = chrome.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
        running.append((server, thread, context))
        seat = Seat(context.new_page(), f"http://localhost:{port}")
        seat.page.on("pageerror", lambda error: seat.said.append(str(error)))
        seat.page.on("console", lambda line: seat.said.append(line.text) if line.type in {"error", "warning"} else None)
        seat.page.goto(f"{seat.address}/en/#{app.config['START_TOKEN']}")
        seat.page.fill("#passphrase", passphrase_of(at.organisation, f"coordinator-{number}"))
        seat.page.keyboard.press("Enter")
        seat.page.wait_for_selector("nav.desk-nav", timeout=PATIENCE)
        return seat

    yield start
    for server, thread, context in running:
        context.close()
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(autouse=True)
def sync_meets_central(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk whose button was pressed exchanges with central, without a network."""

    def exchange() -> str:
        from testimony.web.desk.session import key

        at.desks[key.reader().id].exchange()
        key.key_holder().news()
        return "done"

    monkeypatch.setattr(session_sync, "exchange", exchange)
    monkeypatch.setattr(sync_text, "exchange_sentences", lambda done: [(done, "message")])


def test_two_desks_come_from_nothing_to_the_saved_file(at: Centre, sit: Callable[[int], Seat]) -> None:
    one, two = sit(1), sit(2)
    one.page.goto(f"{one.address}/en/releases/")
    one.page.click("nav.tabs a[href$='/releases/tables']")
    for _ in range(3):
        one.press()  # a share, the plan, and sync
    two.step()
    two.press("exchange")
    for _ in range(3):
        two.press()  # agrees, gives a share, and syncs
    one.step()
    one.press("exchange")
    assert one.page.get_attribute("[data-step]", "data-step") == "make"
    one.look()
    one.clicks = two.clicks = 0
    one.press()
    one.press()
    two.step()
    two.press("exchange")
    assert two.page.get_attribute("[data-step]", "data-step") == "agree"
    two.look(1280)
    two.press()
    two.press()
    with two.page.expect_download(timeout=PATIENCE) as file:
        two.clicks += 1
        two.page.focus("[data-press=step]")
        two.page.keyboard.press("Enter")
    assert {"read-me.txt", "report-en.html", "tables.csv", "tables.json"} <= set(
        zipfile.ZipFile(file.value.path()).namelist()
    )
    assert one.clicks + two.clicks == 6
    two.look()
    assert one.said == two.said == []
