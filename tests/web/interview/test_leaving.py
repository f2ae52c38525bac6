"""Leaving in a hurry and coming back: a harmless page, keys gone, nothing behind it; a cover; a lock in time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.interview.driver import Interviewer

WORDS = "brambleworth quenching"
HARMLESS = re.compile(r"/interview/en/list$")
HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => hidden ? 'hidden' : 'visible'});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
READABLE = """() => [...document.querySelectorAll('body *')]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && each.textContent.trim()).length"""


def typing(interviewer: Interviewer) -> None:
    """As far as the account, with words of a witness on the screen."""
    interviewer.to_account(purposes={"P01"})
    while interviewer.card != "n_text":
        interviewer.act("next") if interviewer.complaint() == "" else interviewer.choose(interviewer.card, "nask")
    interviewer.page.locator('[data-card="n_text"] textarea').fill(WORDS)


def there_is_nothing(page: Page) -> None:
    assert WORDS not in page.content()
    assert page.evaluate("() => ![...document.querySelectorAll('textarea')].some(each => each.value)")
    assert page.evaluate("() => ![...document.querySelectorAll('[data-section] input')].some(each => each.checked)")
    assert page.locator("[data-section]:visible").count() == 0


@pytest.fixture
def begun(signed_in: Interviewer) -> Interviewer:
    """On the second card, with an answer given."""
    signed_in.begin()
    signed_in.saved()
    return signed_in


@pytest.fixture
def telling(signed_in: Interviewer) -> Interviewer:
    typing(signed_in)
    return signed_in


def test_one_tap_leaves_a_harmless_page_and_nothing_to_go_back_to(telling: Interviewer, passphrase: str) -> None:
    page = telling.page
    telling.act("exit")
    page.wait_for_url(HARMLESS)
    expect(page.get_by_role("checkbox").first).to_be_visible()
    assert page.title() == "Notes"
    assert not page.evaluate("() => document.querySelector('script')")
    for _ in range(2):
        page.go_back()
        there_is_nothing(page)
    page.go_forward()
    there_is_nothing(page)

    telling.open()
    telling.sign_in("interviewer-1", passphrase)
    telling.act("resume")
    telling.wait_for("n_text")
    assert page.locator('[data-card="n_text"] textarea').input_value() == WORDS


def test_three_escapes_do_the_same_and_two_do_not(begun: Interviewer) -> None:
    page = begun.page
    for _ in range(2):
        page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert begun.card == "safety"
    for _ in range(2):
        page.keyboard.press("Escape")
    page.wait_for_url(HARMLESS)
    there_is_nothing(page)


def test_the_harmless_page_is_there_without_the_node(begun: Interviewer) -> None:
    begun.page.context.set_offline(True)
    begun.act("exit")
    begun.page.wait_for_url(HARMLESS)
    expect(begun.page.get_by_role("checkbox").first).to_be_visible()


def test_its_heading_leads_back_to_the_door_and_not_into_the_interview(begun: Interviewer) -> None:
    begun.act("exit")
    begun.page.wait_for_url(HARMLESS)
    begun.page.get_by_role("link", name="Notes").click()
    begun.wait_for("sign-in")
    there_is_nothing(begun.page)


@pytest.mark.parametrize("leave", ["hidden", "blur"])
def test_a_page_that_is_left_covers_itself_at_once_and_uncovers_on_return(begun: Interviewer, leave: str) -> None:
    page = begun.page
    page.evaluate(HIDE, True) if leave == "hidden" else page.evaluate("() => dispatchEvent(new Event('blur'))")
    assert page.evaluate(READABLE) == 0
    page.evaluate(HIDE, False)
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    assert page.evaluate(READABLE) > 0
    assert begun.card == "safety"


def test_an_open_dialog_is_covered_too(begun: Interviewer) -> None:
    begun.act("stop")
    begun.page.evaluate(HIDE, True)
    assert begun.page.evaluate(READABLE) == 0


def test_after_three_minutes_away_the_page_comes_back_locked(begun: Interviewer) -> None:
    page = begun.page
    page.evaluate(HIDE, True)
    page.evaluate("() => (Date.now = (now => () => now() + 181000)(Date.now))")
    page.evaluate(HIDE, False)
    begun.wait_for("locked")
    there_is_nothing(page)
    assert page.evaluate(READABLE) > 0


def test_the_back_button_and_forward_again_show_nothing(begun: Interviewer) -> None:
    page = begun.page
    page.go_back()
    page.go_forward()
    begun.wait_for("sign-in")
    there_is_nothing(page)


def test_a_page_that_the_browser_kept_whole_starts_anew(begun: Interviewer) -> None:
    page = begun.page
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.evaluate(READABLE) == 0
    with page.expect_navigation():
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    begun.wait_for("sign-in")
    there_is_nothing(page)
