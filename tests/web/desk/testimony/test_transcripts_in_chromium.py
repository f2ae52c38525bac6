"""In a real browser a machine writes a recording down, a line is played and corrected, and only the button signs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from testimony.services.speech import models
from tests.support.services import speech
from tests.support.services.speech import SPOKEN
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter, page
from tests.support.web.media import Told, bring

__all__ = ["bring", "page"]


def test_a_recording_is_written_down_corrected_and_signed_and_locking_signs_nothing(
    page: Page,
    serve: Callable[[str], Served],
    bring: Callable[..., Told],
    organisation: Organisation,
    tmp_path: Path,
) -> None:
    desk, held = serve("lawyer"), bring(voice=SPOKEN)
    models.install(held.desk.settings.home, speech.brought(tmp_path / "model"))
    passphrase = passphrase_of(organisation, "lawyer-1")
    enter(page, desk, passphrase)
    page.goto(f"{desk.address}/en/testimony/{held.tid}")
    page.click("text=Write down with this machine’s engine")
    here = page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    _write_down(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    page.locator("textarea").first.fill("Never signed")
    page.evaluate("addEventListener('keydown', (event) => (window.kept = event.defaultPrevented))")
    page.keyboard.press("Control+s")
    assert page.evaluate("window.kept"), "the browser does not save the page"
    assert page.locator("[data-said]").inner_text() == "Not saved yet"
    assert page.locator("textarea").first.evaluate("one => one === document.activeElement")
    assert page.locator("[data-unsigned]").count() > 0
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=Lock")
    page.wait_for_function("() => document.querySelector('[data-said]').textContent.includes('once more')")
    page.click("text=Lock")
    page.wait_for_url("**/unlock")
    page.fill("input[type=password]", passphrase)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tid]")
    page.goto(here)
    assert page.locator("textarea").count() == 0
    _write_down(page)
    last = page.locator("[data-ms]").last
    last.click()
    page.wait_for_function("start => document.querySelector('audio').currentTime >= start / 1000",
                           arg=int(last.get_attribute("data-ms") or 0))  # fmt: skip
    page.locator("textarea").first.fill("This account is invented.")
    assert page.locator("[data-said]").inner_text() == "Not saved yet"
    page.locator("[data-act=save]").click()
    page.wait_for_selector("[data-said].good")
    assert page.locator("[data-unsigned]").count() == 0
    page.goto(f"{desk.address}/ar/testimony/{held.tid}")
    assert "This account is invented." in page.locator("[data-transcript]").inner_text()
    page.goto(here.replace("/en/", "/ar/"))
    assert page.locator("textarea").first.input_value() == "This account is invented."
    assert page.locator("textarea").first.evaluate("one => getComputedStyle(one).direction") == "ltr"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)


def _write_down(page: Page) -> None:
    page.locator("input[name=model]").check()
    page.click("text=Begin")
    page.wait_for_selector("textarea", timeout=240_000)
    assert page.locator("[data-unsigned]").count() > 0
