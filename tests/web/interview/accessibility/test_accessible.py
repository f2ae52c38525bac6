"""Every card passes axe's rules for WCAG 2.2 AA in every language of interviewers, by day, at night and in the sun."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright

from testimony.domain.testimony.languages import INTERVIEWERS
from tests.support.interview import all_cards
from tests.support.interview.driver import Interviewer
from tests.support.web import axe
from tests.support.web.chromium import FLAGS

LOOKS = ("light", "dark", "sun")
QUICK = {("en", "light"), ("ar", "dark")}
"""Both directions of writing, light and dark; the others are for `make test-long`."""
EACH = {*QUICK, ("fr", "sun"), ("es", "light"), ("fa", "dark")}
"""Each language and each look once."""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SPILLING = """() => [...document.querySelectorAll('.option, button, summary, .said, .notice, dt, dd, h1, h2')]
  .filter(each => each.checkVisibility() && !each.closest('.hush') && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.dataset.act ?? each.dataset.option ?? each.textContent.trim().slice(0, 40))"""
SMALL = """least => [...document.querySelectorAll('button, a, summary, .option, select, input[type]')]
  .filter(each => each.checkVisibility() && !each.closest('.option input'))
  .filter(each => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < least(each))
  .map(each => each.dataset.act ?? each.dataset.option ?? each.id)"""
LEAST = "each => each.matches('.option, .primary, .wide, .tools .tool, .bar button, select, input') ? 55.5 : 44"


def marked(lang: str, look: str) -> object:
    return pytest.param(lang, look, marks=[] if (lang, look) in QUICK else [pytest.mark.long], id=f"{lang}-{look}")


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield launched
    launched.close()


def opened(browser: Chromium, address: str, lang: str, look: str) -> Page:
    """The page with its cards on the narrowest phone."""
    scheme = "dark" if look == "dark" else "light"
    context = browser.new_context(
        viewport={"width": 320, "height": 740}, color_scheme=scheme, bypass_csp=True, service_workers="block"
    )
    page = context.new_page()
    Interviewer(page, address).open(lang, offline_ready=False)
    all_cards.bring_cards(page)
    page.wait_for_selector("html[data-look]")  # the look that the phone remembers comes after the start
    page.evaluate("look => (document.documentElement.dataset.look = look)", look)
    return page


def broken(page: Page, place: str | None = None) -> list[str]:
    """The rules that what is shown breaks, or what of it `place` selects, each with its first places."""
    found = axe.violations(page, place)
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.parametrize(("lang", "look"), [marked(*each) for each in product(INTERVIEWERS, LOOKS)])
def test_every_card_and_dialog_is_accessible(browser: Chromium, looked_at: str, lang: str, look: str) -> None:
    page = opened(browser, looked_at, lang, look)
    found = {}
    for inside in (False, True):
        all_cards.show_all(page, inside=inside)
        found["cards inside" if inside else "cards outside"] = broken(page)
    all_cards.show(page, "safety")
    all_cards.keep(page, "[data-card=safety]")
    for name in all_cards.dialogs(page):
        all_cards.open_dialog(page, name)
        found[f"dialog {name}"] = broken(page, "dialog[open]")
        all_cards.close_dialog(page, name)
    page.goto(f"{looked_at}/interview/{lang}/list")
    found["the harmless page"] = broken(page)
    assert {name: problems for name, problems in found.items() if problems} == {}
    page.context.close()


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_every_card_fits_a_thumb_a_narrow_phone_and_text_twice_as_large(
    browser: Chromium, looked_at: str, lang: str
) -> None:
    page = opened(browser, looked_at, lang, "light")
    found: dict[str, object] = {}
    for inside in (False, True):
        all_cards.show_all(page, inside=inside)
        found[f"small {inside}"] = page.evaluate(f"({SMALL})({LEAST})")
        found[f"wide {inside}"] = page.evaluate(WIDE)
        page.evaluate("() => (document.documentElement.style.fontSize = '200%')")
        found[f"wide at 200 % {inside}"] = page.evaluate(WIDE)
        found[f"spilling at 200 % {inside}"] = page.evaluate(SPILLING)
        page.evaluate("() => (document.documentElement.style.fontSize = '')")
    assert {name: problems for name, problems in found.items() if problems} == {}
    page.context.close()


def test_focus_follows_the_card_and_a_screen_reader_hears_it(signed_in: Interviewer) -> None:
    signed_in.begin()
    focused = signed_in.page.evaluate("() => document.activeElement.closest('[data-card]')?.dataset.card")
    assert focused == "safety"
    assert signed_in.page.locator("[data-live]").get_attribute("aria-live") == "polite"
    signed_in.tap_next()
    assert signed_in.page.locator("[data-error]").get_attribute("role") == "alert"


def test_a_keyboard_choice_does_not_move_the_card(signed_in: Interviewer) -> None:
    signed_in.begin()
    signed_in.safety()
    signed_in.page.locator('[data-field="told_01"] input').press("Space")
    signed_in.page.wait_for_timeout(500)
    assert signed_in.card == "told-01"
    signed_in.next()
    assert signed_in.card == "told-02"
