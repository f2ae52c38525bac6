"""In a real browser: a file is attached, refused without losing a word, taken out, and words go to the witness."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.sealed_file import LARGEST
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import cases
from testimony.services.review.cases import Cases
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import NOW, Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]

CASE, RIVER = "P09%20case-river", Key(Purpose.COURT, "case-river")


@pytest.fixture
def desk(
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> Served:
    """A lawyer's, with a testimony in a case; its pages are in Arabic too."""
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    served, station = serve("lawyer"), opened("lawyer")
    (sealed,) = bring(organisation, station, [told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}])
    outside = Cases(tid=str(sealed.record.value["tid"]), within=frozenset(), said=(), unread=0)
    cases.take(station, reader_of(organisation, "lawyer-1"), outside, RIVER, usable=frozenset({RIVER}), day=NOW.date())
    return served


def choose(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("[data-file]", {"name": name, "mimeType": "application/pdf", "buffer": data})


def test_a_lawyer_attaches_a_report_takes_it_out_and_writes_to_the_witness(
    page: Page, desk: Served, organisation: Organisation
) -> None:
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    page.goto(f"{desk.address}/en/cases/{CASE}")
    page.get_by_text("Attach a file").click()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    choose(page, "Report of the clinic.pdf", bytes(LARGEST + 1))
    page.click("[data-act=attach]")
    page.locator("[data-attaching] [data-said]").filter(has_text="20 MB").wait_for()
    assert sent == []  # nothing of it was read
    assert page.input_value("[data-field=title]") == "Report of the clinic"
    choose(page, "Report of the clinic.pdf", b"")
    page.click("[data-act=attach]")
    page.locator("[data-attaching] [data-said]").filter(has_text="Choose whom it concerns").wait_for()
    assert sent == []
    page.select_option("[data-field=about]", index=1)
    page.click("[data-act=attach]")
    page.locator("[data-attaching] [data-said]").filter(has_text="empty").wait_for()
    choose(page, "Report of the clinic.pdf", b"%PDF-1.7 Two broken ribs. %%EOF")
    page.click("[data-act=attach]")
    page.wait_for_selector("[data-attachment]")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save a copy").click()
    assert saved.value.suggested_filename.startswith("attachment-")
    page.get_by_text("Write to the witness").click()
    page.fill("[data-text]", "The court has your account. It decides in spring.")
    page.click("[data-act=write]")
    page.wait_for_selector("[data-words]")
    for name, path in (("", "en"), ("-ar", "ar")):
        page.goto(f"{desk.address}/{path}/cases/{CASE}")
        for one in page.locator("details").all():
            one.evaluate("one => (one.open = true)")
        look(page, f"attachments{name}-small")
        page.set_viewport_size({"width": 1280, "height": 800})
        look(page, f"attachments{name}")
        page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{desk.address}/en/cases/{CASE}")
    page.get_by_text("Take out", exact=True).click()
    page.fill("[data-reason]", "It is another person's")
    page.click("[data-act=out]")
    page.get_by_text("Taken out: 1").click()
    assert "It is another person's" in page.inner_text('[data-section="attachments"]')
