"""What a screen reader is told of a card comes in order: nothing out of its place, no button inside a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Playwright, expect

from tests.support.interview import all_cards
from tests.support.interview.accessible import opened
from tests.support.web.browsers.chromium import FLAGS

HINT = "Saves, locks and shows a harmless page"
PICTURE_WITH_MORE = re.compile(r"- img\b[^\n]*:\n")


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


def test_a_card_tells_what_the_exit_does_at_its_button_alone_and_the_body_is_no_picture(
    browser: Chromium, looked_at: str
) -> None:
    page = opened(browser, looked_at, "en", "light")
    all_cards.show(page, "v_injury")
    tree = page.locator("body").aria_snapshot()
    assert 'button "Back and spine"' in tree
    assert HINT not in tree
    assert PICTURE_WITH_MORE.search(tree) is None
    leave = page.locator("header").get_by_role("button", name="Quick exit")
    expect(leave.first).to_have_accessible_description(re.compile(HINT))
    page.context.close()
