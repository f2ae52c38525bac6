"""Two coordinators clear it; what takes back holds until both looked again, in whatever order all of it came."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.review.clearance import MOST_EVENTS, Act, ClearingEvent, Signed, content_of, events_of, fold

DAY = date(2026, 1, 20)


def act(number: int, what: Act, *after: int) -> ClearingEvent:
    return ClearingEvent(id=f"{number:032x}", act=what, day=DAY, after=frozenset(f"{one:032x}" for one in after))


def by(signer: str, event: ClearingEvent, role: str = "coordinator", *, active: bool = True) -> Signed:
    return Signed(event=event, signer=signer, role=role, active=active)


ANNA, BORIS = by("anna", act(1, Act.CLEAR)), by("boris", act(2, Act.CLEAR, 1))


def test_two_different_people_clear_it() -> None:
    assert not fold([]).cleared
    assert not fold([ANNA, by("anna", act(3, Act.CLEAR, 1))]).cleared
    assert fold([ANNA, BORIS]).cleared


def test_what_takes_back_holds_until_it_was_seen_by_both() -> None:
    back = by("carla", act(4, Act.TAKE_BACK, 1, 2))
    anew = by("anna", act(5, Act.CLEAR, 4))
    assert fold([ANNA, BORIS, back]).cleared_by == frozenset()
    assert fold([ANNA, BORIS, back, anew]).cleared_by == {"anna"}
    assert fold([ANNA, BORIS, back, anew, by("boris", act(6, Act.CLEAR, 5))]).cleared, "seen goes on"


def test_order_of_arrival_decides_nothing() -> None:
    said = [ANNA, BORIS, by("carla", act(4, Act.TAKE_BACK, 1)), by("anna", act(5, Act.CLEAR, 4))]
    assert len({fold(order) for order in itertools.permutations(said)}) == 1


@pytest.mark.parametrize("role", ["lawyer", "interviewer", "recovery", "phone", ""])
def test_nobody_but_coordinators_is_heard(role: str) -> None:
    assert not fold([ANNA, by("boris", act(2, Act.CLEAR, 1), role)]).cleared
    assert fold([ANNA, BORIS, by("dora", act(3, Act.TAKE_BACK), role)]).cleared


def test_who_left_clears_nothing_and_still_takes_back() -> None:
    assert not fold([ANNA, by("boris", BORIS.event, active=False)]).cleared
    assert not fold([ANNA, BORIS, by("carla", act(3, Act.TAKE_BACK), active=False)]).cleared


def test_another_act_of_the_same_number_undoes_nothing_that_was_taken_back() -> None:
    back, twin = by("carla", act(3, Act.TAKE_BACK)), by("boris", act(3, Act.CLEAR))
    anew = [by("anna", act(4, Act.CLEAR, 3)), by("boris", act(5, Act.CLEAR, 3))]
    assert not fold([back, twin, *anew]).cleared
    assert not fold([ANNA, by("boris", act(1, Act.CLEAR, 9))]).cleared, "two clearings of one number are none"


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"event": "CLEAR", "id": "0" * 32, "day": "2026-01-20"},
     {"event": "CLEAR", "id": "0" * 32, "day": "2026-01-20", "after": [], "words": "she"},
     {"event": "CLEAR", "id": "0" * 32, "day": "2026-02-30", "after": []},
     {"event": "CLEAR", "id": "0" * 32, "day": "2026-01-20", "after": ["one"]}],
)  # fmt: skip
def test_what_is_no_act_is_unreadable(value: Any) -> None:
    with pytest.raises(EventUnreadable):
        events_of({"kind": "coordinator-clearing", "events": [value]})


def test_an_act_is_read_as_it_was_written() -> None:
    assert events_of(content_of(BORIS.event)) == (BORIS.event,)


@pytest.mark.parametrize(("number", "may"), [(0, False), (1, True), (MOST_EVENTS, True), (MOST_EVENTS + 1, False)])
def test_an_annex_says_something_and_not_too_much(number: int, may: bool) -> None:
    said = {**content_of(ANNA.event)}
    said["events"] = [content_of(act(one + 1, Act.CLEAR))["events"][0] for one in range(number)]
    if may:
        assert len(events_of(said)) == number
    else:
        with pytest.raises(EventUnreadable):
            events_of(said)
