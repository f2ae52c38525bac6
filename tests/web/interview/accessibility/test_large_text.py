"""Text of twice the size: bars give way to what is read, the quick exit stays in sight, no Arabic word is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright

from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.interview import all_cards
from tests.support.interview.accessible import WIDE, opened
from tests.support.interview.unbroken_words import WORDS
from tests.support.web.browsers.chromium import FLAGS

SMALL, TALLER = {"width": 320, "height": 568}, {"width": 360, "height": 640}
CARDS = ("purpose-P04", "told-1", "w_role", "n_text", "review", "read-part")
ROOM = """async (part) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  await frame();
  scrollTo(0, part * (document.documentElement.scrollHeight - innerHeight));
  await frame();
  const seen = [...document.querySelectorAll('.top, .bar, [data-card]:not([hidden]) .answers')]
    .filter((each) => each.checkVisibility())
    .filter((each) => !each.matches('.answers') || getComputedStyle(each).position === 'sticky');
  const heights = seen.map((each) => each.getBoundingClientRect())
    .map(({ top, bottom }) => Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)));
  return (innerHeight - heights.reduce((sum, height) => sum + height, 0)) / innerHeight;
}"""
"""The share of the height that is left for content when one has scrolled through `part` of the page."""
EXIT = """() => {
  const { top, bottom } = document.querySelector('.tools [data-act="exit"]').getBoundingClientRect();
  return top > -1 && bottom <= innerHeight;
}"""
READ = "main :is(h1, h2, h3, p, .said, .option, button, dt, dd, summary, legend, li, label), .tools, .step h1, .bar"
ARABIC = re.compile(r"broken: .*[\u0600-\u06ff]")


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    """One that asks for everything."""
    return asking


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


def enlarged(browser: Chromium, address: str, lang: str) -> Page:
    page = opened(browser, address, lang, "light")
    page.evaluate("() => (document.documentElement.style.fontSize = '200%')")
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    return page


def cramped(page: Page) -> dict[tuple[str, float], float]:
    """By card and place where less than half of the height is left."""
    found = {}
    for card in CARDS:
        all_cards.show(page, card)
        for part in (0, 0.5):
            found[card, part] = page.evaluate(ROOM, part)
            assert page.evaluate(EXIT), (card, part)
    return {place: room for place, room in found.items() if room < 0.5}


@pytest.mark.parametrize("lang", each_time(("en", "ar", "fa"), "ar"))
def test_half_of_the_height_is_left_with_the_quick_exit_in_sight_and_no_arabic_word_broken(
    browser: Chromium, looked_at: str, lang: str
) -> None:
    page = enlarged(browser, looked_at, lang)
    assert cramped(page) == {}
    page.set_viewport_size(TALLER)  # type: ignore[arg-type]  # here Yes and No would stay in sight too
    assert cramped(page) == {}
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    all_cards.show_all(page, inside=True)
    assert page.evaluate(WIDE) <= 0
    assert [word for word in page.evaluate(WORDS, READ) if ARABIC.match(word)] == []
    page.context.close()


def test_with_letters_of_the_usual_size_the_bars_stay_in_sight_also_after_large_ones(
    browser: Chromium, looked_at: str
) -> None:
    page = enlarged(browser, looked_at, "en")
    page.set_viewport_size(TALLER)  # type: ignore[arg-type]
    all_cards.show(page, "purpose-P04")
    assert page.evaluate(ROOM, 0.5) > 0.8
    page.evaluate("() => (document.documentElement.style.fontSize = '')")
    page.evaluate(ROOM, 0.5)
    for bar in (".top", ".bar", '[data-card="purpose-P04"] .answers'):
        assert page.locator(bar).evaluate("bar => getComputedStyle(bar).position") == "sticky", bar
    page.context.close()
