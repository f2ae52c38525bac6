"""In a real browser: a sheet is brought in on pages that fit a small screen and are closed to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page
from tests.support.web.desk.imports import SHEET

__all__ = ["page"]


@pytest.fixture
def desk(serve: Callable[[str], Served], monkeypatch: pytest.MonkeyPatch) -> Served:
    """A lawyer's; its pages are in Arabic too."""
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    return serve("lawyer")


def everywhere(page: Page, desk: Served, name: str) -> None:
    """In English at a desk, and in Arabic on the smallest screen."""
    for lang, width, height in (("en", 1280, 800), ("ar", 360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{desk.address}/{lang}/imports")
        look(page, f"import-{name}-{lang}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{desk.address}/en/imports")


def test_a_sheet_is_brought_in(
    page: Page, desk: Served, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    everywhere(page, desk, "file")
    page.set_input_files("#file", {"name": "records.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    page.get_by_role("button", name="Go on").click()
    page.select_option("#to-2", "consent")
    page.select_option("#to-3", "v_acts")
    page.select_option("#to-4", "account")
    page.fill("#source", "Example network")
    page.fill("#consent", "Signed sheets")
    page.get_by_role("button", name="Show date and value options").click()
    everywhere(page, desk, "columns")
    page.select_option("#order-0", "dmy")
    page.get_by_role("button", name="Preview the import").click()
    everywhere(page, desk, "preview")
    page.get_by_role("button", name="Seal and import").click()
    page.locator('[data-sealed="1"]').wait_for()
    everywhere(page, desk, "done")
    (name,) = desk.app.extensions["testimony.imports"].known._read
    with opened("lawyer").database.reading() as session:
        tid = record_queries.records_of(session, [name])[name].value["tid"]
    page.goto(f"{desk.address}/en/testimony/{tid}")
    page.locator("body").filter(has_text="They took us to the river.").wait_for()
    look(page, "import-testimony-en")
