"""Scripts that check a page of the interview: width, size of targets, contrast and marks."""

from __future__ import annotations

from collections.abc import Collection
from itertools import cycle

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from testimony.domain.testimony.languages import INTERVIEWERS
from tests.support.interview import all_cards
from tests.support.interview.driver import Interviewer
from tests.support.web.browsers import axe

EACH = set(zip(INTERVIEWERS, cycle(("light", "sun", "light", "dark"))))
"""Each language once, and each look."""


WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


SPILLING = """() => [...document.querySelectorAll('.option, button, summary, .said, .notice, dt, dd, h1, h2')]
  .filter(each => each.checkVisibility() && !each.closest('.hush') && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.dataset.act ?? each.dataset.option ?? each.textContent.trim().slice(0, 40))"""


SMALL = """least => [...document.querySelectorAll('button, a, summary, .option, select, input[type]')]
  .filter(each => each.checkVisibility() && !each.closest('.option input'))
  .filter(each => Math.min(each.getBoundingClientRect().height, each.getBoundingClientRect().width) < least(each))
  .map(each => each.dataset.act ?? each.dataset.option ?? each.id)"""


SHOWN = "[data-card]:not([hidden]), dialog[open], .top, .bar"
"""What is on the screen: of a page that was looked at whole, what changes from card to card."""
HIDDEN = "[data-coded][hidden]"
"""Most of what axe goes through, and nothing that it checks; nobody writes to these cards while they are hidden."""


TALL = ".option, .primary, .wide, .tools .tool, .bar button, select, input"
LEAST = f"each => each.matches('{TALL}') ? 55.5 : each.matches('.box') ? 0 : 47.5"
"""How high a control must be, in pixels. A box over a face is as large as the face: it is drawn on the picture."""


def marked(lang: str, look: str, kept: Collection[tuple[str, str]]) -> object:
    """The parameters `lang` and `look`, long unless they are among `kept`."""
    return pytest.param(lang, look, marks=[] if (lang, look) in kept else [pytest.mark.long], id=f"{lang}-{look}")


def opened(browser: Chromium, address: str, lang: str, look: str) -> Page:
    """The page with its cards on the narrowest phone."""
    scheme = "dark" if look == "dark" else "light"
    context = browser.new_context(
        viewport={"width": 320, "height": 740}, color_scheme=scheme, bypass_csp=True, service_workers="block"
    )
    page = context.new_page()
    Interviewer(page, address).open(lang, offline_ready=False)
    all_cards.bring_cards(page)
    page.wait_for_selector("html[data-look]")  # the look that the phone remembers comes after the start
    page.evaluate("look => (document.documentElement.dataset.look = look)", look)
    return page


def broken(page: Page, place: str | None = None) -> list[str]:
    """The rules that what is shown breaks, or what of it `place` selects, each with its first places."""
    found = axe.violations(page, place, aside=HIDDEN)
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in found]
