"""One testimony in a browser: two panes with tabs, a column on a phone, by keyboard, right to left, and no script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect

from testimony.services.enrolment.organisation import Organisation
from tests.support.journeys.desks import Desk
from tests.support.web.browser import EVERYTHING, Filled, Served, passphrase_of
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("TESTIMONY_PICTURES")
HIGHEST = 2_500  # px at 1280
STANDS = "[document.activeElement, ...document.querySelectorAll('.panels > :not([hidden])')].map((one) => one.id)"


def look(page: Page, name: str, *, rules: bool = True) -> None:
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    if rules:
        found = axe.violations(page)
        assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def test_two_panes_are_worked_by_keyboard_and_led_through_the_list(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Organisation
) -> None:
    served = serve("lawyer")
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{served.address}/en/")
    listed = page.evaluate("[...document.querySelectorAll('[data-list] tr')].map((row) => row.dataset.tid)")
    page.goto(f"{served.address}/en/testimony/{listed[0]}")
    heights = []
    for at, tid in enumerate(listed):
        expect(page).to_have_url(f"{served.address}/en/testimony/{tid}")
        heights.append(height(page))
        if at + 1 < len(listed):
            page.keyboard.press("j")
            page.wait_for_url(f"**/testimony/{listed[at + 1]}")
    assert max(heights) <= HIGHEST, heights
    page.keyboard.press("k")
    page.wait_for_url(f"**/testimony/{listed[-2]}")

    page.goto(f"{served.address}/en/testimony/{filled.tid(EVERYTHING)}")
    page.focus("[role=tab][aria-selected=true]")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
        seen.append(tuple(page.evaluate(STANDS)))
    tabs = ("consent", "history", "notes", "facts", "notes", "facts")
    assert seen == [(f"of-tab-{name}", f"tab-{name}") for name in tabs], "the focus, and what is shown"
    for name in ("consent", "history", "notes", "facts"):
        page.click(f"#of-tab-{name}")
        look(page, f"panes-{name}")

    page.click("[data-moves] button")
    page.wait_for_url("**#review")
    expect(page.locator("#review")).to_be_in_viewport()
    expect(page.get_by_text("Written down and signed.")).to_be_in_viewport()
    page.evaluate("document.querySelector('#assigned').add(new Option('', 'lawyer-9', true, true))")
    page.click("[data-section=review] summary >> nth=0")
    page.click("[data-section=review] form button")
    expect(page.locator("#of-tab-history")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#assigned")).to_have_attribute("aria-invalid", "true")
    page.goto(f"{served.address}/en/testimony/{filled.tid(EVERYTHING)}")
    page.click("[data-tabs] a[href='#tab-notes']")
    page.fill("#one-line", "red jacket " * 10)
    page.click("[data-act=name]")
    expect(page.locator("[data-naming] [data-said]")).to_contain_text("at most 80 characters")
    assert page.input_value("#one-line") == "red jacket " * 10
    page.fill("#one-line", "red jacket, two brothers")
    page.click("[data-act=name]")
    expect(page.locator("h1 .face-label")).to_have_text("red jacket, two brothers")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(".acting")).to_be_in_viewport()
    side = "parseFloat(getComputedStyle(document.querySelector('.side')).insetBlockStart)"
    assert page.evaluate(f"{side} > document.querySelector('.acting').offsetHeight"), "the panel stays below the bar"

    for width, lang, turned in ((1024, "fr", False), (1280, "en", True), (768, "es", False), (360, "en", True)):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{served.address}/{lang}/testimony/{filled.tid(EVERYTHING)}")
        if turned:
            page.evaluate("document.documentElement.dir = 'rtl'")
        if turned and width == 1280:
            page.focus("[role=tab][aria-selected=true]")
            page.keyboard.press("ArrowLeft")
            assert page.evaluate(STANDS) == ["of-tab-consent", "tab-consent"]
        look(page, f"panes-{lang}-{width}", rules=width == 360)
    assert page.locator("[role=tab]").count() == 0, "on a phone all stands in one column"
    assert page.locator(".panels > .panel:visible").count() == 4
    assert wrong == []
    bare(chrome, page, f"{served.address}/en/testimony/{filled.tid(EVERYTHING)}")
    context.close()


def bare(chrome: Chrome, signed_in: Page, address: str) -> None:
    """Without a script every section is there, and the tabs are links to them."""
    size: Any = {"width": 1280, "height": 800}
    context = chrome.new_context(java_script_enabled=False, viewport=size)
    context.add_cookies(signed_in.context.cookies())
    page = context.new_page()
    page.goto(address)
    assert page.locator(".panels > .panel:visible").count() == 4
    page.click("[data-tabs] a[href='#tab-history']")
    expect(page.locator("[data-section=checks]")).to_be_in_viewport()
    context.close()
