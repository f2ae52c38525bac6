"""The page of backups in a browser: make a key, a backup and a test of it, and the warning is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony.services.backup import last_backup
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.store.files import removable
from tests.support.settings import PATIENCE
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter

pytestmark = pytest.mark.browser


def come_in(page: Page, role: str, station: Served, organisation: Organisation, lang: str) -> None:
    """As the person who makes the backups, to the page of backups."""
    if role == "lawyer":
        enter(page, station, passphrase_of(organisation, "lawyer-1"), lang)
    else:
        page.goto(f"{station.address}/{lang}/start#{station.token}")
        page.wait_for_url(f"{station.address}/*/")
    page.goto(f"{station.address}/{lang}/doctor")
    page.click("[data-line=backup] a")


@pytest.mark.parametrize(
    ("role", "lang", "width"),
    [
        ("lawyer", "ar", 360),
        ("central", "en", 360),
        pytest.param("lawyer", "en", 1280, marks=pytest.mark.long),
        pytest.param("field", "ar", 360, marks=pytest.mark.long),
    ],
)
def test_a_key_a_backup_and_a_test_are_made_without_the_command_line(
    role: str,
    lang: str,
    width: int,
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    chrome: Browser,
    organisation: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quick_key_files: None,
) -> None:
    sticks = [tmp_path / "media" / name for name in ("backup-stick", "a-second-stick-with-a-long-name", "key-stick")]
    for stick in sticks:
        stick.mkdir(parents=True)
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: sticks)
    served, station = serve(role), opened(role)
    station.settings = replace(station.settings, demonstration=False, backup_days=7)
    with chrome.new_context(bypass_csp=True, viewport={"width": width, "height": 740}) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        come_in(page, role, served, organisation, lang)
        stands = page.locator("[data-stands]")
        expect(stands).to_have_attribute("data-stands", "warn")
        look(page, f"backup-begins-{role}-{lang}")
        page.select_option("#key-stick", str(sticks[2]))
        page.click("[data-make-key] [data-other]")
        expect(page.locator("[data-words]")).to_be_visible()
        words = page.locator("[data-words]").inner_text()
        page.fill("#new-passphrase", words)
        page.fill("#again", "something else")
        page.click("[data-make-key] [data-send]")
        expect(page.locator("#key-wrong")).to_be_visible()
        assert page.input_value("#new-passphrase") == ""
        page.fill("#new-passphrase", words)
        page.fill("#again", words)
        page.click("[data-make-key] [data-send]")
        expect(page.locator("details [data-make-key]")).to_have_count(1)
        (key,) = sticks[2].iterdir()
        page.click("form[aria-labelledby=make] button")
        expect(page.locator("[data-said] .good")).to_have_count(1)
        look(page, f"backup-made-{role}-{lang}")
        page.set_input_files("#key-file", key)
        page.fill("#passphrase", "not these words")
        page.click("[data-test] [data-send]")
        expect(page.locator("#test-wrong")).to_be_visible()
        look(page, f"backup-refused-{role}-{lang}")
        page.fill("#passphrase", words)
        page.click("[data-test] [data-send]")
        expect(stands).to_have_attribute("data-stands", "good")
        expect(page.locator("[data-said] .good")).to_have_count(1)
        look(page, f"backup-tested-{role}-{lang}")
        page.goto(f"{served.address}/{lang}/doctor")
        expect(page.locator("[data-line=backup]")).to_have_attribute("data-level", "well")
        assert complaints == []
    assert last_backup.untested(station) is None
