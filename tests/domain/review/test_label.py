"""Private labels: one harmless line, of which the later one stands and the earlier ones stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.review.label import LONGEST, Label, Signed, history

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


def label(number: int, text: str = "red jacket", *after: Signed, minutes: int = 0, who: str = "lawyer-1") -> Signed:
    seen = frozenset(one.label.id for one in after)
    at = NOON + timedelta(minutes=minutes)
    return Signed(label=Label(id=f"{number:032x}", of="a" * 64, text=text, at=at, after=seen), signer=who)


def texts(*said: Signed) -> list[str]:
    return [one.label.text for one in history(said)]


def test_what_was_said_is_read_again() -> None:
    one = label(2, "کاپشن قرمز", label(1)).label
    assert Label.parse(one.to_value()) == one
    assert Label.parse(one.to_value() | {"text": "  a \n b\u202e "}).text == "a b"


@pytest.mark.parametrize(
    "change",
    [{"text": "x" * (LONGEST + 1)}, {"text": None}, {"of": "x"}, {"id": 7}, {"at": "2026-01-20"}, {"at": 7},
     {"after": [7]}, {"after": None}],
)  # fmt: skip
def test_what_is_no_label_cannot_be_read(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Label.parse(label(1).label.to_value() | change)


def test_of_two_desks_the_later_one_stands_in_whatever_order_they_come() -> None:
    first = label(9, "first")
    early, late = label(5, "early", first, minutes=1), label(3, "late", first, minutes=2, who="lawyer-2")
    for order in permutations((first, early, late)):
        assert texts(*order) == ["first", "early", "late"]


def test_who_had_seen_a_label_replaces_it_whatever_their_clock_says() -> None:
    first = label(1, "first", minutes=60)
    assert texts(first, label(2, "", first, minutes=-60)) == ["first", ""]


def test_two_different_ones_of_one_id_count_for_nothing() -> None:
    assert texts(label(1, "one"), label(1, "two"), label(2, "three")) == ["three"]
    assert texts(label(1, "one"), label(1, "one")) == ["one"]
