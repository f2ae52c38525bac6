"""The list in a browser: by keyboard, with filters and words, views that are opened again, an exchange beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect

from testimony.station.station import Station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.each_time import each_time
from tests.support.journeys.desks import Desk
from tests.support.services.batches import bring, told
from tests.support.web.browser import EVERYTHING, Filled, Served, passphrase_of
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("TESTIMONY_PICTURES")


def look(page: Page, name: str) -> None:
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], name
    found = axe.violations(page)
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def said(page: Page, words: str) -> None:
    expect(page.locator("[data-said]")).to_have_text(words)


@pytest.mark.parametrize("wide", each_time([True, False], False))
def test_a_lawyer_works_through_the_list(
    wide: bool,
    chrome: Chrome,
    serve: Callable[[str], Served],
    filled: Filled,
    organisation: Any,
    opened: Callable[[str], Station],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served = serve("lawyer")
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    size: Any = {"width": 1280, "height": 900} if wide else {"width": 360, "height": 740}
    context = chrome.new_context(viewport=size, bypass_csp=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{served.address}/en/")
    said(page, "Testimonies: 5 of 5.")
    look(page, f"inbox-{size['width']}")

    page.fill("#ask-words", "الغابه")
    said(page, "Testimonies: 1 of 5.")
    assert page.url == f"{served.address}/en/"
    page.click("details.views summary")
    page.fill("#view-name", "The forest")
    page.click("[data-act=keep-view]")
    expect(page.locator("[data-views-said]")).to_have_text("Kept, sealed to your key.")
    page.keyboard.press("Escape")
    page.click("[data-act=clear]")
    said(page, "Testimonies: 5 of 5.")
    page.click("details.views summary")
    page.click("[data-act=open-view]")
    said(page, "Testimonies: 1 of 5.")
    look(page, f"inbox-views-{size['width']}")
    page.click("[data-act=clear]")
    said(page, "Testimonies: 5 of 5.")

    page.focus("tbody tr >> nth=0")
    for key in ("j", "x", "ArrowDown", "x", "k"):
        page.keyboard.press(key)
    expect(page.locator("[data-marked-said]")).to_have_text("Chosen: 2")
    assert page.locator("tr[tabindex='0']").count() == 1
    look(page, f"inbox-chosen-{size['width']}")
    page.select_option("#several-to", "lawyer-2")
    page.click("#several button")
    expect(page.locator("[data-acted]")).to_contain_text("Written down and signed for testimonies: 2.")
    expect(page.locator("[data-code=assigned]")).to_have_count(2)
    page.focus("tbody tr >> nth=0")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    page.focus("tbody tr >> nth=0")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "ask-words"

    bring(organisation, opened("central"), [told(1, ("P01", "P04"))])
    page.click("form[action='/pull'] button")
    expect(page.locator("[data-exchange-said]")).to_contain_text("New records: 1.", timeout=30_000)
    said(page, "Testimonies: 6 of 6.")

    page.focus(f'tr[data-tid="{filled.tid(EVERYTHING)}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/testimony/{filled.tid(EVERYTHING)}")
    assert wrong == []
    context.close()


def test_without_script_filters_and_marks_go_by_forms(
    chrome: Chrome, serve: Callable[[str], Served], organisation: Any
) -> None:
    served = serve("lawyer")
    context = chrome.new_context()
    page = context.new_page()
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    bare = chrome.new_context(java_script_enabled=False)
    bare.add_cookies(context.cookies())
    page = bare.new_page()
    page.goto(f"{served.address}/en/")
    page.click("[data-filters] summary")
    page.select_option("#ask-language", "ar")
    page.click("button:text-is('Show')")
    assert "language=ar" in page.url
    assert page.locator("tbody tr").count() == 1
    page.check("tbody input[type=checkbox]")
    page.select_option("#several-act", "take")
    page.click("#several button")
    expect(page.locator("[role=status]").first).to_contain_text("Written down and signed for testimonies: 1.")
    bare.close()
    context.close()


def test_what_comes_by_itself_is_offered_and_moves_nothing(
    chrome: Chrome,
    serve: Callable[[str], Served],
    organisation: Any,
    opened: Callable[[str], Station],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served = serve("lawyer")
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def syncs_by_itself() -> None:
        served.app.extensions["testimony.desk_sync"].once()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    syncs_by_itself()
    page.goto(f"{served.address}/en/")
    said(page, "Testimonies: 5 of 5.")
    page.fill("#ask-words", "heron-nineteen")
    expect(page.locator("[data-unmet]")).to_be_visible()
    page.fill("#ask-words", "")
    said(page, "Testimonies: 5 of 5.")
    page.focus("tbody tr >> nth=2")
    places = "rows => rows.map((row) => [row.dataset.tid, row.getBoundingClientRect().top])"
    before = page.locator("tbody tr").evaluate_all(places)
    bring(organisation, opened("central"), [told(1, ("P01", "P04")), told(2, ("P01", "P04"))])
    syncs_by_itself()
    offered = page.get_by_role("button", name="New: 2. Show them.")
    expect(offered).to_be_visible()
    expect(page.locator("[data-synced]")).to_have_text("just now")
    assert page.locator("tbody tr").evaluate_all(places) == before
    assert page.evaluate("document.activeElement === document.querySelectorAll('tbody tr')[2]")
    expect(page.locator("[data-exchange]")).to_be_hidden()
    look(page, "inbox-offered")
    assert wrong == []
    context.close()
