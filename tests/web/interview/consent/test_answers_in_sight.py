"""Yes and No of a use are whole in sight on a small phone, without scrolling, in every language of witnesses, and the
witness's own word is the larger one. No circle lies over a word on the narrowest phone.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.interview import all_cards
from tests.support.interview.accessible import opened
from tests.support.interview.driver import Interviewer
from tests.support.interview.telling_languages import TELLING, WITNESSES
from tests.support.web.browsers.chromium import FLAGS

HIDDEN = """() => {
  const lowest = document.querySelector('.bar').getBoundingClientRect().top;
  const highest = document.querySelector('.top').getBoundingClientRect().bottom;
  const out = (box) => box.top < highest || box.bottom > lowest || box.left < 0 || box.right > innerWidth;
  const options = [...document.querySelector('[data-card]:not([hidden]) .answers').querySelectorAll('.option')];
  return options.length === 2 ? options.filter((each) => out(each.getBoundingClientRect())).length : -1;
}"""
"""How many of the first two answers lie outside what is to be seen between the bars; -1 where there are not two."""
ASTRAY = """() => {
  const astray = [];
  for (let at = 0; at < document.documentElement.scrollHeight; at += 60) {
    scrollTo(0, at);
    for (const use of document.querySelectorAll('[data-card]:not([hidden]) .use')) {
      const read = use.querySelector('.answers').getBoundingClientRect().top - use.getBoundingClientRect().top;
      if (read < 100) astray.push([use.dataset.field, at, Math.round(read)]);
    }
  }
  scrollTo(0, 0);
  return astray;
}"""
"""Where, while one scrolls, the answers of a line lie over its own beginning or over the line before it."""
SMALLER = """() => [...document.querySelectorAll('[data-card]:not([hidden]) .answers .option')].filter((each) => {
  const size = (selector) => parseFloat(getComputedStyle(each.querySelector(selector)).fontSize);
  return size('.theirs') < size(':scope > span:not(.theirs)');
}).length"""
"""How many answers say the witness's word in smaller letters than the interviewer's."""

COVERED = """() => [...document.querySelectorAll('.option')].flatMap((each) => {
  if (!each.querySelector('input').checkVisibility({ opacityProperty: true })) return [];
  const circle = each.querySelector('input').getBoundingClientRect();
  const range = document.createRange();
  return [...each.querySelectorAll(':scope > span')].filter((said) => {
    range.selectNodeContents(said);
    return said.checkVisibility() && [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      Math.min(right, circle.right) > Math.max(left, circle.left)
      && Math.min(bottom, circle.bottom) > Math.max(top, circle.top) + (bottom - top) / 4);
  }).map((said) => said.textContent.trim());
})"""
"""Words of answers over which a circle lies; the quarter of a line above its letters is empty."""


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    return asking


@pytest.mark.parametrize("langs", WITNESSES)
def test_yes_and_no_of_each_use_and_of_the_first_line_are_in_sight(
    playwright: Playwright, quick_chromium: str, looked_at: str, langs: tuple[str, ...]
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    context = browser.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True, service_workers="block")
    page = context.new_page()
    Interviewer(page, looked_at).open("en", offline_ready=False)
    all_cards.bring_cards(page)
    uses = [
        name for name in all_cards.names(page) if name.startswith("purpose-") and not name.startswith("purpose-P08d")
    ]
    assert len(uses) > 10
    uses.append("uses-counted")
    found = {}
    for lang in langs:
        all_cards.speak(page, lang)
        for name in uses:
            all_cards.show(page, name)
            found[lang, name] = page.evaluate(HIDDEN)
        found[lang, "smaller"] = page.evaluate(SMALLER)
        found[lang, "astray"] = page.evaluate(ASTRAY)
    browser.close()
    assert {place: hidden for place, hidden in found.items() if hidden} == {}


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "en", "ar"))
def test_no_circle_lies_over_a_word_of_an_answer_at_320_px(
    playwright: Playwright, quick_chromium: str, looked_at: str, lang: str
) -> None:
    browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    page = opened(browser, looked_at, lang, "light")
    all_cards.show_all(page, inside=True)
    covered = {}
    for witness in TELLING:
        all_cards.speak(page, witness)
        covered[witness] = page.evaluate(COVERED)
    browser.close()
    assert {witness: words for witness, words in covered.items() if words} == {}
