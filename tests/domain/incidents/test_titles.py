"""Working titles: one harmless line, kept beside each other where desks differ."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.titles import LONGEST, Title, current, one_line

DAY = date(2026, 1, 20)
X, Y = "b" * 32, "c" * 32


def title(number: int, text: str = "The bridge", incident: str = X, *after: Title) -> Title:
    seen = frozenset(one.id for one in after)
    return Title(id=f"{number:032x}", incident=incident, text=text, day=DAY, after=seen)


def test_what_was_said_is_read_again() -> None:
    one = title(2, "پل روی رودخانه", X, title(1))
    assert Title.parse(one.to_value()) == one


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("  a \n b\tc\u2028d ", "a b c d"), ("\u202eevil\u2066x\u2069", "evilx"), ("nul\x00l\x1b[31m", "null[31m"),
        ("می\u200cرود", "می\u200cرود"), ("\ud800", ""), ("<b>bold</b>", "<b>bold</b>"),
    ],
)  # fmt: skip
def test_signs_that_nobody_sees_do_not_stay(told: str, kept: str) -> None:
    assert one_line(told) == kept
    assert Title.parse(title(1).to_value() | {"text": told}).text == kept


@pytest.mark.parametrize(
    "change",
    [{"text": "x" * (LONGEST + 1)}, {"text": None}, {"incident": "../x"}, {"id": 7}, {"day": "2026-99-01"},
     {"after": [7]}],
)  # fmt: skip
def test_what_is_no_title_cannot_be_read(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Title.parse(title(1).to_value() | change)


def test_of_two_desks_both_stand_until_one_had_seen_both() -> None:
    first, second, other = title(1, "One"), title(2, "Two"), title(3, "Elsewhere", Y)
    assert current([second, other, first]) == [first, second, other]
    both = title(4, "Both", X, first, second)
    assert current([both, first, second]) == [both]
    assert current([title(5, "", X, both), both]) == []


def test_a_title_of_another_incident_takes_none_away_and_two_of_one_id_count_for_nothing() -> None:
    first = title(1)
    stranger = title(2, "Two", Y, first)
    assert current([first, stranger]) == [first, stranger]
    assert current([first, title(1, "Other")]) == []
