"""The cards of recordings and pictures at work are accessible: what scripts draw, on the narrowest phone, in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.support.interview import all_cards
from tests.support.interview.accessible import LEAST, SHOWN, WIDE, broken
from tests.support.interview.accessible import SMALL as TOO_SMALL
from tests.support.interview.capture import AGREED, camera_file, choose, organisation, record
from tests.support.interview.consent import GO
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import SMALL, WITH_EARS, Browser
from tests.support.journeys.stations import Server

__all__ = ["organisation"]
NARROW = SMALL | {"viewport": {"width": 320, "height": 740}, "bypass_csp": True}


@pytest.fixture
def phone(playwright: Playwright, quick_chromium: str, profile: Path, node_server: Server) -> Iterator[Browser]:
    """The narrowest phone, with a microphone that beeps, into which axe can be put."""
    browser = Browser(playwright, quick_chromium, profile, WITH_EARS, **NARROW)
    yield browser
    browser.close()
    assert browser.complaints == []


def wrong_with(who: Interviewer) -> dict[str, object]:
    """What is wrong with what stands on the screen; bars lie over nothing, as elsewhere where axe measures."""
    who.page.evaluate("() => document.querySelectorAll('.top, .bar').forEach((bar) => (bar.style.position = 'static'))")
    found = {
        "axe": broken(who.page, SHOWN),
        "wide": who.page.evaluate(WIDE),
        "small": who.page.evaluate(f"({TOO_SMALL})({LEAST})"),
    }
    return {name: problems for name, problems in found.items() if problems}


def test_what_the_cards_of_recordings_and_pictures_draw_is_accessible(
    interviewer: Interviewer, passphrase: str, tmp_path: Path
) -> None:
    interviewer.open("ar")
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes=AGREED)
    page, found = interviewer.page, {}
    all_cards.keep(page, ":not([data-coded]), [data-card=n_text]")
    record(interviewer, 1)
    found["recording"] = wrong_with(interviewer)
    interviewer.next()
    found["strip"] = wrong_with(interviewer)
    interviewer.act("voice-card")
    interviewer.act("voice-stop")
    page.wait_for_selector('[data-voice-list] [data-state="whole"]')
    found["listed"] = wrong_with(interviewer)
    page.evaluate(GO, "pictures")
    choose(interviewer, camera_file(interviewer, tmp_path), "document")
    interviewer.act("box-add")
    found["covering"] = wrong_with(interviewer)
    interviewer.act("picture-keep")
    page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    interviewer.act("picture-look")
    page.wait_for_selector("[data-picture-place] img")
    found["kept"] = wrong_with(interviewer)
    assert {name: problems for name, problems in found.items() if problems} == {}
