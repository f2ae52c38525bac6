"""The list's pages: a table, filters by address and by script, words in no address, forgotten at lock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS, in_own_digits
from testimony.station.station import Station
from testimony.web.desk.inbox import inbox
from tests.support.each_time import each_time
from tests.support.web.browser import EVERYTHING, LAWYERS, NUMBERS, Browser, Filled

CANARY = "heron-nineteen"


def ask(desk: Browser, words: str = "", *, page: int = 0, **question: Any) -> Any:
    answer = desk.post_json("/inbox/rows", {"question": question, "words": words, "page": page, "read": True})
    assert answer.status_code == 200, answer.text
    return answer.json


def found(desk: Browser, words: str = "", **question: Any) -> list[str]:
    return [row["tid"] for row in ask(desk, words, **question)["rows"]]


def listed(desk: Browser, query: str = "") -> list[str]:
    return re.findall(r'data-tid="([0-9a-f]{32})"', desk.get(f"/en/{query}").text)


def test_it_is_a_table_of_which_each_row_leads_to_its_testimony(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser("lawyer").get("/en/").text
    assert page.count("<table") == 1
    assert page.count('scope="col"') == 7
    for number in range(5):
        tid = filled.tid(number)
        row = re.findall(rf'<tr data-tid="{tid}".*?</tr>', page, re.DOTALL)
        assert len(row) == 1
        assert f'href="/en/testimony/{tid}"' in row[0]


def test_page_and_script_are_told_the_same(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    page = desk.get("/en/").text
    for row in ask(desk)["rows"]:
        (drawn,) = re.findall(rf'<tr data-tid="{row["tid"]}".*?</tr>', page, re.DOTALL)
        cells = dict(re.findall(r'data-cell="(\w+)"[^>]*>(.*?)</td>', drawn, re.DOTALL))
        for name, pieces in row["cells"].items():
            assert re.findall(r"<span[^>]*>(.*?)</span>", cells[name]) == [
                one["text"].replace("&", "&amp;") for one in pieces
            ]


def test_filters_go_by_address_and_by_script(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    expected = {filled.tid(number) for number in (EVERYTHING, NUMBERS)}
    assert expected <= set(listed(desk, "?consent=release"))
    assert filled.tid(LAWYERS) not in listed(desk, "?consent=release")
    assert set(found(desk, consent="release")) == set(listed(desk, "?consent=release"))
    assert listed(desk, "?language=ar") == found(desk, language="ar") == [filled.tid(EVERYTHING)]
    assert listed(desk, "?language=ar&state=cleared") == []
    assert len(listed(desk, "?place=a-name&nonsense=1")) == 5, "what is no code asks for nothing"


def test_who_agreed_to_one_use_for_one_recipient_is_found_among_the_filters(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, use = browser("lawyer"), "P07 mechanism"
    agreed = listed(desk, "?consent=P07+mechanism")
    assert found(desk, consent=use) == agreed
    assert filled.tid(EVERYTHING) in agreed
    assert filled.tid(LAWYERS) not in agreed
    offered = dict(ask(desk)["choices"]["consent"])
    assert {"release", use, "P06 public"} <= offered.keys()
    assert not {one for one in offered if one.startswith(("P01", "P04"))}, "release and lawyers say those already"
    assert "(\u2068the monitoring mechanism\u2069)" in offered[use], "in words, and no code"
    before = listed(desk, "?consent=P06+public")
    assert filled.tid(EVERYTHING) in before
    desk.post(
        f"/testimony/{filled.tid(EVERYTHING)}/consent/say",
        {"act": "HOLD", "about": "P06 public", "reason": "danger", "lang": "en"},
    )
    assert filled.tid(EVERYTHING) not in listed(desk, "?consent=P06+public")


def test_who_tells_of_an_act_at_one_border_in_one_month_is_found_by_script_alone(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    choices = ask(desk)["choices"]
    (act, words), *_ = choices["act"]
    month = next(code for code, _ in choices["month"] if len(code) == 7)
    both = set(found(desk, month=month)) & set(found(desk, act=act))
    assert both
    assert set(found(desk, month=month, act=act)) == both
    assert found(desk, act="fell_from_use") == []
    page = desk.get("/en/").text
    assert 'id="ask-act"' in page
    assert 'name="act"' not in page.split("data-asking")[1].split("</form>")[0]
    assert len(listed(desk, f"?act={act}&month={month}")) == 5, "no address asks for them"
    assert words != act


def test_words_go_with_the_filters_and_into_no_address(
    browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert found(desk, "الغابه") == [tid]
    assert found(desk, "الغابه", language="fr") == []
    assert found(desk, CANARY) == []
    page = desk.get("/en/").text
    assert CANARY in page, "whoever comes back finds the question"
    assert not [address for address in re.findall(r'(?:href|action)="([^"]*)"', page) if CANARY in address]
    for path in opened("lawyer").settings.home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


def test_the_last_question_is_there_again_until_the_key_is_locked(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    assert found(desk, language="ar") == listed(desk) == [filled.tid(EVERYTHING)]
    held = desk.app.extensions["testimony.key"]
    desk.post("/lock")
    assert held.asked is None
    assert held.inbox.rows() == []


@pytest.mark.parametrize(
    "body",
    [
        {"question": {"place": "a person"}},
        {"question": {"who": "x"}, "words": 7},
        {"question": []},
        {"words": "x" * 501},
        {"page": -1},
        {"page": "1"},
    ],
)
def test_what_is_no_question_is_refused(body: Any, browser: Callable[..., Browser]) -> None:
    assert browser("lawyer").post_json("/inbox/rows", body).status_code == 400


def test_a_coordinator_asks_by_code_and_searches_no_words(browser: Callable[..., Browser]) -> None:
    desk = browser("coordinator")
    assert len(found(desk, consent="release")) >= 2
    assert desk.post_json("/inbox/rows", {"words": "forest"}).status_code == 400
    assert 'id="ask-words"' not in desk.get("/en/").text
    assert desk.post_json("/inbox/acts", {"tids": ["0" * 32], "act": "take"}).status_code == 403


def test_it_comes_in_pages(browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE", 2)
    desk = browser("lawyer")
    pages = [ask(desk, page=page) for page in range(3)]
    assert [len(page["rows"]) for page in pages] == [2, 2, 1]
    assert {page["pages"] for page in pages} == {3}
    assert len({row["tid"] for page in pages for row in page["rows"]}) == 5
    assert len(listed(desk, "?page=2")) == 1


def test_the_list_is_usable_while_testimonies_are_opened(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 1e-9)
    monkeypatch.setattr("testimony.services.inbox.inbox.CHUNK", 1)
    desk = browser("lawyer")
    page = desk.get("/en/").text
    assert "Opened so far: 1 of 5." in page
    assert len(re.findall('data-tid="', page)) == 5
    assert [ask(desk)["read"] for _ in range(5)] == [2, 3, 4, 5, 5]
    assert "Opened so far: 5" not in desk.get("/en/").text


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
def test_it_comes_up_in_every_language_of_desks(lang: str, role: str, browser: Callable[..., Browser]) -> None:
    desk = browser(role)
    page = desk.get(f"/{lang}/")
    assert page.status_code == 200
    assert "data-inbox" in page.text
    counted = page.text.split("data-said>")[1].split("</p>")[0]
    assert f"{in_own_digits('5', lang)} " in counted, "numbers are in the digits of the language"


def test_the_search_of_the_list_finds_codes_by_their_words_notes_and_ids(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert tid in found(desk, "croatia"), "a border by its name"
    assert tid in found(desk, "land or river"), "a kind of incident by its label"
    assert found(desk, tid[:8]) == [tid]
    assert found(desk, f"{tid[:8]} nowhere") == []
    assert found(desk, CANARY) == []
    month = next(row["rest"].partition(" · ")[0] for row in ask(desk)["rows"] if row["tid"] == tid)
    assert (tid in found(desk, f"croatia {month}"), found(desk, "croatia january 1999")) == (True, []), "as it is shown"
    note = {"note": "", "text": f"Ask about the {CANARY}.", "lang": "und", "place": None}
    assert desk.post_json(f"/testimony/{tid}/notes", note).status_code == 200
    assert found(desk, CANARY) == [tid]


def test_the_answer_counts_each_state_and_offers_what_is_here(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    answer = ask(desk, language="ar", state="cleared")
    assert (answer["found"], answer["states"]) == (0, {"": 1, "new": 1})
    assert ["ar", "Arabic"] in answer["choices"]["language"]


def test_each_active_filter_can_be_taken_away_alone_and_all_at_once(browser: Callable[..., Browser]) -> None:
    page = browser("lawyer").get("/en/?language=ar&consent=release").text
    chips = dict(re.findall(r'<a class="chip" href="([^"]*)" data-chip="(\w+)"', page))
    assert {name: address for address, name in chips.items()} == {
        "language": "/en/?sort=arrival&amp;consent=release",
        "consent": "/en/?sort=arrival&amp;language=ar",
    }
    assert re.search(r'class="clear" href="/en/\?sort=arrival" data-act="clear">', page), "not hidden"
