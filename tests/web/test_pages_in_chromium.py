"""The pages in a real browser: under their policy, on a narrow phone, for everybody (WCAG 2.2 AA)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from testimony.services.enrolment.organisation import Organisation
from testimony.web.text.i18n import LANGUAGES
from tests.support.web.browser import EVERYTHING, PEOPLE, Filled, Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]


def test_the_printed_address_opens_the_desk_and_its_token_does_not_stay_in_it(
    page: Page, serve: Callable[[str], Served]
) -> None:
    desk = serve("lawyer")
    page.goto(f"{desk.address}/#{desk.token}")
    page.wait_for_selector("#passphrase")
    assert page.url == f"{desk.address}/en/unlock"
    page.go_back()
    assert desk.token not in page.url


def test_a_wrong_token_is_said(page: Page, serve: Callable[[str], Served]) -> None:
    page.goto(f"{serve('lawyer').address}/en/#wrong")
    page.wait_for_selector("#wrong:not([hidden])")
    assert page.url.endswith("/en/start")


def test_a_lawyer_unlocks_reads_and_locks(
    page: Page, serve: Callable[[str], Served], organisation: Organisation, filled: Filled
) -> None:
    desk = serve("lawyer")
    page.goto(f"{desk.address}/fr/#{desk.token}")
    page.fill("#passphrase", "pas la bonne")
    page.click("#unlock")
    page.wait_for_selector("#wrong:not([hidden])")
    assert "phrase secrète" in page.inner_text("#wrong")
    assert page.input_value("#passphrase") == ""
    page.fill("#passphrase", passphrase_of(organisation, "lawyer-1"))
    page.keyboard.press("Enter")
    page.click(f'[data-tid="{filled.tid(EVERYTHING)}"] a')
    statement = page.wait_for_selector(".statement")
    assert statement is not None
    assert filled.told[EVERYTHING]["text"] in statement.inner_text()
    assert statement.evaluate("node => getComputedStyle(node).direction") == "rtl"
    page.click("form[data-idle] button")
    page.wait_for_selector("#passphrase")
    page.go_back()
    page.wait_for_selector("#passphrase")
    assert filled.told[EVERYTHING]["text"] not in page.content()


def test_a_page_left_alone_locks_itself(page: Page, serve: Callable[[str], Served], organisation: Organisation) -> None:
    desk = serve("lawyer")
    page.clock.install()
    enter(page, desk, passphrase_of(organisation, "lawyer-1"))
    page.clock.run_for(9 * 60 * 1000)
    assert page.query_selector("h1")
    page.clock.run_for(70 * 1000)
    page.wait_for_selector("#passphrase")


PAGES = {
    "field": ["", "outbox", "nowhere"],
    "central": ["start", "", "dashboard", "alarms", "roster", "stick"],
    "lawyer": ["unlock", "", "testimony", "stick", "ending/", "reports/?by=nationality&across=age"],
    "coordinator": ["", "testimony", "releases/", "releases/new", "releases/quality", "dashboard/"],
}
"""By role; a coordinator's, as far as a lawyer has not the same."""
TELLING = {("field", "ar"), ("central", "de"), ("lawyer", "ar"), ("lawyer", "en"), ("coordinator", "de")}
"""What runs each time: languages from right to left, with the longest words, and the first, by day and at night."""


def looks() -> Iterator[Any]:
    """Each station in each of its languages, by day and at night in turn."""
    for role in ("field", "central", "lawyer", "coordinator"):
        for at, lang in enumerate(LANGUAGES["desk" if role in PEOPLE else role]):
            marks = [] if (role, lang) in TELLING else [pytest.mark.long]
            yield pytest.param(role, lang, "dark" if at % 2 else "light", marks=marks)


@pytest.mark.parametrize(("role", "lang", "scheme"), tuple(looks()))
def test_every_page_is_accessible_and_fits(
    role: str,
    lang: str,
    scheme: Any,
    chrome: Browser,
    serve: Callable[[str], Served],
    organisation: Organisation,
    filled: Filled,
) -> None:
    station = serve(role)
    with chrome.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        if role in PEOPLE:
            enter(page, station, passphrase_of(organisation, PEOPLE[role]), lang)
        elif role == "central":
            page.goto(f"{station.address}/{lang}/#{station.token}")
            page.wait_for_selector(".counts")
        for path in PAGES[role]:
            address = f"testimony/{filled.tid(EVERYTHING)}" if path == "testimony" else path
            page.goto(f"{station.address}/{lang}/{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
            found = axe.violations(page)
            assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
