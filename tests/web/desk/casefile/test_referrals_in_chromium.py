"""In a real browser: a referral sheet is refused without losing a word, made and saved; then its reader is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account, text_of
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]


def test_a_sheet_is_made_and_when_the_consent_ends_the_register_asks_when_the_service_was_told(
    page: Page,
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    desk = serve("lawyer")
    (sealed,) = bring(organisation, opened("lawyer"), [account(0, "fr", SAID["fr"], also=["P05-camp-clinic"])])
    tid = str(sealed.record.value["tid"])
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    page.goto(f"{desk.address}/en/testimony/{tid}/referral")
    page.fill("#wanted", "Treat the left arm. The person speaks French.")
    page.click("[data-act=make]")
    page.locator("[data-said]").filter(has_text="how the service reaches").wait_for()
    assert page.input_value("#wanted").startswith("Treat the left arm.")
    look(page, "referral-small")
    page.fill("#reply", "The legal desk, button 1, every morning")
    page.click("[data-act=make]")
    page.wait_for_selector("[data-save]:not([hidden])", timeout=120_000)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "sheet.pdf")
    assert "Treat the left arm." in text_of((tmp_path / "sheet.pdf").read_bytes())
    page.goto(f"{desk.address}/en/testimony/{tid}/consent")
    csrf = page.get_attribute("input[name=csrf_token]", "value")
    said = {"act": "WITHDRAW", "about": "P05 camp-clinic", "reason": "other", "lang": "en", "csrf_token": csrf or ""}
    page.request.post(f"{desk.address}/testimony/{tid}/consent/say", form=said, headers={"Origin": desk.address})
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{desk.address}/ar/disclosures")
    look(page, "left-ar")
    page.goto(f"{desk.address}/en/disclosures")
    look(page, "left")
    page.locator("[data-ended] button").click()
    page.wait_for_selector("[data-told]")
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "left-told-small")
