"""The review on a desk's pages: buttons for what is possible, a list by state, and nothing for who may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.web.browser import EVERYTHING, NUMBERS, Browser, Filled


def move(desk: Browser, tid: str, to: str) -> Any:
    return desk.post(f"/testimony/{tid}/review/move", {"to": to, "lang": "en"})


def section(desk: Browser, tid: str) -> str:
    text = desk.get(f"/en/testimony/{tid}").text
    return str(text.split('data-section="review"')[1].split("</section>")[0])


def state(desk: Browser, tid: str) -> str:
    return re.findall(r'data-review="(\w+)"', section(desk, tid))[0]


def offered(desk: Browser, tid: str) -> list[str]:
    return re.findall(r'<button name="to" value="(\w+)"', desk.get(f"/en/testimony/{tid}").text)


def listed(desk: Browser, query: str) -> list[str]:
    return re.findall(r'data-tid="([0-9a-f]{32})"', desk.get(f"/en/{query}").text)


def test_a_lawyer_sees_where_it_may_go_and_moves_it_there(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert (state(desk, tid), offered(desk, tid)) == ("new", ["in_review"])
    assert move(desk, tid, "in_review").location.endswith(f"/en/testimony/{tid}#review")
    assert (state(desk, tid), offered(desk, tid)) == (
        "in_review",
        ["cleared", "needs_information", "not_for_release"],
    )
    assert move(desk, tid, "cleared").status_code == 303
    assert (state(desk, tid), offered(desk, tid)) == ("in_review", ["needs_information", "not_for_release"])
    assert "data-second" in section(desk, tid)
    assert re.findall(r'data-act="([\w-]+)"', section(desk, tid)) == ["MOVE-in_review", "MOVE-cleared"]


def test_what_is_not_possible_from_here_is_said_and_nothing_is_written(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    answer = move(desk, tid, "cleared")
    assert (answer.status_code, "stands elsewhere by now" in answer.text) == (409, True)
    assert move(desk, tid, "gone").status_code == 400
    assert move(desk, "0" * 32, "in_review").status_code == 404
    assert 'class="timeline"' not in section(desk, tid)


def test_a_coordinator_sees_the_state_and_moves_nothing(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("coordinator"), filled.tid(EVERYTHING)
    assert (state(desk, tid), offered(desk, tid)) == ("new", [])
    assert move(desk, tid, "in_review").status_code == 403


def test_it_is_given_to_somebody(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert desk.post(f"/testimony/{tid}/review/assign", {"to": "lawyer-2", "lang": "en"}).status_code == 303
    assert "given to lawyer-2" in section(desk, tid)
    assert desk.post(f"/testimony/{tid}/review/assign", {"to": "coordinator-1", "lang": "en"}).status_code == 409


def test_the_list_is_asked_for_by_state(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid, other = browser("lawyer"), filled.tid(EVERYTHING), filled.tid(NUMBERS)
    everything = listed(desk, "")
    move(desk, tid, "in_review")
    assert listed(desk, "?state=in_review") == [tid]
    assert listed(desk, "?state=new") == [each for each in everything if each != tid]
    assert other in listed(desk, "?state=new")
    assert listed(desk, "?state=cleared") == []
    assert listed(desk, "?state=gone") == everything
    assert listed(desk, "?state=in_review&page=1") == [tid], "behind the last page stands the last"


def test_what_was_withdrawn_is_not_reviewed(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    answer = move(desk, tid, "in_review")
    assert answer.status_code in {404, 409}


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_the_states_are_said_in_every_language_of_desks(
    lang: str, browser: Callable[..., Browser], filled: Filled
) -> None:
    text = browser("lawyer").get(f"/{lang}/").text
    found = re.findall(r"state=(\w+)\"[^>]*>([^<]+)<", text.split("data-states")[1].split("</nav>")[0])
    assert [code for code, _ in found] == ["new", "in_review", "needs_information", "cleared", "not_for_release"]
    assert len({said for _, said in found}) == 5
