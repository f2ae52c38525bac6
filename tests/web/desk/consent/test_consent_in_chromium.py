"""In a real browser: a hold goes to the other desk and both lift it; the pages fit a phone and are accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.web.browser import EVERYTHING, PEOPLE, Filled, Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look as look_once
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]

LAPTOP: ViewportSize = {"width": 1200, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}


def reach(opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both desks, which are served by now, reach central."""
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    for role in PEOPLE:
        object.__setattr__(opened(role).settings, "central_url", "http://central.example")


def exchange(page: Page, desk: Served) -> None:
    page.goto(f"{desk.address}/fr/")
    page.click("form[action='/pull'] button")
    page.wait_for_selector("[data-exchange][data-going=no] [data-exchange-said] p")


def look(page: Page, name: str) -> None:
    """At a screen of a laptop and, last, at one of a phone."""
    for way, size in (("wide", LAPTOP), ("narrow", PHONE)):
        page.set_viewport_size(size)
        look_once(page, f"{name}-{way}")


def test_two_desks_hold_a_use_and_lift_it(
    chrome: Browser,
    serve: Callable[[str], Served],
    organisation: Organisation,
    filled: Filled,
    opened: Callable[[str], Station],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desks = {role: serve(role) for role in PEOPLE}
    reach(opened, monkeypatch)
    pages = {role: chrome.new_context(viewport=PHONE, bypass_csp=True).new_page() for role in PEOPLE}
    for role, desk in desks.items():
        enter(pages[role], desk, passphrase_of(organisation, PEOPLE[role]), "fr")
    lawyer, coordinator = pages["lawyer"], pages["coordinator"]
    about = f"/fr/testimony/{filled.tid(EVERYTHING)}"

    lawyer.goto(desks["lawyer"].address + about)
    lawyer.click(f"details:has(a[href='{about}/consent']) > summary")
    lawyer.click(f"a[href='{about}/consent']")
    lawyer.check("input[value=HOLD]")
    lawyer.select_option("#about", "P06 public")
    lawyer.select_option("#reason", "danger")
    lawyer.locator("section[aria-labelledby=change] button").press("Enter")
    lawyer.wait_for_selector("[data-purpose=P06][data-usable=no]")
    look(lawyer, "consent")
    exchange(lawyer, desks["lawyer"])
    exchange(coordinator, desks["coordinator"])
    coordinator.goto(f"{desks['coordinator'].address}/fr/usable/")
    assert coordinator.locator("[data-use='P06 public'] [data-reason=on_hold]").count() == 1
    look(coordinator, "usable")
    coordinator.goto(f"{desks['coordinator'].address}{about}/consent")
    coordinator.check("input[value=RELEASE]")
    coordinator.select_option("#about", "P06 public")
    coordinator.click("section[aria-labelledby=change] button")
    coordinator.wait_for_selector("[data-waiting=RELEASE]")
    exchange(coordinator, desks["coordinator"])
    exchange(lawyer, desks["lawyer"])
    lawyer.goto(f"{desks['lawyer'].address}{about}/consent")
    look(lawyer, "waiting")
    lawyer.click("[data-waiting=RELEASE] button")
    lawyer.wait_for_selector("[data-purpose=P06][data-usable=yes]")
    lawyer.goto(f"{desks['lawyer'].address}{about}/ask")
    look(lawyer, "ask")
    lawyer.goto(f"{desks['lawyer'].address}/fr/ending/")
    look(lawyer, "ending")
    lawyer.goto(f"{desks['lawyer'].address}{about}#tab-consent")
    lawyer.click("[data-timeline] summary")
    look(lawyer, "testimony")
    for one in pages.values():
        one.context.close()
