"""The page on which a statement is translated, and the testimony's own page with both beside each other."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect

from testimony.domain.testimony import translation
from testimony.domain.testimony.languages import TRANSLATED
from tests.support.journeys.desks import Desk
from tests.support.web.browser import EVERYTHING, NUMBERS, Browser, Filled, Served, passphrase_of
from tests.support.web.browsers import axe


def address(filled: Filled, number: int = EVERYTHING) -> str:
    return f"/testimony/{filled.tid(number)}/translate/s1"


def texts(filled: Filled, word: str = "translated") -> list[str]:
    return [f"{word} {number}" for number, _ in enumerate(translation.spans(filled.told[EVERYTHING]["text"]))]


def seen(desk: Browser, filled: Filled) -> list[str]:
    """The ids of the translations on the page."""
    found = re.search(r'data-seen="([^"]*)"', desk.get(f"/en{address(filled)}/fr").text)
    return list(json.loads(html.unescape(found[1]))) if found else []


def save(desk: Browser, filled: Filled, **changes: Any) -> Any:
    body = {"lang": "fr", "method": "person", "translator": "", "texts": texts(filled), "draft": ""}
    body["seen"] = seen(desk, filled)
    return desk.post_json(address(filled), body | changes)


def fields(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)]


def test_each_sentence_has_its_field_and_what_was_saved_comes_back(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    page = desk.get(f"/en{address(filled)}/fr").text
    assert fields(page) == ["" for _ in texts(filled)]
    answer = save(desk, filled).json
    assert answer["seen"] == seen(desk, filled)
    del answer["seen"]
    assert answer == {"sentence": "Signed and sealed to the lawyers.", "complete": True, "method": "person"}
    assert fields(desk.get(f"/en{address(filled)}/fr").text) == texts(filled)
    assert fields(desk.get(f"/en{address(filled)}/es").text) == ["" for _ in texts(filled)]
    shown = desk.get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert "data-aligned" in shown
    assert all(text in shown for text in texts(filled))
    assert "by a person who reads both languages" in shown


@pytest.mark.parametrize("tongue", ["en", "el"])
def test_the_languages_to_translate_into_stand_in_the_order_of_their_names(
    browser: Callable[..., Browser], filled: Filled, tongue: str
) -> None:
    page = browser("lawyer").get(f"/{tongue}/testimony/{filled.tid(EVERYTHING)}").text
    menu = re.search(r'<select id="to-1" name="to">(.*?)</select>', page, re.DOTALL)
    assert menu is not None
    offered = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', menu[1])
    first = [tag for tag, _ in offered if tag in TRANSLATED]
    assert [tag for tag, _ in offered[: len(first)]] == first
    others = [html.unescape(name).casefold() for tag, name in offered if tag not in TRANSLATED]
    assert len(others) > 20
    assert others == sorted(others)


def test_one_that_is_not_finished_says_so(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    half = ["" if number else "first" for number, _ in enumerate(texts(filled))]
    assert save(desk, filled, texts=half).json["complete"] is False
    shown = desk.get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert ("not finished" in shown, "not translated yet" in shown) == (True, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"texts": ["one too few"]}, 409), ({"texts": [" "]}, 409), ({"lang": "x y"}, 409), ({"texts": "a"}, 400),
     ({"texts": [7]}, 400), ({"method": "guess"}, 400), ({"lang": 7}, 400), ({"translator": None}, 400),
     ({"seen": None}, 400), ({"seen": [7]}, 400), ({"seen": ["ab" * 16]}, 409), ({"draft": None}, 400)],
)  # fmt: skip
def test_bad_input_writes_nothing(
    changes: dict[str, Any], status: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    assert save(desk, filled, **changes).status_code == status
    assert fields(desk.get(f"/en{address(filled)}/fr").text) == ["" for _ in texts(filled)]


def test_a_text_that_is_too_long_is_refused_in_a_sentence_and_never_cut_by_the_browser(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    fields = re.findall(r"<textarea[^>]*>", desk.get(f"/en{address(filled)}/fr").text)
    assert fields
    assert not [field for field in fields if "maxlength" in field]
    long = ["l" * 90_000, *texts(filled)[1:]]
    assert save(desk, filled, texts=long).status_code == 200
    too_long = save(desk, filled, texts=["l" * 400_001, *long[1:]])
    assert "This translation is too long" in too_long.json["sentence"]


def test_one_that_came_after_the_page_was_opened_still_stands(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, both = browser("lawyer"), "Two desks translated into this language"
    opened = seen(desk, filled)
    assert save(desk, filled).status_code == 200
    mine = save(desk, filled, texts=texts(filled, "mine"), seen=opened)
    assert mine.status_code == 200
    page = desk.get(f"/en{address(filled)}/fr").text
    assert (both in page, len(seen(desk, filled))) == (True, 2)
    assert save(desk, filled).status_code == 200
    assert both not in desk.get(f"/en{address(filled)}/fr").text


def test_what_is_not_there_is_not_translated(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    tid = filled.tid(EVERYTHING)
    for path in (f"{address(filled)}/x y", f"/testimony/{tid}/translate/none/fr",
                 f"/testimony/{'0' * 32}/translate/said-1/fr"):  # fmt: skip
        assert desk.get(f"/en{path}").status_code == 404, path
    assert desk.get(f"/en{address(filled)}?to=//evil").status_code == 400


def test_a_page_keeps_its_language_when_a_translation_begins(browser: Callable[..., Browser], filled: Filled) -> None:
    """Also where the browser asks for another one."""
    page = browser("lawyer").get(f"/ar/testimony/{filled.tid(EVERYTHING)}", headers={"Accept-Language": "en"}).text
    (action,) = set(re.findall(r'action="([^"]*/translate/[^"]*)"', page))
    chosen = browser("lawyer").get(f"{action}?to=fr", headers={"Accept-Language": "en"})
    assert chosen.location == f"/ar{address(filled)}/fr"


def test_neither_a_coordinator_nor_a_locked_desk_translates(browser: Callable[..., Browser], filled: Filled) -> None:
    coordinator, locked = browser("coordinator"), browser("lawyer", unlocked=False)
    assert coordinator.get(f"/en{address(filled)}/fr").status_code == 403
    assert save(coordinator, filled).status_code == 403
    assert save(locked, filled).status_code == 423


def test_what_was_withdrawn_is_not_translated(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert save(desk, filled).status_code in {404, 409}


def test_hostile_words_stay_words(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    evil = '</textarea><script>alert(1)</script>"\u202e=1+1'
    save(desk, filled, texts=[evil for _ in texts(filled)], translator="<b>x</b>")
    for page in (f"/en{address(filled)}/fr", f"/en/testimony/{filled.tid(EVERYTHING)}"):
        shown = desk.get(page).text
        assert "<script>alert" not in shown
        assert "<b>x" not in shown
        assert html.escape(evil, quote=False).split('"')[0] in shown.replace("&#34;", '"').replace("&#39;", "'")


def test_a_key_that_opens_no_narrative_translates_none(browser: Callable[..., Browser], filled: Filled) -> None:
    """The witness agreed to numbers alone."""
    assert browser("lawyer").get(f"/en{address(filled, NUMBERS)}/fr").status_code == 404


@pytest.mark.browser
def test_words_are_saved_by_button_by_keyboard_and_before_the_desk_locks(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    served = serve("lawyer")
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    here = f"{served.address}/en{address(filled)}/ar"
    page.goto(here)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    page.locator("textarea").first.fill("جاءوا ليلاً")
    assert page.locator("[data-said]").inner_text() == "Not saved yet"
    page.locator("[data-act=save]").click()
    page.wait_for_selector("[data-said].good")
    expect(page.locator("[data-said]")).to_be_in_viewport(ratio=1)
    back = page.locator("main").get_by_role("link", name="Back to the testimony")
    assert back.get_attribute("href") == f"/en/testimony/{filled.tid(EVERYTHING)}"
    page.locator("textarea").first.fill("جاءوا في الليل")
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-said].good")
    page.locator("textarea").first.fill("جاءوا في ليلة باردة")
    page.click("text=Lock")
    page.wait_for_url("**/unlock")
    page.fill("input[type=password]", passphrase_of(organisation, "lawyer-1"))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tid]")
    page.goto(here)
    assert page.locator("textarea").first.input_value() == "جاءوا في ليلة باردة"
    assert page.locator("textarea").first.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.goto(f"{served.address}/en/testimony/{filled.tid(EVERYTHING)}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    context.close()
