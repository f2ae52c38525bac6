"""In a real browser: deadlines of a case are written, refused without losing a word, and fit on a small page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from testimony.domain.consent.purposes import Key, Purpose
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


def write(page: Page, where: str, what: str, due: str) -> None:
    place = page.locator(f'[data-section="{where}"]')
    place.locator("summary").last.click()
    place.locator("[data-field=what]").last.fill(what)
    place.locator("[data-field=due]").last.fill(due)
    place.locator("[data-act=save]").last.click()


def test_a_day_far_away_stays_within_its_card_on_a_small_page(
    page: Page, desk: Served, organisation: Organisation
) -> None:
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "fr")
    page.goto(f"{desk.address}/fr/cases/{CASE}")
    write(page, "deadlines", "Réponse", "2026-09-28")
    due = page.locator(".agenda-due")
    due.wait_for()
    assert "(" in due.inner_text()
    assert due.evaluate(
        """(one) => [...one.children].every((part) =>
          part.getBoundingClientRect().right <= one.closest(".card").getBoundingClientRect().right - 8)"""
    )


def test_a_deadline_that_is_refused_keeps_its_words_and_then_stands_on_the_page_and_on_the_list(
    page: Page, desk: Served, organisation: Organisation
) -> None:
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    page.goto(f"{desk.address}/en/cases/")
    page.goto(f"{desk.address}/en/cases/{CASE}")
    write(page, "deadlines", "x" * 90_000, "2026-01-25")
    said = page.locator('[data-section="deadlines"] [data-said]').last
    said.filter(has_text="500").wait_for()
    field = page.locator("#new-deadlines-what")
    assert len(field.input_value()) == 90_000
    field.fill("Send the reply of the applicants to the observations of the Government")
    page.locator('[data-section="deadlines"] [data-act=save]').last.click()
    page.wait_for_selector('[data-sign="near"]')
    assert "Send the reply" in page.inner_text('[data-section="deadlines"]')
    write(page, "deadlines", "Annexes to the registry", "2026-01-02")
    page.wait_for_selector('[data-sign="over"]')
    write(page, "tasks", "Ask the clinic for its letter", "2026-03-02")
    page.wait_for_selector('[data-section="tasks"] [data-agenda]')
    look(page, "case-small")
    page.goto(f"{desk.address}/ar/cases/{CASE}")
    look(page, "case-ar-small")
    page.goto(f"{desk.address}/el/cases/{CASE}")
    look(page, "case-el-small")
    page.goto(f"{desk.address}/en/cases/")
    look(page, "cases-small")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, "cases")
    page.goto(f"{desk.address}/ar/cases/{CASE}")
    look(page, "case-ar")
    page.goto(f"{desk.address}/en/cases/{CASE}")
    look(page, "case")


def test_locking_closes_no_case_from_a_reason_that_is_half_typed(
    page: Page, desk: Served, organisation: Organisation
) -> None:
    passphrase = passphrase_of(organisation, "lawyer-1")
    enter(page, desk, passphrase, "en")
    page.goto(f"{desk.address}/en/cases/{CASE}")
    page.click("#close")
    page.fill("#close-what", "Settl")
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[data-idle]').requestSubmit()")  # nobody sits here
    enter(page, desk, passphrase, "en")
    page.goto(f"{desk.address}/en/cases/{CASE}")
    assert page.locator("#close").count() == 1
    assert page.locator("[data-closed]").count() == 0
