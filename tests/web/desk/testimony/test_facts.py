"""The codes of a testimony stand on its page once each, with what lawyers corrected and what supports them."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable

from tests.support.web.browser import EVERYTHING, Browser, Filled


def page(desk: Browser, tid: str) -> str:
    return html.unescape(desk.get(f"/en/testimony/{tid}").text)


def row(text: str, field: str) -> str:
    return text.split(f'<tr role="row" data-field="{field}"')[1].split("</tr>")[0]


def test_each_code_and_each_use_stands_there_once(browser: Callable[..., Browser], filled: Filled) -> None:
    for role in ("lawyer", "coordinator"):
        text = page(browser(role), filled.tid(EVERYTHING))
        fields = Counter(re.findall(r'data-field="([\w-]+)"', text))
        assert len(fields) > 20, role
        assert {name for name, times in fields.items() if times > 1} == set()
        uses = Counter(re.findall(r'<li data-purpose="(\w+)"', text))
        assert set(uses.values()) == {1}


def test_what_the_coded_account_says_otherwise_stands_behind_the_exact_answer(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    tid = filled.tid(EVERYTHING)
    exact = row(page(browser("lawyer"), tid), "i_date")
    assert re.findall(r'data-sealed="([a-z ]+)"', exact) == ["incident", "coded"]
    same = row(page(browser("lawyer"), tid), "w_age")
    assert re.findall(r'data-sealed="([a-z ]+)"', same) == ["incident coded"]
    coarse = row(page(browser("coordinator"), tid), "i_date")
    assert re.findall(r'data-sealed="([a-z ]+)"', coarse) == ["coded"]


def test_a_correction_and_its_passage_stand_in_the_row_of_the_code(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert "As corrected" not in page(desk, tid)
    said = {"field": "w_nat", "answer": {"value": "ERI"}, "reason": "misheard", "seen": []}
    assert desk.post_json(f"/testimony/{tid}/coding/correct", said).status_code == 200
    marked = {"field": "w_nat", "passages": [{"statement": "s1", "start": 0, "end": 10}]}
    assert desk.post_json(f"/testimony/{tid}/coding/passages", marked).status_code == 200
    found = row(page(desk, tid), "w_nat")
    assert all(words in found for words in ("Syria", "Eritrea", "lawyer-1", f"/testimony/{tid}/coding#said-1")), found
    assert "Eritrea" not in row(page(desk, tid), "w_age")
