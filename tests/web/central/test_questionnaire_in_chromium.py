"""A questionnaire is checked, tried as on a phone and proposed, in a real browser as wide as a small phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from testimony.station.station import Station
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.workbooks import workbook
from tests.support.web.accounts import session
from tests.support.web.browser import Served
from tests.support.web.browsers import axe

pytestmark = pytest.mark.browser
HEAD = ["type", "name", "label", "compartment", "disclosure"]
SETTINGS = [["form_id", "version", "default_language"], ["mine", "1", "en"]]
WRONG = workbook({"survey": [HEAD, ["text", "own_words", "Words?", "incident", "neutral"]], "settings": SETTINGS})
FOREIGN = workbook(
    {
        "survey": [
            ["type", "name", "label"],
            ["image", "photo", "Photo"],
            ["integer", "Jours Dehors", "Combien de jours ?"],
        ]
    }
)
ROWS = workbook(
    {
        "survey": [
            [*HEAD, "relevant", "constraint", "required"],
            ["begin_repeat", "relatives", "Relatives", "incident", "sensitive", "", "", "yes"],
            ["integer", "age_now", "Age"],
            ["integer", "school_years", "Years at school", "", "", "${age_now} < 18", ". <= ${age_now}", "yes"],
            ["end_repeat"],
        ],
        "settings": [SETTINGS[0], ["rows", "1", "en"]],
    }
)
DEFAULTS = workbook(
    {
        "survey": [
            [*HEAD, "required", "default"],
            ["select_one answered", "first_time", "First time?", "incident", "neutral", "yes", "no"],
            ["integer", "days_held", "Days held", "incident", "neutral", "yes", "3"],
        ],
        "choices": [["list_name", "name", "label"], ["answered", "yes", "Yes"], ["answered", "no", "No, never"]],
        "settings": [SETTINGS[0], ["defaults", "1", "en"]],
    }
)
KEPT = """async () => [
  (await indexedDB.databases()).length, localStorage.length, sessionStorage.length,
  (await navigator.serviceWorker.getRegistrations()).length,
]"""
"""What of the trial is on the disk of this browser."""


@pytest.fixture
def page(chrome: Browser, serve: Callable[[str], Served], opened: Callable[[str], Station]) -> Iterator[Page]:
    served, complaints = serve("central"), list[str]()
    context = chrome.new_context(viewport={"width": 360, "height": 740}, base_url=served.address)
    token = session(opened("central"), "administrator")
    address = served.address.replace("http:", "https:")
    context.add_cookies([{"name": served.app.session_interface.cookie, "value": token, "url": address, "secure": True}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield page
    context.close()
    assert not [said for said in complaints if "status of 4" not in said]


def require_clean(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    found = axe.violations(page)
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def shot(page: Page, name: str) -> None:
    if "SHOTS" in os.environ:
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def upload(page: Page, data: bytes) -> None:
    page.set_input_files("#file", {"name": "mine.xlsx", "mimeType": "application/octet-stream", "buffer": data})
    page.click("text=Check it")


def to_the_first_question(who: Interviewer) -> None:
    who.begin("en")
    who.safety(circumstances=WITH_INTERPRETER)
    who.tell()
    who.consent(("P01", "P04"))
    who.teach_back()
    who.talk(WITH_INTERPRETER)


def test_a_row_shows_what_is_asked_in_it_and_is_refused_where_it_is_impossible(page: Page) -> None:
    page.goto("/en/questionnaires")
    upload(page, ROWS)
    page.click("text=Try it >> nth=-1")
    page.wait_for_url("**/interview/try/**")
    who = Interviewer(page, page.url)
    who.begins, who.everything = "try", False
    who.flagged("ready", "true")
    to_the_first_question(who)
    card = page.locator("[data-card=relatives]")
    card.locator("[data-act=add-row]").click()
    school, age = card.locator("label:has([data-part=school_years])"), card.locator("[data-part=age_now]")
    assert not school.is_visible(), "nobody knows the age yet"
    age.fill("9")
    school.wait_for()
    school.locator("input").fill("12")
    assert "12" in card.locator("[data-row-said]").inner_text()
    shot(page, "7-row")
    page.click("[data-act=next]")
    page.wait_for_selector("[data-error]:not(:empty)")
    assert card.is_visible(), "a child of nine did not go to school for twelve years"
    age.fill("40")
    school.wait_for(state="hidden")
    assert card.locator("[data-row-said]").inner_text() == "40"
    require_clean(page)
    page.click("[data-act=next]")
    card.wait_for(state="hidden")


def test_a_default_answers_nothing_before_it_is_tapped(page: Page) -> None:
    page.goto("/en/questionnaires")
    upload(page, DEFAULTS)
    page.click("text=Try it >> nth=-1")
    page.wait_for_url("**/interview/try/**")
    who = Interviewer(page, page.url)
    who.begins, who.everything = "try", False
    who.flagged("ready", "true")
    to_the_first_question(who)
    first, days = page.locator("[data-card=first_time]"), page.locator("[data-card=days_held]")
    assert first.locator("[data-suggest]").all_inner_texts() == ["No, never"]
    assert first.locator("input:checked").count() == 0
    page.click("[data-act=next]")
    page.wait_for_selector("[data-error]:not(:empty)")
    require_clean(page)
    first.locator("[data-suggest=no]").click()
    days.wait_for()
    assert days.locator("[data-input]").input_value() == ""
    days.locator("[data-suggest='3']").click()
    days.wait_for(state="hidden")
    page.click("[data-act=back]")
    days.wait_for()
    assert days.locator("[data-input]").input_value() == "3"
    assert days.locator("[data-suggest='3']").get_attribute("aria-pressed") == "true"


def test_a_form_of_another_program_is_adapted_and_tried(page: Page) -> None:
    page.goto("/en/questionnaires")
    upload(page, FOREIGN)
    page.click("a:has-text('Adapt this form')")
    require_clean(page)
    page.set_input_files("#foreign", {"name": "form.xlsx", "mimeType": "application/octet-stream", "buffer": FOREIGN})
    page.select_option("#language", "fr")
    page.click("text=Adapt it >> nth=-1")
    page.wait_for_url(re.compile(r"/questionnaires/[0-9a-f]{64}$"))
    assert page.locator("[data-finding]:has-text('pictures are taken')").count() == 1
    require_clean(page)
    shot(page, "8-adapted")
    with page.expect_download() as download:
        page.click("text=Download the adapted form")
    assert download.value.suggested_filename == "adapted-interview.xlsx"
    page.click("text=Try it >> nth=-1")
    page.wait_for_url("**/interview/try/**")


def test_a_questionnaire_is_checked_tried_and_proposed(page: Page) -> None:
    page.goto("/en/questionnaires")
    require_clean(page)
    shot(page, "1-page")
    upload(page, WRONG)
    page.wait_for_selector("[data-finding]")
    require_clean(page)
    shot(page, "2-wrong")
    upload(page, WORKBOOK.read_bytes())
    page.wait_for_url(re.compile(r"/questionnaires/[0-9a-f]{64}$"))
    require_clean(page)
    shot(page, "3-checked")
    back = page.url
    page.click("text=Try it >> nth=-1")
    page.wait_for_url("**/interview/try/**")
    who = Interviewer(page, page.url)
    who.begins, who.everything = "try", False
    who.flagged("ready", "true")
    require_clean(page)
    shot(page, "4-trial")
    to_the_first_question(who)
    assert page.locator(".top .practice-mark").is_visible()
    assert page.locator("[data-card]:not([hidden])[data-coded]").count() == 1
    require_clean(page)
    shot(page, "5-question")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.body.getBoundingClientRect().width") == 360, "a frame as wide as a phone"
    shot(page, "6-wide")
    assert page.evaluate(KEPT) == [0, 0, 0, 0]
    page.keyboard.press("Escape")
    who.act("exit")
    page.wait_for_url(back)
    page.set_viewport_size({"width": 360, "height": 740})
    page.click("text=Propose it, ready to be signed")
    page.wait_for_url("**/proposals/**")
    assert "Field stations ask another questionnaire" in page.inner_text("[data-changes]")
