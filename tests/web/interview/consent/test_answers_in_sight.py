"""Yes and No of a use are whole in sight on a small phone, without scrolling, in every language of witnesses, and the
witness's own word is the larger one.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview import all_cards
from tests.support.interview.driver import Interviewer
from tests.support.interview.telling_languages import WITNESSES
from tests.support.web.browsers.chromium import FLAGS

HIDDEN = """() => {
  const lowest = document.querySelector('.bar').getBoundingClientRect().top;
  const highest = document.querySelector('.top').getBoundingClientRect().bottom;
  const out = (box) => box.top < highest || box.bottom > lowest || box.left < 0 || box.right > innerWidth;
  const options = [...document.querySelectorAll('[data-card]:not([hidden]) .answers .option')];
  return options.length === 2 ? options.filter((each) => out(each.getBoundingClientRect())).length : -1;
}"""
"""How many of the two answers lie outside what is to be seen between the bars; -1 where there are not two."""
SMALLER = """() => [...document.querySelectorAll('[data-card]:not([hidden]) .answers .option')].filter((each) => {
  const size = (selector) => parseFloat(getComputedStyle(each.querySelector(selector)).fontSize);
  return size('.theirs') < size(':scope > span:not(.theirs)');
}).length"""
"""How many answers say the witness's word in smaller letters than the interviewer's."""


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    return asking


@pytest.mark.parametrize("langs", WITNESSES)
def test_yes_and_no_of_each_use_are_in_sight(
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
    found = {}
    for lang in langs:
        all_cards.speak(page, lang)
        for name in uses:
            all_cards.show(page, name)
            found[lang, name] = page.evaluate(HIDDEN)
        found[lang, "smaller"] = page.evaluate(SMALLER)
    browser.close()
    assert {place: hidden for place, hidden in found.items() if hidden} == {}
