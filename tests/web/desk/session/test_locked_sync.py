"""A desk that is locked while it exchanges with headquarters: nothing is lost, and the rest comes afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from testimony.services.enrolment.organisation import Organisation
from testimony.settings import Settings
from tests.support.cli.program import serving
from tests.support.journeys.desks import Desk
from tests.support.web.browser import Filled, passphrase_of
from tests.support.web.browsers.pages_in_chromium import page
from tests.support.web.browsers.running_desk import running

__all__ = ["page"]

PATIENCE = 120_000  # milliseconds: locking starts the program anew, on a busy machine
SLOW = 25_000  # bytes a second: a dozen seconds for what there is to fetch


def test_an_exchange_that_locking_cuts_off_is_taken_up_after_the_next_unlocking(
    filled: Filled,
    homes: Path,
    free_port: Callable[[], int],
    page: Page,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words, port = passphrase_of(organisation, "lawyer-1"), free_port()
    central = Path(shutil.copytree(filled.folder / "central", homes / "filled"))
    monkeypatch.setenv("TESTIMONY_CENTRAL_URL", f"http://localhost:{port}")
    replace(Settings.load(homes / "desk-lawyer", {}), sync_when_asked=True).save()  # the button's is the one cut off
    with serving("central", central, port):
        monkeypatch.setenv("TESTIMONY_BYTES_PER_SECOND", str(SLOW))
        with running(homes / "desk-lawyer", free_port()) as (process, address):
            desk = Desk(page, address)
            desk.enter(words)
            page.click("form[action='/pull'] button")
            page.wait_for_selector("[data-exchange][data-going=yes]")
            page.click("form[data-idle] button")
            page.wait_for_selector("[data-unlock]:not([hidden])", timeout=PATIENCE)
            page.fill("#passphrase", words)
            page.click("#unlock")
            page.wait_for_selector("nav.desk-nav")
            desk.pull()
            assert set(desk.shelf()) >= {filled.tid(number) for number in (0, 1, 3)}
            assert process.poll() is None
