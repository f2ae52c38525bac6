"""Journeys that follow a page of the documents type what the list says; others drive a browser without windows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.cli.followed import pytest_pyfunc_call as pytest_pyfunc_call
from tests.support.web.browsers.chromium import FLAGS


@pytest.fixture(scope="module")
def chrome(quick_chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
        yield browser
        browser.close()
