"""In a real browser a machine drafts a translation, a lawyer corrects it, and only the button signs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from testimony.services.enrolment.organisation import Organisation
from testimony.services.speech import models
from testimony.station.station import Station
from tests.support.services import translation_model
from tests.support.web.browser import Filled, Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]
ENGLISH = 4  # the invented testimony in that language


def test_in_a_browser_a_draft_is_signed_by_the_button_alone_and_locking_signs_nothing(
    page: Page,
    serve: Callable[[str], Served],
    filled: Filled,
    opened: Callable[[str], Station],
    organisation: Organisation,
    tmp_path: Path,
) -> None:
    served, passphrase = serve("lawyer"), passphrase_of(organisation, "lawyer-1")
    models.install(opened("lawyer").settings.home, translation_model.brought(tmp_path / "model"))
    enter(page, served, passphrase)
    here = f"{served.address}/en/testimony/{filled.tid(ENGLISH)}/translate/s1/el"
    page.goto(here)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    _drafted(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    page.locator("textarea").first.fill("Never signed")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-said]")).to_have_text("Not saved yet")
    expect(page.locator("[data-said]")).to_be_in_viewport()
    expect(page.locator("textarea").first).to_be_focused()
    page.keyboard.press("Enter")
    assert page.locator("[data-unsigned]").count() > 0, "no key signs by mistake"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=Lock")
    page.wait_for_function("() => document.querySelector('[data-said]').textContent.includes('once more')")
    page.click("text=Lock")
    page.wait_for_url("**/unlock")
    page.fill("input[type=password]", passphrase)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tid]")
    page.goto(here)
    assert [page.locator("textarea").nth(number).input_value() for number in range(5)] == [""] * 5
    _drafted(page)
    page.locator("textarea").first.fill("Διορθωμένο.")
    page.locator("[data-act=save]").click()
    page.wait_for_selector("[data-said].good")
    assert page.locator("[data-unsigned]").count() == 0
    page.locator("textarea").first.fill("Διορθωμένο πάλι.")
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-said].good")
    page.goto(here.replace("/en/", "/ar/"))
    assert page.locator("textarea").first.input_value() == "Διορθωμένο πάλι."
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)


def _drafted(page: Page) -> None:
    page.locator("input[name=model]").check()
    page.click("text=Begin")
    page.wait_for_selector("[data-discards]", timeout=240_000)
    assert page.locator("textarea").last.input_value() != ""
