"""In a real browser: what was locked is on no page any more, Back or not; the wait is announced and prolonged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from testimony.sealing.keys.key_file import KeyFile
from testimony.services import startup
from testimony.services.demo import secrets
from testimony.services.enrolment.organisation import Organisation
from testimony.settings import Settings
from testimony.web.factory import create_app
from testimony.web.tour import roles
from tests.support.settings import FAST
from tests.support.web.browser import LAWYERS, NOW, Filled, Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]

WORDS = "#part-narrative"


@pytest.fixture
def desk(serve: Callable[[str], Served]) -> Served:
    return serve("lawyer")


def reading(page: Page, desk: Served, organisation: Organisation, filled: Filled) -> str:
    """The address of a testimony that is open before the reader."""
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{desk.address}/en/testimony/{filled.tid(LAWYERS)}")
    page.wait_for_selector(WORDS)
    return page.url


def test_after_locking_back_shows_no_statement_and_other_tabs_are_empty(
    page: Page, desk: Served, organisation: Organisation, filled: Filled
) -> None:
    reading(page, desk, organisation, filled)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(WORDS)
    page.click("form[data-idle] button")
    page.wait_for_url("**/unlock")
    other.wait_for_url("**/unlock")
    page.go_back()
    page.wait_for_selector("#passphrase")
    assert page.locator(WORDS).count() == 0
    page.go_forward()
    assert page.locator(WORDS).count() == 0
    other.go_back()
    assert other.locator(WORDS).count() == 0


def test_the_start_page_of_a_demonstration_opens_an_unlocked_desk_and_no_other_desk_unlocks_by_itself(
    page: Page, desk: Served, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = desk.app.extensions["testimony.station"].settings
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/unlock"):
            asked.append(request.url)

    page.on("request", note)
    page.goto(f"{desk.address}/en/#{desk.token}{roles.UNLOCK}")
    page.wait_for_selector("[data-unlock]:not([hidden])")
    page.goto(f"{desk.address}/en/unlock?at_once=1")
    page.wait_for_selector("[data-unlock]:not([hidden])")
    expect(page.locator("#passphrase")).to_have_value("")
    assert asked == []

    monkeypatch.setitem(secrets.DESKS, settings.home.name, "lawyer-1")
    monkeypatch.setattr(secrets, "of_desk", lambda home: passphrase_of(organisation, secrets.DESKS[home.name]))
    object.__setattr__(settings, "demonstration", True)
    page.goto(f"{desk.address}/en/start#{desk.token}{roles.UNLOCK}")  # this browser has shown the token already
    page.wait_for_selector("nav.desk-nav")
    assert len(asked) == 1
    page.wait_for_load_state("networkidle")
    page.click("form[data-idle] button")
    page.wait_for_url("**/unlock")
    page.wait_for_selector("[data-unlock]:not([hidden])")
    assert len(asked) == 1, "who locks it is not signed in again"


def test_while_much_is_opened_the_page_says_how_far_that_is(
    page: Page, desk: Served, organisation: Organisation
) -> None:

    def read(asked: Route) -> None:
        time.sleep(0.2)  # as the desk does: the page asks again at once
        asked.fulfill(json={"read": 200, "total": 24_000})

    page.route("**/unlock/read", read)
    page.goto(f"{desk.address}/fr/#{desk.token}")
    page.fill("#passphrase", passphrase_of(organisation, "lawyer-1"))
    page.keyboard.press("Enter")
    expect(page.locator("#far")).to_contain_text("24000")
    expect(page.locator("#reading progress")).to_have_attribute("max", "24000")
    look(page, "reading")
    page.unroute("**/unlock/read")
    page.wait_for_selector("nav.desk-nav")
    page.wait_for_load_state("networkidle")  # its scripts too, or the console speaks of a desk that went away


def test_the_lock_is_announced_prolonged_and_then_comes(
    page: Page, desk: Served, organisation: Organisation, filled: Filled
) -> None:
    page.clock.install()
    reading(page, desk, organisation, filled)
    page.clock.run_for(8 * 60_000 + 10_000)
    warning = page.locator("[data-warning]")
    assert "locks in 2 minutes" in warning.inner_text()
    assert page.evaluate("document.activeElement.hasAttribute('data-go-on')"), "one key prolongs it"
    look(page, "warning")
    page.mouse.wheel(0, 200)
    page.clock.run_for(6_000)
    assert warning.is_visible(), "a sleeve on the table is no reader"
    with page.expect_response("**/stay"):
        page.keyboard.press("Enter")
    assert warning.is_hidden()
    page.clock.run_for(9 * 60_000 + 10_000)
    assert "locks in one minute" in warning.inner_text()
    page.clock.run_for(60_000)
    page.wait_for_url("**/unlock")
    page.go_back()
    page.wait_for_selector("#passphrase")
    assert page.locator(WORDS).count() == 0


@pytest.fixture
def keyless(
    tmp_path: Path, organisation: Organisation, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """A desk that joined and whose reader has no key, served."""
    import threading

    from werkzeug.serving import make_server

    seal = KeyFile.seal
    monkeypatch.setattr(KeyFile, "seal", lambda self, passphrase, _work=FAST: seal(self, passphrase, FAST))
    port = free_port()
    settings = Settings(home=tmp_path / "joined", role="desk", name="lawyer-3", port=port)
    records = [organisation.roster]
    with startup.create_station(settings, root=organisation.root.data, rosters=records, signing_seed=None) as station:
        app = create_app(STATION=station, CLOCK=lambda: NOW)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Served(f"http://localhost:{port}", app.config["START_TOKEN"], app)
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(params=[(360, "es"), (1280, "fr")], ids=["narrow", "wide"])
def looked_at(request: pytest.FixtureRequest, chrome: Browser) -> Iterator[tuple[BrowserContext, str]]:
    width, lang = request.param
    context = chrome.new_context(viewport={"width": width, "height": 800})
    yield context, lang
    context.close()


def test_a_reader_makes_their_key_and_the_pages_fit(
    looked_at: tuple[BrowserContext, str], keyless: Served, tmp_path: Path
) -> None:
    context, lang = looked_at
    one = context.new_page()
    one.goto(f"{keyless.address}/{lang}/#{keyless.token}")
    one.wait_for_selector("[data-words]:not(:empty)")
    words = one.inner_text("[data-words]")
    look(one, f"key-{lang}")
    one.fill("#again", "others")
    one.click("[data-make]")
    one.wait_for_selector("#wrong:not([hidden])")
    assert one.input_value("#again") == ""
    one.fill("#again", words)
    one.keyboard.press("Enter")
    one.wait_for_selector(".code svg")
    assert one.url.endswith("/key/request")
    look(one, f"request-{lang}")
    assert words not in one.content()
    assert words not in json.dumps(context.storage_state())
    home = tmp_path / "joined"
    assert KeyFile.open((home / "reader.key").read_bytes(), words).opening


def test_the_pages_of_the_key_fit(
    looked_at: tuple[BrowserContext, str], desk: Served, organisation: Organisation
) -> None:
    context, lang = looked_at
    one = context.new_page()
    enter(one, desk, passphrase_of(organisation, "lawyer-1"), lang)
    for path in ("key/passphrase", "lost", "colleagues/"):
        one.goto(f"{desk.address}/{lang}/{path}")
        look(one, f"{path.replace('/', '-')}-{lang}")
    one.goto(f"{desk.address}/{lang}/lost")
    one.click("main .lines a")
    one.wait_for_selector(".todo")
    look(one, f"sheet-{lang}")
