"""A testimony's page leads to the ones before and after it, in the order and with the filters of the list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.web.browser import EVERYTHING, Browser, Filled


def listed(desk: Browser, query: str = "") -> list[str]:
    return re.findall(r'<tr data-tid="([0-9a-f]{32})"', desk.get(f"/en/{query}").text)


def beside(desk: Browser, tid: str) -> dict[str, str]:
    """Which way -> which testimony."""
    found = re.findall(r'href="/en/testimony/([0-9a-f]{32})" rel="(\w+)"', desk.get(f"/en/testimony/{tid}").text)
    return {way: other for other, way in found}


def walked(desk: Browser, first: str) -> list[str]:
    tids = [first]
    while (after := beside(desk, tids[-1]).get("next")) is not None:
        tids.append(after)
    return tids


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
@pytest.mark.parametrize("query", ["?sort=arrival", "?sort=number&turned=yes"])
def test_it_follows_the_order_of_the_list(role: str, query: str, browser: Callable[..., Browser]) -> None:
    desk = browser(role)
    tids = listed(desk, query)
    assert len(tids) == 5
    assert walked(desk, tids[0]) == tids
    assert beside(desk, tids[0]) == {"next": tids[1]}
    assert beside(desk, tids[4]) == {"prev": tids[3]}


def test_it_follows_the_filters_and_what_they_leave_out_by_now_keeps_its_place(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    tids = listed(desk, "?state=new")
    desk.post(f"/testimony/{tids[2]}/review/move", {"to": "in_review", "lang": "en"})
    assert beside(desk, tids[2]) == {"prev": tids[1], "next": tids[3]}, "the reader goes on from where they are"
    assert beside(desk, tids[1]) == {"prev": tids[0], "next": tids[3]}, "and does not come back to it"


def test_words_of_the_list_count_too(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    desk.post_json("/inbox/rows", {"question": {}, "words": "الغابه", "page": 0, "read": True})
    assert beside(desk, tid) == {}
