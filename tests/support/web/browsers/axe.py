"""What axe finds wrong with a page: the rules of WCAG 2.2 AA, and axe's own of good practice.

Only violations are gathered: to describe every place where a rule holds takes axe most of its time on a long page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")
RUN = """([place, rules]) => axe.run(place ?? document, { runOnly: rules, resultTypes: ['violations'] })
  .then(({ violations }) => violations)"""


def violations(page: Page, place: str | None = None, rules: Sequence[str] = RULES) -> list[dict[str, Any]]:
    """The rules that the page breaks, or what of it `place` selects: {"id", "nodes": [{"target", "html"}]} each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN, [place, list(rules)]))
