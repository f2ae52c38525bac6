"""Leaving in a hurry and coming back: a harmless page, keys gone, nothing behind it; a cover; a lock in time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.interview.driver import Interviewer
from tests.support.interview.questionnaire import jump
from tests.support.interview.whole_interview import ALL
from tests.support.journeys.stations import Server

WORDS = "brambleworth quenching"
HARMLESS = re.compile(r"/interview/en/list$")
HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => hidden ? 'hidden' : 'visible'});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
READABLE = """() => [...document.querySelectorAll('body *')]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && each.textContent.trim()).length"""


LEFT = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const left = [
    ...all('textarea, select, dialog input').filter(each => each.value),
    ...all('[data-section] input:not([type=radio], [type=checkbox])').filter(each => each.value),
    ...all('[data-section] input').filter(each => each.checked),
    ...all('[data-rows] > *, [data-suggested] > *, [data-nothing-rows] > *, [data-rest] > *'),
    ...all('[data-read-parts] > *, [data-reread] > *, [data-read-in]:not([hidden]), [data-read-in] span:not(:empty)'),
    ...all('[data-unplayed] > *'),
    ...all('ul[data-needed] > *, .options [data-option][hidden], [data-picker-list] > [hidden], [data-used]'),
    ...all('[data-picker-list] [aria-pressed=true], [data-obstacle]:not([hidden]), [data-show-when]:not([hidden])'),
    ...all('[data-section-title]').filter(each => each.textContent.trim()),
    ...all('[data-drawn], [data-stroke]').filter(each => each.getAttribute('d')),
  ];
  return left.map(each => each.outerHTML.slice(0, 200));
}"""
"""What of an interview is still somewhere on the page, shown or not."""


def typing(interviewer: Interviewer) -> None:
    """As far as the account, with words of a witness on the screen."""
    interviewer.to_account(purposes={"P01"})
    while interviewer.card != "n_text":
        interviewer.act("next") if interviewer.complaint() == "" else interviewer.choose(interviewer.card, "nask")
    interviewer.page.locator('[data-card="n_text"] textarea').fill(WORDS)


def there_is_nothing(page: Page) -> None:
    assert WORDS not in page.content()
    assert page.evaluate(LEFT) == []
    assert page.locator("[data-section]:visible").count() == 0


def test_nothing_that_was_answered_opened_or_looked_for_is_on_the_page_of_the_next(signed_in: Interviewer) -> None:
    page = signed_in.page
    signed_in.to_account(purposes=ALL)
    jump(signed_in, "i_type")
    signed_in.choose("i_type", "pb_chain")
    jump(signed_in, "i_chain")
    signed_in.give("i_chain", [{"from": "SVN", "to": "HRV", "method": "bus"}])
    jump(signed_in, "i_from")
    signed_in.act("open-picker")
    page.locator("[data-picker-search]").fill("Serb")
    signed_in.act("picker-done")
    jump(signed_in, "v_acts")
    page.locator('[data-card="v_acts"] [data-narrow]').fill("dog")
    signed_in.act("nothing")
    signed_in.wait_for("none-violence")
    assert len(page.evaluate(LEFT)) > 5  # so it is seen where it is
    signed_in.act("pause")
    signed_in.wait_for("locked")
    there_is_nothing(page)


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
    page.go_back()
    there_is_nothing(page)
    assert HARMLESS.search(page.url)
    page.go_back()
    there_is_nothing(page)
    page.go_forward()
    there_is_nothing(page)

    telling.open()
    telling.sign_in("interviewer-1", passphrase)
    telling.act("resume")
    telling.wait_for("n_text")
    assert page.locator('[data-card="n_text"] textarea').input_value() == WORDS


def test_three_escapes_do_the_same_and_the_harmless_page_is_there_without_the_node_and_leads_to_the_door(
    begun: Interviewer, passphrase: str
) -> None:
    """And two escapes do not; a page that the browser kept whole starts anew."""
    _three_escapes_leave_and_two_do_not(begun)
    begun.open()
    begun.sign_in("interviewer-1", passphrase)
    begun.resume()
    _the_harmless_page_is_there_without_the_node_and_leads_to_the_door_and_not_into_the_interview(begun)
    begun.page.context.set_offline(False)
    begun.sign_in("interviewer-1", passphrase)
    begun.resume()
    _a_page_that_the_browser_kept_whole_starts_anew(begun)


def _three_escapes_leave_and_two_do_not(begun: Interviewer) -> None:
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


def _the_harmless_page_is_there_without_the_node_and_leads_to_the_door_and_not_into_the_interview(
    begun: Interviewer,
) -> None:
    begun.page.context.set_offline(True)
    begun.act("exit")
    begun.page.wait_for_url(HARMLESS)
    expect(begun.page.get_by_role("checkbox").first).to_be_visible()
    begun.page.get_by_role("link", name="Notes").click()
    begun.wait_for("sign-in")
    there_is_nothing(begun.page)


def _a_page_that_is_left_covers_itself_at_once_and_uncovers_on_return_or_under_a_tap(begun: Interviewer) -> None:
    page = begun.page
    blur = "() => dispatchEvent(new Event('blur'))"
    for leave in (lambda: page.evaluate(HIDE, True), lambda: page.evaluate(blur)):
        leave()
        assert page.evaluate(READABLE) == 0
        page.evaluate(HIDE, False)
        page.evaluate("() => dispatchEvent(new Event('focus'))")
        assert page.evaluate(READABLE) > 0
        assert begun.card == "safety"
    page.evaluate(blur)
    assert page.evaluate(READABLE) == 0
    page.mouse.click(2, 2)  # it was not told of its return
    page.wait_for_function("() => !('covered' in document.documentElement.dataset)")
    assert page.evaluate(READABLE) > 0
    assert begun.card == "safety"
    begun.act("stop")
    page.evaluate(HIDE, True)
    assert page.evaluate(READABLE) == 0, "an open dialog"
    page.evaluate(HIDE, False)
    page.wait_for_function("() => !('covered' in document.documentElement.dataset)")
    page.go_back()
    expect(page.locator('dialog[data-dialog="stop"]')).to_be_hidden()


def test_a_page_that_is_left_covers_itself_and_locks_after_ten_minutes_and_a_swipe_back_costs_and_opens_nothing(
    begun: Interviewer, passphrase: str
) -> None:
    _a_page_that_is_left_covers_itself_at_once_and_uncovers_on_return_or_under_a_tap(begun)
    _a_swipe_back_closes_a_dialog_leads_to_the_card_before_and_from_the_first_one_asks_whether_to_stop(begun)
    _a_swipe_back_opens_no_page_that_is_locked_and_locks_the_home_card(begun, passphrase)
    begun.unlock(passphrase)
    begun.wait_for("home")
    begun.begin()
    begun.saved()
    _after_ten_minutes_the_page_is_locked_whichever_clock_counted_them(begun, passphrase)


def _after_ten_minutes_the_page_is_locked_whichever_clock_counted_them(begun: Interviewer, passphrase: str) -> None:
    """Of a page that is left; of one whose clock is set back; and of one of which another clock counts the time."""
    page = begun.page
    page.evaluate(HIDE, True)
    page.evaluate("() => (Date.now = (now => () => now() + 601000)(Date.now))")
    page.evaluate(HIDE, False)
    begun.wait_for("locked")
    there_is_nothing(page)
    assert page.evaluate(READABLE) > 0
    for turn in (
        "Date.now = (now => () => now() - 3600000)(Date.now)",
        "performance.now = (now => () => now() + 601000)(performance.now.bind(performance))",
    ):
        begun.unlock(passphrase)
        begun.wait_for("safety")
        page.evaluate(f"() => ({turn}, null)")
        begun.wait_for("locked")
        there_is_nothing(page)


def _a_swipe_back_closes_a_dialog_leads_to_the_card_before_and_from_the_first_one_asks_whether_to_stop(
    begun: Interviewer,
) -> None:
    page = begun.page
    for name in ("help", "needed"):
        begun.act(name)
        page.go_back()
        expect(page.locator(f'dialog[data-dialog="{name}"]')).to_be_hidden()
        assert begun.card == "safety"
    page.go_back()
    begun.wait_for("languages")
    page.go_back()
    stop = page.locator('dialog[data-dialog="stop"]')
    expect(stop).to_be_visible()
    page.go_back()
    expect(stop).to_be_hidden()
    assert begun.card == "languages"
    begun.next()
    begun.wait_for("safety")


def _a_swipe_back_opens_no_page_that_is_locked_and_locks_the_home_card(begun: Interviewer, passphrase: str) -> None:
    page = begun.page
    begun.act("pause")
    begun.wait_for("locked")
    for step in (page.go_back, page.go_forward):
        step()
        begun.wait_for("locked")
        there_is_nothing(page)
    begun.unlock(passphrase)
    begun.wait_for("safety")
    begun.act("stop")
    begun.act("delete")
    begun.act("delete-really")
    begun.wait_for("outbox")
    begun.act("home")
    begun.wait_for("home")
    page.go_back()
    begun.wait_for("locked")


def test_after_a_reload_a_swipe_back_leaves_the_page_as_ever_and_out_of_the_nodes_reach_it_costs_no_interview(
    begun: Interviewer, passphrase: str, node_server: Server
) -> None:
    page = begun.page
    _after_a_reload_a_swipe_back_leaves_the_page_as_ever(begun)
    begun.sign_in("interviewer-1", passphrase)
    begun.resume()
    begun.wait_for("safety")
    page.wait_for_selector("html[data-signed=online]", timeout=60_000)
    at = page.url
    node_server.stop()
    for card in ("languages", "languages", "languages"):
        page.go_back()
        begun.wait_for(card)
        assert page.url == at
        assert page.evaluate("history.state") == "step"
    begun.next()
    begun.wait_for("safety")
    begun.saved()
    begun.act("pause")
    begun.wait_for("locked")
    page.go_back()
    begun.unlock(passphrase)
    begun.wait_for("safety")


def _a_page_that_the_browser_kept_whole_starts_anew(begun: Interviewer) -> None:
    page = begun.page
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.evaluate(READABLE) == 0
    with page.expect_navigation():
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    begun.wait_for("sign-in")
    there_is_nothing(page)


def _after_a_reload_a_swipe_back_leaves_the_page_as_ever(begun: Interviewer) -> None:
    page = begun.page
    page.reload()
    begun.wait_for("sign-in")
    page.wait_for_selector("html[data-ready=true]")
    page.go_back()
    page.wait_for_url("about:blank")
    page.go_forward()
    begun.wait_for("sign-in")
    there_is_nothing(page)
