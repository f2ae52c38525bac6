"""Notes on a testimony's page: sent as JSON, shown as words, and nothing of them for who is no lawyer."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.web.browser import EVERYTHING, Browser, Filled


def write(desk: Browser, tid: str, text: Any = "Ask again.", **changes: Any) -> Any:
    body = {"note": "", "text": text, "lang": "und", "place": None}
    return desk.post_json(f"/testimony/{tid}/notes", body | changes)


def section(desk: Browser, tid: str) -> str:
    page = desk.get(f"/en/testimony/{tid}").text
    return str(page.split('data-section="notes"')[1].split("</section>")[0])


def listed(desk: Browser, tid: str) -> str:
    return section(desk, tid).split("data-list>")[1].split("</ul>")[0]


def test_a_note_is_shown_where_it_belongs_and_in_its_own_script(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert "Nothing was noted yet." in section(desk, tid)
    (first, *_rest) = re.findall(r'<option value="(\{[^"]*\})"', section(desk, tid))
    answer = write(desk, tid, "اسأل عن النهر", lang="ar", place=json.loads(html.unescape(first)))
    assert answer.json["sentence"] == "Signed and sealed to the lawyers alone."
    found = listed(desk, tid)
    assert 'lang="ar" dir="rtl" data-text>اسأل عن النهر</p>' in found
    assert "On a passage of the account" in found
    assert "<blockquote lang=" in found


def test_other_words_and_a_strike_leave_the_first_words_to_be_read(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    id = write(desk, tid, "first").json["note"]["id"]
    note = write(desk, tid, "second", note=id).json["note"]
    assert ([one["text"] for one in note["texts"]], [one["text"] for one in note["before"]]) == (["second"], ["first"])
    struck = desk.post_json(f"/testimony/{tid}/notes/strike", {"note": id}).json
    assert (struck["note"]["struck"], struck["note"]["texts"][0]["text"]) == (True, "second")
    found = listed(desk, tid)
    assert f'data-note="{id}" data-struck="yes"' in found
    assert ("first" in found, "second" in found, "crossed out by its writer" in found) == (True, True, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"text": " "}, 409), ({"text": "a" * 9_000}, 409), ({"text": 7}, 400), ({"lang": 7}, 400), ({"note": None}, 400),
     ({"note": "a" * 32}, 409), ({"lang": "x y"}, 409), ({"place": 7}, 409), ({"place": {"medium": 0, "ms": 1}}, 409)],
)  # fmt: skip
def test_bad_input_writes_nothing(
    changes: dict[str, Any], status: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert write(desk, tid, **changes).status_code == status
    assert "<li" not in listed(desk, tid)


def test_who_is_no_lawyer_sees_nothing_of_notes_and_writes_none(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    coordinator, tid = browser("coordinator"), filled.tid(EVERYTHING)
    page = coordinator.get(f"/en/testimony/{tid}").text
    assert "data-notes" not in page
    assert "js/desk/pages/testimony/notes.js" not in page
    assert write(coordinator, tid).status_code == 403
    assert coordinator.post_json(f"/testimony/{tid}/notes/strike", {"note": "a" * 32}).status_code == 403
    assert write(browser("lawyer", unlocked=False), tid).status_code == 423
    assert write(browser("lawyer"), "0" * 32).status_code == 404


def test_hostile_words_stay_words(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    write(desk, tid, '</p><script>alert(1)</script>"\u202e', place={"statement": "s1", "start": 0, "end": 4})
    assert "<script>alert" not in desk.get(f"/en/testimony/{tid}").text


def test_nothing_is_noted_on_what_was_withdrawn_and_what_stands_stays_to_be_read(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    write(desk, tid, "before")
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert write(desk, tid).status_code in {404, 409}


def test_every_field_tells_the_browser_to_keep_nothing(browser: Callable[..., Browser], filled: Filled) -> None:
    fields = re.findall(r"<(?:textarea|select)[^>]*>", section(browser("lawyer"), filled.tid(EVERYTHING)))
    assert len(fields) == 3
    assert all('autocomplete="off"' in field and " name=" not in field for field in fields)
    assert 'autocorrect="off" spellcheck="false"' in fields[0]


def test_a_note_that_is_too_long_is_refused_in_a_sentence_and_never_cut_by_the_browser(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    fields = re.findall(r"<textarea[^>]*>", desk.get(f"/en/testimony/{tid}").text)
    assert {"note-text", "question-text"} <= {id for field in fields for id in re.findall(r'id="([^"]+)"', field)}
    assert not [field for field in fields if "maxlength" in field]
    answer = write(desk, tid, "long " * 18_000)
    assert answer.status_code == 409
    assert answer.json["sentence"] == "This note is too long. Divide it; what you wrote stays on this page."
