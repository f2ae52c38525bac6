"""The guide: ten short cards with a picture each, by keyboard alone, out of the node's reach, and back again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Playwright

from testimony.domain.testimony.languages import INTERVIEWERS
from tests.support.interview.accessible import LEAST, SMALL, SPILLING, WIDE, broken
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server
from tests.support.web.browsers.chromium import FLAGS

HEADING = "() => [document.activeElement.tagName, document.activeElement.closest('[data-card]').dataset.card]"
FACES = """() => getComputedStyle(document.querySelector('[data-card=guide-8] .guide-picture')).transform"""

TELLING = ("fr", "ar")
OTHERS = tuple(lang for lang in INTERVIEWERS if lang not in TELLING)
A4 = {"width": 794, "height": 1123}
PANELS = """() => [...document.querySelectorAll('.panel')]
  .map((panel) => panel.checkVisibility() && panel.clientHeight > 300 && panel.scrollHeight <= panel.clientHeight)"""
"""Of each quarter whether it is on the paper and nothing of it is cut off."""


def press(page: Page, act: str) -> None:
    """Tab from the heading to the button `act` of the card that is shown, and press it."""
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == act:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{act} is not reached")


def test_the_keyboard_leads_through_all_ten_cards_without_the_node_and_back(
    interviewer: Interviewer, node_server: Server
) -> None:
    page = interviewer.page
    page.set_viewport_size({"width": 320, "height": 568})
    interviewer.open("ar")
    node_server.stop()
    page.locator('[data-act="guide"]:visible').focus()
    page.keyboard.press("Enter")
    for number in range(1, 11):
        interviewer.wait_for(f"guide-{number}")
        assert page.evaluate(HEADING) == ["H1", f"guide-{number}"]
        assert page.locator(f'[data-card="guide-{number}"] svg.guide-picture').is_visible()
        assert page.evaluate(WIDE) == 0
        assert page.evaluate(SPILLING) == []
        assert page.evaluate(SMALL.replace("least(each)", f"({LEAST})(each)"), None) == []
        if number in (1, 10):
            assert broken(page, ".top, [data-guide]:not([hidden])") == []
        if number == 8:
            assert page.evaluate(FACES).startswith("matrix(-1"), "a way goes the other way, as people read here"
        if number < 10:
            press(page, "guide-next")
    assert page.locator('[data-card="guide-10"] [data-act="practise"]').is_visible()
    card = page.locator('[data-card="guide-10"] a')
    assert re.search(r"/interview/ar/quick-card$", str(card.get_attribute("href")))
    press(page, "guide-close")
    interviewer.wait_for("sign-in")


@pytest.mark.parametrize("langs", [TELLING, pytest.param(OTHERS, marks=pytest.mark.long)], ids=("telling", "others"))
def test_the_quick_card_is_whole_on_one_side_of_paper_in_each_language(
    playwright: Playwright, quick_chromium: str, looked_at: str, langs: tuple[str, ...]
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    page = browser.new_page(viewport=A4)
    for lang in langs:
        page.goto(f"{looked_at}/interview/{lang}/quick-card")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, lang
        assert re.findall(rb"/MediaBox \[0 0 59[45]\S* 84[12]\S*\]", printed), "A4"
        page.emulate_media(media="print")
        assert page.evaluate(PANELS) == [True] * 4, lang
        assert not page.locator(".top").is_visible()
        page.emulate_media(media="null")
    browser.close()


@pytest.mark.comes_home
def test_who_is_signed_in_comes_back_to_the_home_card_and_does_not_practise(signed_in: Interviewer) -> None:
    signed_in.act("guide")
    for _ in range(9):
        signed_in.act("guide-next")
    assert not signed_in.page.locator('[data-card="guide-10"] [data-act="practise"]').is_visible()
    signed_in.act("guide-close")
    signed_in.wait_for("home")
