"""What scripts draw into a filled interview passes axe and fits a gloved thumb: rows, chips, days, lists, the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright

from tests.support.interview import read_back
from tests.support.interview.accessible import EACH, SHOWN, SMALL, WIDE, broken, marked
from tests.support.interview.accessible import LEAST as OTHERS
from tests.support.interview.accessible_filled import GO, MODULE, STILL
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.stations import Server
from tests.support.web.browsers.chromium import FLAGS

FILL = f"""async (answers) => {{
  const load = (name) => import({MODULE});
  const {{ answer, sitting }} = await load('pages/base/interview_state.js');
  const {{ pageData }} = await load('pages/base/cards.js');
  sitting.state.prompted = pageData().prompts.map(({{ id }}) => id);
  for (const [field, held] of Object.entries(answers)) answer(field, held);
  await (await load('pages/cards/card.js')).go('review');
}}"""
FILLED = {
    **{name: {"value": value} for name, value in ANSWERS.items() if value not in ("unk", "ref", "nask", ["unk"])},
    "i_date": {"value": "2020-10-05"},
    "i_date_prec": {"value": "day"},
}
LEAST = "each => each.matches('[data-day]') ? 36 : each.matches('[data-suggest]') ? 55.5 : (" + OTHERS + ")(each)"
DAY_WIDE = 36
"""Seven days stand in a row of 320 px: so wide at least; their height is that of all that is tapped."""
DAYS = """() => [...document.querySelectorAll('[data-days] [data-day]')]
  .filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().toJSON())"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, quick_chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=quick_chromium, args=FLAGS)
    yield launched
    launched.close()


class Looked:
    """Looks at what is on the screen, and keeps what is wrong with it by the name of the place.

    Of a page that was loaded anew also at all around it: rules about a whole page are checked there.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: dict[str, Any] = {}

    def at(self, place: str, part: str | None = SHOWN) -> None:
        self.page.evaluate(STILL)
        small = self.page.evaluate(f"({SMALL})({LEAST})")
        found = {"axe": broken(self.page, part), "small": small, "wide": self.page.evaluate(WIDE)}
        self.wrong |= {f"{place}: {what}": value for what, value in found.items() if value}


def begun(page: Page, server: Server, lang: str, look: str, passphrase: str) -> Interviewer:
    who = Hurried(page, f"http://localhost:{server.port}")
    who.open(lang)
    who.sign_in("interviewer-1", passphrase)
    page.evaluate("look => (document.documentElement.dataset.look = look)", look)
    return who


@pytest.mark.parametrize(("lang", "look"), [marked(*each, kept=(("ar", "dark"),)) for each in sorted(EACH)])
def test_what_scripts_draw_is_accessible_and_fits_a_thumb(
    browser: Chromium, node_server: Server, passphrase: str, lang: str, look: str
) -> None:
    scheme: Any = "dark" if look == "dark" else "light"
    page = browser.new_context(viewport={"width": 320, "height": 740}, color_scheme=scheme, bypass_csp=True).new_page()
    who, looked = begun(page, node_server, lang, look, passphrase), Looked(page)
    who.online()
    who.to_account(purposes=ALL)
    page.evaluate(FILL, FILLED)
    looked.at("review", None)
    read_back.open_part(who, "event")
    looked.at("read-part")
    for card in ("i_chain", "i_date", "i_from", "g_nats"):
        page.evaluate(GO, card)
        looked.at(card)
        if card == "i_date":
            days = page.evaluate(DAYS)
            assert len(days) == 31
            assert all(day["width"] >= DAY_WIDE and day["height"] >= 55.5 for day in days), days[0]
    who.act("open-picker")
    looked.at("picker")
    page.keyboard.press("Escape")
    page.evaluate(GO, "finish")
    looked.at("finish")
    who.saved()
    who.act("pause")
    who.act("other-person")
    who.sign_in("interviewer-1", passphrase)
    page.wait_for_selector('[data-draft-list] li[data-state="open"]', timeout=60_000)
    looked.at("drafts on the home card")
    who.resume()
    who.act("stop")
    who.act("keep")
    who.wait_for("readers")
    looked.at("readers")
    who.next()
    who.wait_for("code")
    looked.at("code")
    who.hand_code()
    who.finish()
    looked.at("outbox")
    assert looked.wrong == {}
    page.context.close()
