"""The fold of cases: a yes counts if it had seen every leaving; order and forged numbers say nothing."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.review.case import Act, CaseEvent, Signed, standing

COURT, MANDATE = Key(Purpose.COURT, "court-a"), Key(Purpose.UN_CASE, "mandate-b")


def said(number: int, act: Act, *after: Signed, case: Key = COURT, who: str = "anna") -> Signed:
    seen = frozenset(one.event.id for one in after)
    event = CaseEvent(id=f"{number:032x}", act=act, case=case, day=date(2026, 1, 20), after=seen)
    return Signed(event=event, signer=who)


TAKEN = said(1, Act.TAKE)
LEFT = said(2, Act.LEAVE, TAKEN)


def test_what_nobody_took_in_is_in_no_case() -> None:
    assert standing([]) == frozenset()


def test_it_is_in_a_case_until_somebody_takes_it_out_and_again_when_somebody_who_knew_takes_it_in() -> None:
    assert standing([TAKEN]) == {COURT}
    assert standing([TAKEN, LEFT]) == frozenset()
    assert standing([TAKEN, LEFT, said(3, Act.TAKE, LEFT)]) == {COURT}


def test_a_leaving_that_the_other_desk_did_not_know_of_stands() -> None:
    assert standing([TAKEN, LEFT, said(3, Act.TAKE, TAKEN, who="boris")]) == frozenset()


def test_one_case_says_nothing_about_another() -> None:
    assert standing([TAKEN, said(3, Act.TAKE, case=MANDATE), LEFT]) == {MANDATE}


def test_two_acts_of_one_number_count_for_nothing() -> None:
    assert standing([TAKEN, said(1, Act.TAKE, case=MANDATE)]) == frozenset()


@given(st.data())
def test_the_order_of_arrival_says_nothing(data: st.DataObject) -> None:
    history: list[Signed] = []
    for number in range(data.draw(st.integers(1, 9))):
        act = data.draw(st.sampled_from(Act))
        seen = data.draw(st.lists(st.sampled_from(history), unique=True)) if history else []
        history.append(said(number, act, *seen, case=data.draw(st.sampled_from((COURT, MANDATE)))))
    mixed = history * 2
    random.Random(data.draw(st.integers(0, 99))).shuffle(mixed)
    assert standing(mixed) == standing(history)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "MOVE"}, {"id": "x"}, {"purpose": "P06"}, {"purpose": "P99"}, {"recipient": ""}, {"recipient": 7},
        {"recipient": "x" * 65}, {"recipient": "../start"},
        {"day": "2026-02-30"}, {"day": 7}, {"after": None}, {"after": ["x"]}, {"after": [7]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    assert CaseEvent.parse(LEFT.event.to_value()) == LEFT.event
    with pytest.raises(EventUnreadable):
        CaseEvent.parse({**LEFT.event.to_value(), **wrong})
