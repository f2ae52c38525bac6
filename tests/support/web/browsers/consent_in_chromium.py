"""Looks at the page of consent: it fits, and is open to everybody."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.support.web.browsers import axe

PICTURES = os.environ.get("TESTIMONY_PICTURES", "")


def look(page: Page, name: str) -> None:
    """It fits, and nothing in it is closed to anybody; kept as a picture where somebody asked for pictures."""
    width = page.viewport_size
    assert width is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], name
    found = axe.violations(page)
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
