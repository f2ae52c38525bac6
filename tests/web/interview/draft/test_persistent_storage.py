"""What a browser promises to keep: it is asked for, and the home card says what endangers it and what to do."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.interview.driver import Interviewer

STORAGE = """promises => {
  let kept = false;
  navigator.storage.persisted = async () => kept;
  navigator.storage.persist = async () => {
    document.documentElement.dataset.askedToKeep = "yes";
    return (kept = promises);
  };
}"""
"""A browser that has promised nothing yet and, asked, says `promises`."""
IPHONE = "standalone => Object.defineProperty(navigator, 'standalone', { value: standalone, configurable: true })"
"""As Safari on an iPhone says whether the page was opened from the home screen."""
OFFER = """() => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = async () => (document.documentElement.dataset.installing = "yes");
  dispatchEvent(offer);
}"""
"""As when the browser finds that the page could stand on the home screen."""


def says(page: Page, script: str, answer: bool) -> None:
    """From the next page on the browser answers so."""
    page.add_init_script(f"({script})({str(answer).lower()})")


def signed_in_again(who: Interviewer, passphrase: str) -> None:
    who.open()
    who.sign_in("interviewer-1", passphrase)


def home_again(who: Interviewer) -> None:
    """Once around, so that the home card looks again."""
    who.act("outbox")
    who.wait_for("outbox")
    who.act("home")
    who.wait_for("home")


def fact(who: Interviewer, name: str) -> bool:
    return who.page.locator(f'[data-fact="{name}"]').is_visible()


def test_a_browser_that_promises_nothing_is_said_to_and_one_that_promises_is_asked_when_something_begins(
    interviewer: Interviewer, passphrase: str
) -> None:
    says(interviewer.page, STORAGE, False)
    signed_in_again(interviewer, passphrase)
    warning = interviewer.page.locator('[data-fact="not-kept"]')
    expect(warning).to_contain_text("Add this page to the home screen, and deliver today")
    expect(warning).to_be_visible()
    assert not fact(interviewer, "ios-install")
    assert interviewer.page.locator("html[data-asked-to-keep]").count() == 0
    interviewer.refuse_at_once()
    assert interviewer.page.locator("html[data-asked-to-keep]").count() == 1
    interviewer.act("home")
    interviewer.wait_for("home")
    expect(warning).to_be_visible()
    _one_that_promises_is_asked_once_and_nothing_is_said(interviewer, passphrase)
    _its_offer_is_made_by_a_button_once_and_the_promise_asked_for_when_it_was_taken(interviewer, passphrase)


def _one_that_promises_is_asked_once_and_nothing_is_said(interviewer: Interviewer, passphrase: str) -> None:
    says(interviewer.page, STORAGE, True)
    signed_in_again(interviewer, passphrase)
    assert fact(interviewer, "not-kept")
    interviewer.refuse_at_once()
    interviewer.act("home")
    interviewer.wait_for("home")
    expect(interviewer.page.locator('[data-fact="not-kept"]')).to_be_hidden()


def test_on_an_iphone_the_way_to_the_home_screen_is_said_in_place_of_a_promise_that_it_does_not_make(
    interviewer: Interviewer, passphrase: str
) -> None:
    says(interviewer.page, STORAGE, False)
    says(interviewer.page, IPHONE, False)
    signed_in_again(interviewer, passphrase)
    advice = interviewer.page.locator('[data-fact="ios-install"]')
    expect(advice).to_be_visible()
    expect(advice).to_contain_text("Tap Share, then Add to Home Screen")
    assert not fact(interviewer, "not-kept")
    _opened_from_the_home_screen_of_an_iphone_nothing_more_is_advised(interviewer, passphrase)


def _opened_from_the_home_screen_of_an_iphone_nothing_more_is_advised(
    interviewer: Interviewer, passphrase: str
) -> None:
    says(interviewer.page, STORAGE, True)
    says(interviewer.page, IPHONE, True)
    signed_in_again(interviewer, passphrase)
    interviewer.refuse_at_once()
    interviewer.act("home")
    interviewer.wait_for("home")
    expect(interviewer.page.locator('[data-fact="not-kept"]')).to_be_hidden()
    assert not fact(interviewer, "ios-install")


def _its_offer_is_made_by_a_button_once_and_the_promise_asked_for_when_it_was_taken(
    interviewer: Interviewer, passphrase: str
) -> None:
    signed_in_again(interviewer, passphrase)
    interviewer.page.evaluate(OFFER)
    home_again(interviewer)
    interviewer.act("install")
    interviewer.page.wait_for_selector("html[data-installing=yes]")
    expect(interviewer.page.locator('[data-act="install"]')).to_be_hidden()
    assert interviewer.page.locator("html[data-asked-to-keep]").count() == 0
    interviewer.page.evaluate("() => { dispatchEvent(new Event('appinstalled')); }")
    interviewer.page.wait_for_selector("html[data-asked-to-keep=yes]")
    expect(interviewer.page.locator('[data-fact="not-kept"]')).to_be_hidden()
