"""Who was told: the first day counts, a mistake stands until somebody knew of it; order and forged ids say nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.errors import EventUnreadable
from testimony.domain.review.notice import Act, Notice, Signed, standing

TODAY = date(2026, 1, 20)


def said(number: int, *after: Signed, act: Act = Act.TOLD, days: int = 0, who: str = "anna") -> Signed:
    seen = frozenset(one.notice.id for one in after)
    told = TODAY - timedelta(days=days)
    return Signed(
        notice=Notice(id=f"{number:032x}", file="f" * 32, act=act, told=told, day=TODAY, after=seen), signer=who
    )


TOLD = said(1)
MISTAKE = said(2, TOLD, act=Act.MISTAKE)


def test_nobody_was_told_until_somebody_says_so_and_the_first_day_counts() -> None:
    assert standing([]) is None
    earlier = said(3, days=4, who="boris")
    assert standing([TOLD, earlier]) == earlier


def test_after_a_mistake_they_are_to_be_told_until_somebody_who_knew_of_it_says_that_they_were() -> None:
    assert standing([TOLD, MISTAKE]) is None
    assert standing([TOLD, MISTAKE, said(3, TOLD, who="boris")]) is None
    again = said(4, TOLD, MISTAKE)
    assert standing([TOLD, MISTAKE, again]) == again


def test_two_acts_of_one_id_count_for_nothing() -> None:
    assert standing([TOLD, said(1, act=Act.MISTAKE)]) is None


@given(st.data())
def test_the_order_of_arrival_says_nothing(data: st.DataObject) -> None:
    history: list[Signed] = []
    for number in range(data.draw(st.integers(1, 8))):
        seen = data.draw(st.lists(st.sampled_from(history), unique=True)) if history else []
        act, days = data.draw(st.sampled_from(Act)), data.draw(st.integers(0, 3))
        history.append(said(number + 1, *seen, act=act, days=days))
    mixed = history * 2
    random.Random(data.draw(st.integers(0, 99))).shuffle(mixed)
    assert standing(mixed) == standing(history)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "HEARD"},
        {"id": "x"},
        {"file": 7},
        {"told": "2026-02-30"},
        {"day": None},
        {"after": 1},
        {"after": ["x"]},
    ],
)
def test_what_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    assert Notice.parse(MISTAKE.notice.to_value()) == MISTAKE.notice
    with pytest.raises(EventUnreadable):
        Notice.parse({**MISTAKE.notice.to_value(), **wrong})
