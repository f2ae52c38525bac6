"""On the narrowest phone no word of an answer or a bar is broken or cut; no bar lies over a complaint or the focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright, expect

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.interview import all_cards
from tests.support.interview.accessible import opened
from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.interview.unbroken_words import WORDS
from tests.support.web.browsers.chromium import FLAGS

PLACES = ".bar button, .tools .tool, .option, .kept button"
COVERED = """(shown) => {
  const { top, bottom } = shown.getBoundingClientRect();
  const [head, foot] = ['.top', '.bar'].map((bar) => document.querySelector(bar).getBoundingClientRect());
  return top < head.bottom - 0.5 || bottom > foot.top + 0.5;
}"""
"""Whether a bar lies over some of it."""
COMPLAIN = f"""async (grow) => {{
  const {{ complain, word }} = await ((name) => import({MODULE}))('pages/base/cards.js');
  complain(word('answer_needed'));
  const grown = Object.assign(document.createElement('div'), {{ className: 'grown' }});
  grown.style.blockSize = `${{grow}}px`;
  document.querySelector('[data-card]:not([hidden])').append(grown);
}}"""


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    """One that asks for everything."""
    return asking


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "fr", "ar"))
def test_no_word_of_an_answer_or_a_bar_is_broken_or_cut_at_320_px(browser: Chromium, looked_at: str, lang: str) -> None:
    page = opened(browser, looked_at, lang, "light")
    all_cards.show_all(page, inside=True)
    assert page.evaluate(WORDS, PLACES) == []
    page.context.close()


def in_sight(page: Page) -> bool:
    """Whether the complaint is there and no bar lies over it."""
    expect(page.locator("[data-error]")).not_to_be_empty()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return not page.locator("[data-error]").evaluate(COVERED)


@pytest.mark.parametrize("text", each_time((100, 200), 200))
def test_no_bar_lies_over_a_complaint_also_where_its_card_grows_in_the_same_moment(
    browser: Chromium, looked_at: str, text: int
) -> None:
    page = opened(browser, looked_at, "fr", "light")
    page.evaluate("text => (document.documentElement.style.fontSize = `${text}%`)", text)
    if text == 200:  # a sentence twice as large needs a little more than the narrowest phone leaves between its bars
        page.set_viewport_size({"width": 360, "height": 800})
    for card in ("voice", "teach-1", "safety"):
        all_cards.show(page, card)
        page.evaluate(COMPLAIN, 90)
        assert in_sight(page), card
        page.evaluate("() => document.querySelector('.grown').remove()")
    page.context.close()


@pytest.mark.parametrize(
    "cards",
    [("teach-1", "witness_signature"), pytest.param(("contact_safe", "pictures"), marks=pytest.mark.long)],
    ids=("telling", "others"),
)
def test_no_bar_lies_over_what_the_keyboard_reaches(browser: Chromium, looked_at: str, cards: tuple[str, ...]) -> None:
    page = opened(browser, looked_at, "es", "light")
    for card in cards:
        all_cards.show(page, card)
        for way in ("Tab", "Shift+Tab"):
            page.locator(f'[data-card="{card}"] h2').first.focus()
            for _ in range(14):
                page.keyboard.press(way)
                focused = page.locator(":focus")
                if focused.count() and focused.evaluate("(it) => Boolean(it.closest('main'))"):
                    tile = focused.locator("xpath=ancestor-or-self::*[self::label or self::button or self::summary][1]")
                    if tile.count() and tile.bounding_box():
                        assert not tile.evaluate(COVERED), (card, way, tile.inner_text())
    page.context.close()


@pytest.mark.long(short="test_no_bar_lies_over_a_complaint_also_where_its_card_grows_in_the_same_moment")
def test_a_refused_microphone_says_so_where_no_bar_lies_over_it(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.begin()
    page.evaluate(f"""async () => {{
      const load = (name) => import({MODULE});
      const {{ answer }} = await load('pages/base/interview_state.js');
      for (const code of ['P01', 'P04', 'P02']) answer(`purpose_${{code}}`, {{ value: 'yes' }});
      await (await load('pages/cards/card.js')).go('voice');
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    }}""")
    page.set_viewport_size({"width": 320, "height": 480})
    signed_in.act("voice-start")
    signed_in.wait_for_complaint()
    assert in_sight(page)
