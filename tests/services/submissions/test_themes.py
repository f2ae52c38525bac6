"""Counts by theme: what is small, or would tell what is small, is blank; what is no code of ours is not counted."""

from __future__ import annotations

import pytest

from testimony.services.submissions import themes
from testimony.services.submissions.themes import UNKNOWN


@pytest.mark.parametrize(
    ("counts", "several", "shown"),
    [
        ({"yes": 5, "no": 4}, False, {"yes": 5, "no": 4}),
        ({"yes": 8, "no": 1}, False, {"yes": None, "no": None}),
        ({"yes": 9}, False, {"yes": 9}),
        ({"yes": 2}, False, {"yes": None}),
        ({"beat": 6, "dog": 2}, True, {"beat": 6, "dog": None}),
        ({"beat": 8}, True, {"beat": None}),
        ({"beat": 9}, True, {"beat": 9}),
    ],
)
def test_no_number_is_shown_that_is_small_or_tells_a_small_one(
    counts: dict[str, int], several: bool, shown: dict[str, int | None]
) -> None:
    assert themes.visible(counts, 9, several=several) == shown


def test_a_word_that_a_dishonest_phone_sealed_in_place_of_a_code_is_not_counted() -> None:
    found = themes.count([{"a_expr": {"value": "Sam Example"}}] * 4 + [{"a_expr": {"value": "yes"}}] * 4)
    assert "Sam Example" not in str(found)
    asylum = next(one for one in found if one.code == "T03")
    assert [one.counts for one in asylum.questions if one.field == "a_expr"] == [(("yes", 4), (UNKNOWN, 4))]
    assert asylum.told == 4


def test_lawyers_count_what_coordinators_never_get() -> None:
    found = themes.count([{"w_vuln": {"value": ["preg"]}}] * 5)
    assert [(one.code, one.told) for one in found] == [("T17", 5)]
    assert [one.counts for one in found[0].questions] == [(("preg", 5),)]


def test_a_theme_on_which_nobody_said_anything_is_left_out() -> None:
    assert [one.code for one in themes.count([{"d_dead": {"missing": "nask"}}] * 5)] == []
