"""A desk's pages with the worst testimony on a small screen: nothing of it runs, and the page stays a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser as Chrome

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.journeys.desks import Desk
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.hostile import text as hostile_text
from tests.support.web.hostile.pages import brought, built
from tests.support.web.routes import routes

WIDTH = 360
HEARD = """() => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", ({violatedDirective}) => window.refused.push(violatedDirective));
  window.hostile = () => window.refused.push("a script of words ran");
}"""
WIDE = """(width) => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("main *")]
  .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll"))
  .map((one) => one.outerHTML.slice(0, 120)).slice(0, 4)"""


@pytest.mark.browser
def test_nothing_of_the_worst_testimony_runs_and_no_page_grows_wider_than_the_screen(
    chrome: Chrome, serve: Callable[[str], Served], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    served, station = serve("lawyer"), opened("lawyer")
    tids = []
    for word in (hostile_text.BREAKERS["attribute"] + hostile_text.SIGNS["isolates"], "x" * 300, "ه" * 90):
        one = brought(station, organisation, hostile_text.parts(word))
        tids.append(str(one.record.value["tid"]))
    context = chrome.new_context(viewport={"width": WIDTH, "height": 740})
    context.add_init_script(f"({HEARD})()")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    for number, address in enumerate(_pages(served, tids)):
        page.goto(f"{served.address}{address}")
        for summary in page.locator("main summary").all():
            summary.click()
        complaints += [f"{address}: {said}" for said in page.evaluate("window.refused")]
        complaints += [f"{address} is too wide: {said}" for said in page.evaluate(WIDE, WIDTH)]
        assert page.locator("h1").count() == 1, number
    assert complaints == []
    context.close()


def _pages(served: Served, tids: list[str]) -> list[str]:
    """Those about a testimony with each of them, all others once."""
    found: dict[str, None] = {}
    for tid in tids:
        for method, _, rule in routes(served.app):
            about = "tid" in rule.arguments
            page = rule.rule.startswith("/<lang:lang>/") and "download" not in rule.rule and "check" not in rule.rule
            if method == "GET" and page and (about or not rule.arguments - {"lang"}):
                found[built(rule, {"lang": "fr", "tid": tid, "statement": "s1", "to": "ar"})] = None
    return [address for address in found if not address.endswith(("/start", "/unlock"))]
