"""The page of the doctor in a browser: at 360 px, from the right and from the left, by the keys alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony.sealing.records.signatures import labelled
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.web.browser import PEOPLE, Served, passphrase_of
from tests.support.web.browsers import axe
from tests.support.web.browsers.pages_in_chromium import enter

pytestmark = pytest.mark.browser
FAR = 80  # presses of Tab


def come_in(page: Page, role: str, station: Served, organisation: Organisation, lang: str) -> None:
    """As somebody who looks after the station, to its front page."""
    if role in PEOPLE:
        enter(page, station, passphrase_of(organisation, PEOPLE[role]), lang)
    elif role == "central":
        page.goto(f"{station.address}/{lang}/#{station.token}")
        page.wait_for_selector(".counts")
    else:
        signer = organisation.signers["interviewer-1"]
        nonce = page.request.post(f"{station.address}/session/nonce").json()["nonce"]
        (raw,) = signer.sign_raw(labelled("testimony/1/sign-in", nonce.encode()))
        said = {"kid": signer.kid, "nonce": nonce, "sig": raw.hex()}
        assert page.request.post(f"{station.address}/session", data=said).ok
        page.goto(f"{station.address}/{lang}/")


def walk_to(page: Page, selector: str) -> None:
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
    raise AssertionError(f"no way to {selector} by the Tab key")


@pytest.mark.parametrize(
    ("role", "lines", "lang"),
    [
        ("field", 10, "en"),
        ("field", 10, "ar"),
        ("central", 11, "en"),
        ("central", 11, "fr"),
        ("lawyer", 10, "en"),
        ("lawyer", 10, "es"),
    ],
)
def test_it_is_reached_and_read_on_a_narrow_phone_without_a_pointer(
    role: str,
    lines: int,
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
        come_in(page, role, served, organisation, lang)
        if role == "lawyer":  # a desk has it in its menu
            walk_to(page, "nav.desk-nav summary")
            page.keyboard.press("Enter")
        walk_to(page, f'a[href="/{lang}/doctor"]')
        page.keyboard.press("Enter")
        expect(page.locator("dd[data-line]")).to_have_count(lines)
        expect(page.get_by_role("status")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.documentElement.dir") == ("rtl" if lang == "ar" else "ltr")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in axe.violations(page)] == []
        assert page.locator("h1").count() == 1
