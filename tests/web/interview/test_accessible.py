"""Every card passes axe's rules for WCAG 2.2 AA, in English by day and in Arabic by night, on the narrowest phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Playwright

from tests.journeys.stations import Server
from tests.web.interview.driver import Interviewer

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DIALOGS = ("stop", "picker", "needed")
ONE_OF_EACH = {
    "sign-in", "locked", "home", "outbox", "languages", "safety", "unsafe", "told-01", "purpose-P01", "refused",
    "teach-1", "cs_present", "interpreter_name", "obstacles", "n_text", "w_gender", "w_nat", "i_date", "i_chain",
    "g_size", "v_acts", "review", "readers", "code", "finish",
}  # fmt: skip
"""Cards of every kind: axe looks at these, the rulers at all."""
TALL = 2600  # nothing lies under the bars, so that what axe measures is the card


@pytest.fixture
def browser(playwright: Playwright, chromium: str) -> Iterator[Chromium]:
    launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield launched
    launched.close()


SHOW = """name => {
  for (const card of document.querySelectorAll('[data-card]')) card.hidden = card.dataset.card !== name;
  const card = document.querySelector(`[data-card="${name}"]`);
  document.body.dataset.mode = card.dataset.section ? 'interview' : 'outside';
  for (const part of card.querySelectorAll('[data-words], .notice, [data-show-when], [data-draft]'))
    part.hidden = false;
}"""
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('button, a, .option, select, input[type=text], input[type=password]')]
  .filter(each => each.checkVisibility() && !each.closest('.option input') && each.getBoundingClientRect().height < 44)
  .map(each => each.dataset.act ?? each.dataset.option ?? each.id)"""


def axe(page: Page) -> list[str]:
    """The rules that what is shown breaks, each with the first place."""
    broken = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in broken]


def pieces_url(page: Page) -> str:
    """The module that brings the cards, which otherwise come when somebody signed in."""
    src = str(page.locator("script[type=module]").get_attribute("src"))
    return src.replace("interview-page.js", "pieces-page.js")


@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 360), ("ar", "dark", 320)])
def test_every_card_is_accessible(browser: Chromium, node_server: Server, lang: str, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": TALL}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    Interviewer(page, f"http://localhost:{node_server.port}").open(lang, offline_ready=False)
    page.evaluate("url => import(url).then(pieces => pieces.loadCards())", pieces_url(page))
    found: dict[str, list[str]] = {}
    for name in page.evaluate("() => [...document.querySelectorAll('[data-card]')].map(card => card.dataset.card)"):
        page.evaluate(SHOW, name)
        found[name] = axe(page) if name in ONE_OF_EACH else []
        found[name] += ["wider than the phone"] if page.evaluate(WIDE) else []
        found[name] += [f"too small to tap: {each}" for each in page.evaluate(SMALL)]
    for name in DIALOGS:
        page.evaluate("name => document.querySelector(`dialog[data-dialog=${name}]`).showModal()", name)
        found[f"dialog {name}"] = axe(page)
        page.evaluate("name => document.querySelector(`dialog[data-dialog=${name}]`).close()", name)
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert set(found) > ONE_OF_EACH


def test_focus_follows_the_card_and_a_screen_reader_hears_it(signed_in: Interviewer) -> None:
    signed_in.begin()
    focused = signed_in.page.evaluate("() => document.activeElement.closest('[data-card]')?.dataset.card")
    assert focused == "safety"
    assert signed_in.page.locator("[data-live]").get_attribute("aria-live") == "polite"
    signed_in.tap_next()
    assert signed_in.page.locator("[data-error]").get_attribute("role") == "alert"


def test_a_keyboard_choice_does_not_move_the_card(signed_in: Interviewer) -> None:
    signed_in.begin()
    signed_in.safety()
    signed_in.page.locator('[data-field="told_01"] input').press("Space")
    signed_in.page.wait_for_timeout(500)
    assert signed_in.card == "told-01"
    signed_in.next()
    assert signed_in.card == "told-02"
