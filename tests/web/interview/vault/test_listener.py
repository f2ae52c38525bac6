"""Listening does not lock: over the account the page stays open and the screen on; elsewhere ten minutes lock."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.interview.consent import GO
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import wait_until

SAID = "brambleworth quenching"
HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => hidden ? 'hidden' : 'visible'});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
LOCKS = """() => {
  window.held = new Set();
  WakeLock.prototype.request = async function (kind) {
    const lock = Object.assign(new EventTarget(), {kind, release: async () => held.delete(lock)});
    held.add(lock);
    return lock;
  };
}"""
"""How often the screen is kept on: this machine has none."""
HELD = "[...held].map(lock => lock.kind).join()"
COVERED = "'covered' in document.documentElement.dataset"


@pytest.fixture
def telling(interviewer: Interviewer, passphrase: str) -> Interviewer:
    """On the card of the account, under a clock that a test turns."""
    page = interviewer.page
    page.clock.install()
    page.add_init_script(f"({LOCKS})()")
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes={"P01"})
    while interviewer.card != "n_text":
        interviewer.act("next") if interviewer.complaint() == "" else interviewer.choose(interviewer.card, "nask")
    page.locator('[data-card="n_text"] textarea').fill(SAID)
    interviewer.saved()
    return interviewer


def held(page: Page, kinds: str) -> None:
    wait_until(lambda: page.evaluate(HELD) == kinds, f"the screen to be kept on by {kinds or 'nothing'}")


def test_over_the_account_it_never_locks_keeps_the_screen_on_and_covers_itself_and_elsewhere_ten_minutes_lock(
    telling: Interviewer, passphrase: str
) -> None:
    """Out of sight or asleep nobody listens."""
    page = telling.page
    held(page, "screen")
    page.clock.run_for("02:30")
    assert not page.evaluate(COVERED)
    page.clock.run_for("40:00")
    assert telling.card == "n_text"
    assert page.evaluate(COVERED), "an open page that nobody touches shows nothing"
    page.keyboard.press("Shift")
    page.wait_for_function(f"() => !({COVERED})")
    assert page.locator('[data-card="n_text"] textarea').input_value() == SAID
    held(page, "screen")
    _elsewhere_the_screen_may_sleep_and_ten_minutes_lock(telling)
    telling.unlock(passphrase)
    telling.act("next")
    telling.wait_for("n_text")
    _out_of_sight_or_asleep_nobody_listens_and_the_page_locks(telling, passphrase)


def _elsewhere_the_screen_may_sleep_and_ten_minutes_lock(telling: Interviewer) -> None:
    page = telling.page
    telling.act("back")
    held(page, "")
    page.clock.run_for("09:30")
    assert telling.card not in ("n_text", "locked")
    page.clock.run_for("00:40")
    telling.wait_for("locked")


def test_what_the_browser_took_back_is_asked_for_again_and_the_bar_says_how_long_the_sitting_lasts(
    telling: Interviewer, passphrase: str
) -> None:
    """A pause gives the screen back, and no screen reader hears the minutes."""
    _what_the_browser_took_back_is_asked_for_again_and_a_pause_gives_it_back(telling)
    telling.unlock(passphrase)
    telling.wait_for("n_text")
    _the_bar_says_in_minutes_how_long_the_sitting_lasts_and_no_screen_reader_hears_it(telling, passphrase)


def _what_the_browser_took_back_is_asked_for_again_and_a_pause_gives_it_back(telling: Interviewer) -> None:
    page = telling.page
    held(page, "screen")
    page.evaluate("() => held.clear()")  # as browsers do when the page is hidden
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    held(page, "screen")
    telling.act("pause")
    telling.wait_for("locked")
    held(page, "")


def _out_of_sight_or_asleep_nobody_listens_and_the_page_locks(telling: Interviewer, passphrase: str) -> None:
    page = telling.page
    page.clock.fast_forward("10:30")  # no timer ran meanwhile, as in a laptop that was shut
    telling.wait_for("locked")
    telling.unlock(passphrase)
    telling.wait_for("n_text")
    page.evaluate(HIDE, True)
    page.clock.run_for("10:30")
    wait_until(lambda: telling.card == "locked", "the page to lock")
    page.evaluate(HIDE, False)
    telling.wait_for("locked")


def test_a_browser_that_cannot_keep_the_screen_on_goes_on_and_says_nothing(
    interviewer: Interviewer, passphrase: str
) -> None:
    page = interviewer.page
    page.add_init_script("delete Navigator.prototype.wakeLock")
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.begin()
    page.evaluate(GO, "n_text")
    assert interviewer.card == "n_text"
    assert interviewer.complaint() == ""
    assert page.evaluate("document.documentElement.dataset.failed") is None


def _the_bar_says_in_minutes_how_long_the_sitting_lasts_and_no_screen_reader_hears_it(
    telling: Interviewer, passphrase: str
) -> None:
    time = telling.page.locator("[data-sitting-time]")
    begun = int(time.inner_text().removesuffix(" min"))
    telling.page.clock.run_for("12:00")
    expect(time).to_have_text(f"{begun + 12} min")
    assert time.get_attribute("aria-hidden") == "true"
    assert time.evaluate("place => place.closest('[aria-live], [role]')") is None
    telling.page.keyboard.press("Shift")  # it covered itself meanwhile
    telling.act("pause")
    telling.wait_for("locked")
    expect(time).to_have_text("")
    telling.page.clock.run_for("05:00")
    telling.unlock(passphrase)
    telling.wait_for("n_text")
    expect(time).to_have_text(f"{begun + 17} min")
