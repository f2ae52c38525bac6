"""A page of a desk in Chromium whose console stays silent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.web.browser import Served


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    """A page whose console stays silent, but for the statuses that a test asks for."""
    complaints: list[str] = []
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield page
    context.close()
    left = [said for said in complaints if "status of 4" not in said]
    assert not left, left


def enter(page: Page, desk: Served, words: str, lang: str = "en") -> None:
    page.goto(f"{desk.address}/{lang}/#{desk.token}")
    page.fill("#passphrase", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.desk-nav")
    page.wait_for_load_state()  # its scripts run
