"""Recovery in a browser: its page fits a narrow screen, three shares open the key, and none is left anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment.organisation import Organisation
from tests.support.canaries.search import search
from tests.support.journeys.phones import SMALL, Browser
from tests.support.services.desks import reader_of
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.ceremony_in_chromium import spelled
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter


def test_three_shares_open_the_key_and_stay_in_no_store_of_the_browser(
    chromium: str, serve: Callable[[str], Served], organisation: Organisation, tmp_path: Path
) -> None:
    desk = serve("lawyer")
    desk.app.config["NETWORKS"] = lambda: ()
    shares = recovery_shares.split(reader_of(organisation, "recovery").key.seed)
    with sync_playwright() as playwright:
        laptop = Browser(playwright, chromium, tmp_path / "profile", **SMALL)
        page = laptop.start()
        enter(page, desk, passphrase_of(organisation, "lawyer-1"), "es")
        page.goto(f"{desk.address}/es/colleagues/")
        page.click("a[href$='/recovery']")
        look(page, "recovery-asks")
        page.fill("#place", "office-2")
        for number in (1, 2, 3):
            page.fill(f"#holder-{number}", f"keeper-{number}")
            page.fill(f"#share-{number}", shares[number + 1].text)
            page.keyboard.press("Tab")
            page.wait_for_selector(f"#told-{number}:not(:empty)")
        with page.expect_navigation():
            page.click("[data-try]")
        page.wait_for_selector("[data-held]")
        look(page, "recovery-held")
        page.click("main details summary")
        page.wait_for_selector("#share-1", state="visible")
        look(page, "recovery-another-key")
        page.click("form[data-idle] button")
        page.wait_for_url("**/unlock")
        page.go_back()
        page.wait_for_selector("#passphrase")
        assert page.locator("textarea").count() == 0
        assert laptop.complaints == []
        laptop.kill()
    assert search([laptop.folder], spelled([list(share.words) for share in shares])) == []
