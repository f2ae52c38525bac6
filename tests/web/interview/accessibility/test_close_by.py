"""On the narrowest phone what belongs together stands together: a question and its answers, a name and its arrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, expect

from tests.support.interview import all_cards
from tests.support.interview.accessible import opened
from tests.support.web.browsers.chromium import FLAGS

GAPS = """() => [...document.querySelectorAll('[data-card]:not([hidden]) > fieldset > legend')].map((legend) => {
  const next = [...legend.parentElement.children].find((each) => each !== legend && each.checkVisibility());
  return Math.round(next.getBoundingClientRect().top - legend.getBoundingClientRect().bottom);
})"""
"""Between each question of the card and what follows it, in pixels."""
ROW = """(name) => {
  const row = document.querySelector('[data-rest-row]').content.firstElementChild.cloneNode(true);
  row.querySelector('[data-rest-name]').textContent = name;
  row.querySelector('[data-rest-count]').textContent = '14';
  document.querySelector('[data-rest]').append(row);
  const [said, arrow] = ['span', 'svg'].map((part) => row.querySelector(part).getBoundingClientRect());
  return [arrow.top < said.bottom && arrow.bottom > said.top, document.documentElement.dataset.bars];
}"""
"""Whether the arrow of a part that can still be told stands beside its name, and where the bars are."""

LINE = """() => {
  const line = document.querySelector('[data-outbox-row]').content.firstElementChild.cloneNode(true);
  for (const part of line.querySelectorAll('[hidden]')) part.hidden = false;
  document.querySelector('[data-outbox]').append(line);
  const boxes = [...line.querySelectorAll('.taking button')].map((each) => each.getBoundingClientRect());
  return boxes.slice(1).map((box, at) => Math.round(box.top - boxes[at].bottom));
}"""
"""Between the buttons of a sealed testimony, which stand below each other, in pixels."""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


def test_the_language_of_the_witness_is_chosen_without_scrolling_past_ones_own(
    browser: Chromium, looked_at: str
) -> None:
    page = opened(browser, looked_at, "ar", "light")
    page.set_viewport_size({"width": 320, "height": 568})
    all_cards.show(page, "languages")
    expect(page.locator('[data-field="witness_language"] [data-option]').first).to_be_in_viewport(ratio=1)
    page.context.close()


@pytest.mark.parametrize("card", ["talk-setting", "talk-interpreter", "talk-how"])
def test_no_question_of_a_card_stands_farther_from_its_answers_than_the_first(
    browser: Chromium, looked_at: str, card: str
) -> None:
    page = opened(browser, looked_at, "en", "light")
    all_cards.show(page, card)
    first, *others = page.evaluate(GAPS)
    assert others
    assert max(others) <= first
    page.context.close()


def test_an_arrow_stands_beside_its_name_also_where_the_bars_scroll_away(browser: Chromium, looked_at: str) -> None:
    page = opened(browser, looked_at, "en", "light")
    page.set_viewport_size({"width": 320, "height": 400})
    all_cards.show(page, "rest")
    page.wait_for_function("() => document.documentElement.dataset.bars === 'page'")
    assert page.evaluate(ROW, "Name and safe contact, for the lawyer") == [True, "page"]
    page.context.close()


def test_the_button_that_withdraws_is_as_far_from_its_neighbours_as_they_are(browser: Chromium, looked_at: str) -> None:
    page = opened(browser, looked_at, "en", "light")
    all_cards.show(page, "outbox")
    assert page.evaluate(LINE) == [8, 8, 8]
    page.context.close()
