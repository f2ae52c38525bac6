"""A PIN for pauses: set after the passphrase, it opens the living page for half an hour, and nothing else ever."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server, wait_until

PIN = "482915"
WRONG = "482916"
UNSAID = "() => (document.querySelector('[data-error]').textContent = '')"
HALF_AN_HOUR = 30 * 60 * 1000
LATER = (
    "ms => { for (const clock of [Date, performance]) clock.now = (now => () => now() + ms)(clock.now.bind(clock)); }"
)


def on_second_step(who: Interviewer, passphrase: str) -> Page:
    who.open()
    who.page.fill("#person", "interviewer-1")
    who.page.fill("#passphrase", passphrase)
    who.act("sign-in")
    who.wait_for("new-pin")
    return who.page


@pytest.fixture
def begun(interviewer: Interviewer, passphrase: str) -> Interviewer:
    """With a PIN, on the second card of an interview."""
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase, PIN)
    interviewer.online()
    interviewer.begin()
    interviewer.saved()
    return interviewer


def paused(who: Interviewer) -> Interviewer:
    who.act("pause")
    who.wait_for("locked")
    assert who.page.locator("#pin").is_visible()
    return who


def by_passphrase_alone(who: Interviewer) -> bool:
    return who.page.locator("#passphrase-again").is_visible() and not who.page.locator("#pin").is_visible()


def test_what_everybody_tries_and_what_was_mistyped_is_not_taken_and_left_out_the_passphrase_opens_a_pause(
    interviewer: Interviewer, passphrase: str
) -> None:
    page = on_second_step(interviewer, passphrase)
    for first, again, said in (
        ("48291", "48291", "Write six digits"),
        ("000000", "000000", "Everybody tries"),
        ("777777", "777777", "Everybody tries"),
        ("123456", "123456", "Everybody tries"),
        ("654321", "654321", "Everybody tries"),
        (PIN, WRONG, "not the same"),
    ):
        page.evaluate(UNSAID)
        page.fill("#pin-first", first)
        page.fill("#pin-again", again)
        interviewer.act("set-pin")
        assert said in interviewer.wait_for_complaint(), first
        assert interviewer.card == "new-pin"
    interviewer.second_step()
    interviewer.wait_for("home")
    interviewer.begin()
    interviewer.act("pause")
    interviewer.wait_for("locked")
    assert by_passphrase_alone(interviewer)
    interviewer.unlock(passphrase)
    interviewer.wait_for("safety")


def test_six_digits_open_a_pause_without_the_node_and_five_wrong_ones_or_a_tap_lead_to_the_passphrase(
    begun: Interviewer, passphrase: str, node_server: Server
) -> None:
    """Digits of any script, without another tap; also after ten minutes in which nobody touched the page."""
    node_server.stop()
    paused(begun)
    assert begun.page.locator("[data-section]:visible").count() == 0
    begun.page.locator("#pin").press_sequentially("۴۸۲۹۱۵")
    begun.wait_for("safety")
    begun.choose("safety_private", "yes")
    begun.saved()
    paused(begun)
    begun.page.locator("#pin").press_sequentially(PIN)
    begun.wait_for("safety")
    assert begun.page.locator('[data-field="safety_private"] [data-option="yes"] input').is_checked()
    assert begun.page.evaluate("document.documentElement.dataset.failed") is None
    _five_wrong_ones_delete_it_and_the_passphrase_opens_and_a_new_one_may_be_set(begun, passphrase)
    _left_for_ten_minutes_the_page_locks_and_the_pin_opens_it_or_the_passphrase_one_tap_away(begun, passphrase)
    _whoever_hands_the_paused_phone_over_leaves_no_keys(begun)


def _five_wrong_ones_delete_it_and_the_passphrase_opens_and_a_new_one_may_be_set(
    begun: Interviewer, passphrase: str
) -> None:
    """The new one is `WRONG`."""
    paused(begun)
    workers = len(begun.page.workers)
    for left in (4, 3, 2, 1):
        begun.page.locator("#pin").press_sequentially(WRONG)
        assert f"Tries left: {left}" in begun.wait_for_complaint()
        begun.page.wait_for_function("() => document.querySelector('#pin').value === ''")
        begun.page.evaluate(UNSAID)
    begun.page.locator("#pin").press_sequentially(WRONG)
    assert "is deleted" in begun.wait_for_complaint()
    assert by_passphrase_alone(begun)
    wait_until(lambda: begun.page.title() != "" and len(begun.page.workers) == workers - 1, "the keys to be gone")
    assert not begun.page.locator('[data-act="use-pin"]').is_visible()
    begun.unlock(passphrase)
    begun.second_step(WRONG)
    begun.wait_for("safety")
    paused(begun)
    begun.page.locator("#pin").press_sequentially(WRONG)
    begun.wait_for("safety")


# the half-hour of either clock: interview/vault/pin.test.mjs
@pytest.mark.long(
    short="test_six_digits_open_a_pause_without_the_node_and_five_wrong_ones_or_a_tap_lead_to_the_passphrase"
)
def test_after_half_an_hour_or_a_longer_sleep_or_handed_over_the_keys_are_gone_and_the_passphrase_opens(
    begun: Interviewer, passphrase: str
) -> None:
    paused(begun)
    workers = len(begun.page.workers)
    begun.page.evaluate(LATER, HALF_AN_HOUR + 1000)
    wait_until(lambda: by_passphrase_alone(begun), "the passphrase to be asked for")
    assert len(begun.page.workers) == workers - 1
    begun.unlock(passphrase)
    begun.second_step(PIN)
    begun.wait_for("safety")
    paused(begun)
    begun.page.locator("#pin").press_sequentially(PIN)
    begun.wait_for("safety")
    _slept_through_the_lock_and_the_pause_it_asks_for_the_passphrase(begun)
    begun.unlock(passphrase)
    begun.second_step(PIN)
    begun.wait_for("safety")
    _whoever_hands_the_paused_phone_over_leaves_no_keys(begun)


def _slept_through_the_lock_and_the_pause_it_asks_for_the_passphrase(begun: Interviewer) -> None:
    """The page locks when the phone wakes; the time since it should have locked counts."""
    begun.page.evaluate(LATER, HALF_AN_HOUR + 11 * 60 * 1000)
    begun.wait_for("locked")
    assert by_passphrase_alone(begun)
    assert begun.page.workers == []


def _left_for_ten_minutes_the_page_locks_and_the_pin_opens_it_or_the_passphrase_one_tap_away(
    begun: Interviewer, passphrase: str
) -> None:
    begun.page.evaluate(LATER, 601_000)
    begun.wait_for("locked")
    begun.page.locator("#pin").press_sequentially(WRONG)
    begun.wait_for("safety")
    paused(begun)
    begun.act("use-passphrase")
    begun.act("use-pin")
    expect(begun.page.locator("#pin")).to_be_visible()
    begun.act("use-passphrase")
    begun.unlock(passphrase)
    begun.second_step(PIN)
    begun.wait_for("safety")


def _whoever_hands_the_paused_phone_over_leaves_no_keys(begun: Interviewer) -> None:
    paused(begun)
    begun.act("other-person")
    begun.wait_for("sign-in")
    wait_until(lambda: begun.page.title() != "" and len(begun.page.workers) == 0, "the worker to end")
