"""The help pages for everybody: WCAG 2.2 AA, on the narrowest phone, by day and by night, from the right as well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from testimony.certificates.request import Request
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.certificates import store as certificate_store
from testimony.web.factory import create_help_app
from testimony.web.help.guide import DEVICES
from tests.support.certificates.authorities import NOW, authority, in_days
from tests.support.web.browsers import axe
from tests.support.web.browsers.chromium import FLAGS

ENDED = in_days(100)  # the page with most on it


@pytest.fixture
def address(homes: Path) -> Iterator[str]:
    home = homes / "field"
    certificate_store.install(
        home, certificate_store.sign(authority(), Request.parse(certificate_store.ask(home)), now=NOW), now=NOW
    )
    server = make_server("127.0.0.1", 0, create_help_app(home, https=443, CLOCK=lambda: ENDED), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(60)


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        made = browser.new_page(viewport={"width": 320, "height": 640})
        made.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        yield made
        browser.close()
    assert complaints == []


TELLING = ("ar", "fr")
"""From right to left, and with long words; the others are for `make test-long`."""


@pytest.mark.parametrize(
    "langs",
    [TELLING, pytest.param(tuple(lang for lang in INTERVIEWERS if lang not in TELLING), marks=pytest.mark.long)],
    ids=("telling", "others"),
)
def test_everybody_can_use_every_page_in_every_language(page: Page, address: str, langs: tuple[str, ...]) -> None:
    for place, lang in enumerate(langs):
        page.emulate_media(color_scheme="dark" if place % 2 else "light")
        for name in ("", *DEVICES):
            page.goto(f"{address}/{lang}/{name}")
            found = axe.violations(page)
            assert not found, (lang, name, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found])
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (lang, name)
            low = page.locator("main a.button, main .doors a").evaluate_all(
                "all => all.filter((one) => one.getBoundingClientRect().height < 56).map((one) => one.textContent)"
            )
            assert low == [], (lang, name)
