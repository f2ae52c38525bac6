"""In a real browser: words without the name begin with the account, are refused without losing a word, and are made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.services.batches import bring
from tests.support.services.casefiles import account, text_of
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]


def test_words_begin_with_the_account_and_leave_when_a_lawyer_says_that_they_name_nobody(
    page: Page,
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    desk = serve("lawyer")
    told = account(0, "en", "Sam fell into the river on 3 March.", also=["P05-camp-clinic", "P11", "P12-border-news"])
    (sealed,) = bring(organisation, opened("lawyer"), [told])
    tid = str(sealed.record.value["tid"])
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    for width, height in ((1280, 800), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        for lang in ("ar", "en"):
            page.goto(f"{desk.address}/{lang}/testimony/{tid}")
            page.locator("details[data-menu] summary").filter(visible=True).last.click()
            page.locator(f"a[href$='/{tid}/quotation']").first.click()
            page.locator("details.beginning summary").click()
            page.click("[data-words-begin]")
            assert page.input_value("#words") == "[name] fell into the river on [date]."
            page.click("[data-act=make]")
            page.locator("[data-said].warn").wait_for()
            assert page.input_value("#words").startswith("[name] fell")
            look(page, f"quotation-{lang}-{width}")
    page.fill("#words", "They pushed us into the river.")
    page.check("[data-field=checked]")
    page.click("[data-act=make]")
    page.wait_for_selector("[data-save]:not([hidden])", timeout=120_000)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "words.pdf")
    assert "They pushed us into the river." in text_of((tmp_path / "words.pdf").read_bytes())
    page.goto(f"{desk.address}/en/disclosures")
    look(page, "quotation-left")
