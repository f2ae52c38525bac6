"""A person confirms the date on the page of the station in a browser: at 360 px, by the keys alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony.domain.time import Clock
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.each_time import each_time
from tests.support.web.browser import PEOPLE, Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter

pytestmark = pytest.mark.browser
TODAY = datetime.now(UTC).date()


def require_fit(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in axe.violations(page)] == []


@pytest.mark.parametrize(
    ("role", "lang"),
    each_time(
        [("central", "en"), ("central", "fr"), ("lawyer", "en"), ("lawyer", "es")], ("central", "fr"), ("lawyer", "es")
    ),
)
def test_the_date_is_given_shown_in_words_and_confirmed_on_a_narrow_phone(
    role: str,
    lang: str,
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    chrome: Browser,
    organisation: Organisation,
) -> None:
    served, station = serve(role), opened(role)
    station.settings = replace(station.settings, central_url="http://127.0.0.1:9")
    with chrome.new_context(bypass_csp=True, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        if role in PEOPLE:
            enter(page, served, passphrase_of(organisation, PEOPLE[role]), lang)
        else:
            page.goto(f"{served.address}/{lang}/#{served.token}")
            page.wait_for_selector(".counts")
        page.goto(f"{served.address}/{lang}/doctor")
        require_fit(page)
        page.locator("#day").fill(TODAY.isoformat())
        page.keyboard.press("Enter")
        asked = page.locator("[data-date=asked]")
        expect(asked).to_be_visible()
        require_fit(page)
        assert Clock.PERSON not in station.others
        asked.locator("[value=yes]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-date-said=good]")).to_be_visible()
        require_fit(page)
        assert station.others[Clock.PERSON] == TODAY
        page.locator("#day").fill("1999-01-01")
        page.keyboard.press("Enter")
        expect(page.locator("[data-date-said=warn]")).to_be_visible()
        require_fit(page)
        assert station.others[Clock.PERSON] == TODAY
