"""Every card passes axe's rules for WCAG 2.2 AA in every language of interviewers, by day, at night and in the sun."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright

from testimony.domain.testimony.languages import INTERVIEWERS
from tests.support.each_time import each_time
from tests.support.interview import all_cards
from tests.support.interview.accessible import LEAST, SMALL, SPILLING, WIDE, broken, marked, opened
from tests.support.interview.driver import Interviewer
from tests.support.web.browsers.chromium import FLAGS

LOOKS = ("light", "dark", "sun")
KEPT = (("en", "light"),)
"""What is looked at each time; a filled interview is looked at in Arabic in the dark."""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


@pytest.mark.parametrize(("lang", "look"), [marked(*each, kept=KEPT) for each in product(INTERVIEWERS, LOOKS)])
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


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "fr", "ar"))
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


@pytest.mark.comes_home
def test_focus_follows_the_card_a_screen_reader_hears_it_and_a_keyboard_choice_does_not_move_it(
    signed_in: Interviewer,
) -> None:
    signed_in.begin()
    focused = signed_in.page.evaluate("() => document.activeElement.closest('[data-card]')?.dataset.card")
    assert focused == "safety"
    assert signed_in.page.locator("[data-live]").get_attribute("aria-live") == "polite"
    signed_in.tap_next()
    assert signed_in.page.locator("[data-error]").get_attribute("role") == "alert"
    signed_in.safety()
    signed_in.tell()
    signed_in.page.locator('[data-field="purpose_P01"] [data-option="yes"] input').press("Space")
    signed_in.page.wait_for_timeout(500)
    assert signed_in.card == "purpose-P01"
    signed_in.next()
    assert signed_in.card == "purpose-P04"
