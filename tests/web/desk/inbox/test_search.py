"""Search at a desk: finds in every language, tells nobody, forgets with the key, and never what was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect

from testimony import canonical
from testimony.domain.testimony import translation
from testimony.services.custody import log as custody_log
from testimony.station.station import Station
from testimony.web.desk.inbox import search as inbox_search
from tests.support.journeys.desks import Desk, open_from_menu
from tests.support.web.browser import EVERYTHING, Browser, Filled, Served, passphrase_of
from tests.support.web.browsers import axe

CANARY = "heron-seventeen"


def ask(desk: Browser, words: str) -> Any:
    return desk.post_json("/search", {"words": words}).json


def found(desk: Browser, words: str) -> list[str]:
    return [hit["address"].rsplit("/", 1)[1] for hit in ask(desk, words)["hits"]]


def test_a_word_is_found_however_it_is_spelt(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert found(desk, "الغابه") == found(desk, "الغابة") == [tid]
    (hit,) = ask(desk, "الغابة")["hits"]
    assert (hit["lang"], hit["dir"], hit["found"]) == ("ar", "rtl", "الغابة.")
    assert hit["before"].endswith("عبر ")
    assert found(desk, "nobody-said-this") == found(desk, "  ") == []


def test_all_words_must_be_said_and_a_phrase_as_it_stands(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert found(desk, "الغابة سبعة") == [tid]
    assert found(desk, "الغابة nobody") == []
    assert found(desk, '"سبعة أشخاص"') == [tid]
    assert found(desk, '"أشخاص سبعة"') == []


def test_a_translation_is_found_and_the_one_that_it_replaced_is_not(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    spans, seen = translation.spans(filled.told[EVERYTHING]["text"]), []
    for word in ("forêt", CANARY):
        body = {"lang": "fr", "method": "person", "translator": "", "texts": [word for _ in spans]}
        answer = desk.post_json(f"/testimony/{tid}/translate/s1", body | {"seen": seen, "draft": ""})
        assert answer.status_code == 200
        seen = answer.json["seen"]
        assert found(desk, word) == [tid]
    assert found(desk, "foret") == []


def test_what_was_withdrawn_is_found_no_more(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert found(desk, "الغابة") == [tid]
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert found(desk, "الغابة") == []


def test_it_reads_on_while_it_is_asked_and_says_how_far_it_is(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_search, "AT_ONCE", 0.0)
    monkeypatch.setattr("testimony.services.inbox.search.CHUNK", 1)
    desk = browser("lawyer")
    states = [ask(desk, "الغابة") for _ in range(len(filled.sealed) + 1)]
    assert [state["read"] for state in states] == [*range(1, len(filled.sealed) + 1), len(filled.sealed)]
    assert {state["total"] for state in states} == {len(filled.sealed)}


def test_the_desks_log_says_that_it_was_searched_and_not_for_what(
    browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled
) -> None:
    desk = browser("lawyer")
    for _ in range(3):
        ask(desk, CANARY)
    station = opened("lawyer")
    with station.database.reading() as session:
        said = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, 0, 1000)]
    assert [(one["kind"], one["by"]) for one in said if one["kind"] == "searched"] == [("searched", "lawyer-1")]
    for path in station.settings.home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("words", [None, 7, [], "x" * 501])
def test_what_is_no_question_is_refused(words: Any, browser: Callable[..., Browser]) -> None:
    assert browser("lawyer").post_json("/search", {"words": words}).status_code == 400


def test_neither_a_coordinator_nor_a_locked_desk_searches(browser: Callable[..., Browser]) -> None:
    assert browser("coordinator").post_json("/search", {"words": "a"}).status_code == 403
    assert browser("lawyer", unlocked=False).post_json("/search", {"words": "a"}).status_code == 423


def test_nothing_that_was_opened_outlives_the_key(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    ask(desk, "الغابة")
    held = desk.app.extensions["testimony.key"]
    assert held.words.search("الغابة")
    desk.post("/lock")
    assert not held.words.search("الغابة")


@pytest.mark.browser
def test_words_are_in_no_address_and_every_hit_leads_to_its_testimony(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    served = serve("lawyer")
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    open_from_menu(page, "Search")
    page.fill("#words", "الغابه")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-hits] mark")
    assert page.url == f"{served.address}/en/search"
    assert page.inner_text("[data-said]") == "Testimonies that say it: 1."
    assert page.locator(".hit").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not axe.violations(page)
    page.click("[data-hits] a")
    page.wait_for_url(f"**/testimony/{filled.tid(EVERYTHING)}")
    page.go_back()
    page.fill("#words", "nobody said this")
    page.click("[data-act=find]")
    expect(page.locator("[data-said]")).to_have_text("No results")
    context.close()
