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
RUN = """async ([place, rules, aside]) => {
  const away = aside ? [...document.querySelectorAll(aside)].map((each) => [each, document.createComment("")]) : [];
  away.forEach(([each, mark]) => each.replaceWith(mark));
  try {
    return (await axe.run(place ?? document, { runOnly: rules, resultTypes: ['violations'] })).violations;
  } finally {
    away.forEach(([each, mark]) => mark.replaceWith(each));
  }
}"""


def violations(
    page: Page, place: str | None = None, rules: Sequence[str] = RULES, *, aside: str | None = None
) -> list[dict[str, Any]]:
    """The rules that the page breaks, or what of it `place` selects: {"id", "nodes": [{"target", "html"}]} each.

    What `aside` selects is out of the page meanwhile: axe goes through all of a page, whatever of it is to be checked.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN, [place, list(rules), aside]))
