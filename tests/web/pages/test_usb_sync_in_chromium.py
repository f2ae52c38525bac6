"""The page for a stick in a browser: usable at 360 px, told of by its script while it works, anew when that ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from testimony.store.files import removable
from testimony.sync.jobs.media_transfer import Work
from tests.support.web.browser import Served
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser


def test_the_page_follows_the_work_and_shows_what_came_of_it(
    serve: Callable[[str], Served], chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [tmp_path / "a-stick-with-a-long-name" / ("x" * 60)])
    central = serve("central")
    page = chrome.new_page(viewport={"width": 360, "height": 740})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(f"{central.address}/en/#{central.token}")
    page.click("nav.central-nav summary")
    page.locator("nav.central-nav .panel").get_by_role("link", name="Sync by USB stick").click()
    expect(page.get_by_role("button", name="Write and read back")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("[...document.querySelectorAll('button, select')].every((one) => one.offsetHeight >= 44)")
    found = axe.violations(page)
    assert [each["id"] for each in found] == []
    work = Work(writing=False, folder="", done=3 << 20, total=9 << 20)
    central.app.extensions["testimony.stick"].last = work
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("3")
    work.count(4 << 20)
    expect(page.get_by_role("status")).to_contain_text("7")
    expect(page.get_by_role("progressbar")).to_have_attribute("max", str(9 << 20))
    work.passed_by = 2
    work.end()
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    assert complaints == []
    page.close()
