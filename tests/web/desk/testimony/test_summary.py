"""How the interview was held is seen at a glance, and what a lawyer must look at stands out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from testimony.web.desk.testimony.summary import Glance, glance
from tests.support.services.desks import circumstances
from tests.support.web.browser import EVERYTHING, Browser, Filled


@pytest.fixture
def seen(app: Callable[[str], Flask]) -> Callable[..., Glance]:
    def look(**changes: Any) -> Glance:
        with app("lawyer").test_request_context("/en/"), force_locale("en"):
            return glance(circumstances(mode="oral") | changes, "en")

    return look


def tones(found: Glance) -> dict[str, str]:
    return {one.field: one.tone for one in found.facts}


def test_what_went_as_it_should_is_quiet(seen: Callable[..., Glance]) -> None:
    found = seen()
    assert found.obstacles == []
    assert {field for field, tone in tones(found).items() if tone == "warn"} <= {"wording"}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"present": ["officer"]}, "cs_present", "An officer is present"),
        ({"interpreter": {"used": True, "officer": True, "oath": True}}, "interpreter", "An officer is present"),
        ({"interpreter": {"used": True, "officer": False}}, "interpreter", ""),
        ({"told": ["who"]}, "told", "was not said yet"),
        ({"teach_back": {"q1": "not"}}, "taught", "in their own words"),
        ({"capacity": ["intoxicated"]}, "cs_capacity", "cannot decide freely"),
        ({"incentive": "money"}, "cs_incentive", "transport, food and drink"),
        ({"age": "minor"}, "cs_age", "guardian must agree"),
        ({"script": {"lang": "ps", "draft": True}}, "wording", "second speaker"),
    ],
)
def test_what_must_be_looked_at_stands_out(
    changes: dict[str, Any], field: str, words: str, seen: Callable[..., Glance]
) -> None:
    found = seen(**changes)
    assert tones(found)[field] in ("warn", "none")
    assert words in " ".join(found.obstacles)


def test_what_was_not_said_is_named(seen: Callable[..., Glance]) -> None:
    told = next(one for one in seen(told=["who"]).facts if one.field == "told")
    assert (told.values[0].text, len(told.more)) == ("1 of 15", 14)


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], {"used": 7}, {"lang": 7}, [["x"]]])
@pytest.mark.parametrize(
    "name", ["present", "interpreter", "told", "teach_back", "script", "capacity", "incentive", "age", "mode"]
)
def test_anything_that_a_phone_sealed_can_be_looked_at(name: str, value: Any, seen: Callable[..., Glance]) -> None:
    assert seen(**{name: value}).facts


def test_it_stands_with_the_consent_on_the_page(browser: Callable[..., Browser], filled: Filled) -> None:
    for role in ("lawyer", "coordinator"):
        page = browser(role).get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
        assert len(re.findall(r"data-fact=", page)) == 9
        assert "15 of 15" in page
