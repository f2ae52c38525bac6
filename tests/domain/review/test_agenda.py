"""The fold of deadlines and tasks: nothing that is open at a desk is forgotten; order and forged ids say nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.review.agenda import LONGEST, SOON, Entry, Item, Signed, Sort, State, closing_of, fold

COURT = Key(Purpose.COURT, "court-a")
TODAY = date(2026, 1, 20)


def said(number: int, *after: Signed, who: str = "anna", item: int = 1, **more: object) -> Signed:
    seen = frozenset(one.entry.id for one in after)
    plain = {"case": COURT, "sort": Sort.DEADLINE, "what": "Send the reply", "who": "", "due": TODAY}
    plain |= {"state": State.OPEN, "day": TODAY, **more}
    return Signed(entry=Entry(id=f"{number:032x}", item=f"{item:032x}", after=seen, **plain), signer=who)  # type: ignore[arg-type]


def only(*found: Signed) -> Item:
    ((item,), _) = fold(found)
    return item


FIRST = said(1)
DONE = said(2, FIRST, state=State.DONE)


def test_what_was_said_last_counts() -> None:
    assert only(FIRST).now.state is State.OPEN
    assert only(FIRST, DONE).now.state is State.DONE
    assert only(FIRST, DONE, said(3, FIRST, DONE, state=State.OPEN)).now.state is State.OPEN


def test_what_one_desk_holds_open_is_not_done_because_another_one_that_did_not_know_says_so() -> None:
    moved = said(3, FIRST, due=TODAY + timedelta(days=2), who="boris")
    item = only(FIRST, DONE, moved)
    assert item.now == moved.entry
    assert item.others == (DONE,)


def test_of_two_days_the_nearer_counts_and_the_other_is_told() -> None:
    near, far = said(3, FIRST, due=TODAY - timedelta(days=1)), said(2, FIRST, due=TODAY + timedelta(days=9))
    item = only(FIRST, near, far)
    assert (item.now, item.others) == (near.entry, (far,))
    assert only(FIRST, near, far, said(4, FIRST, near, far)).others == ()


def test_two_desks_that_say_the_same_do_not_differ() -> None:
    assert only(FIRST, DONE, said(3, FIRST, state=State.DONE, who="boris")).others == ()


def test_two_entries_of_one_id_count_for_nothing() -> None:
    items, ignored = fold([FIRST, DONE, said(2, FIRST, state=State.DELETED)])
    assert ([one.now for one in items], ignored) == ([FIRST.entry], 2)


def test_another_case_or_sort_changes_nothing_of_an_item() -> None:
    other = said(5, FIRST, case=Key(Purpose.COURT, "court-b"), state=State.DELETED)
    task = said(6, FIRST, sort=Sort.TASK, state=State.DELETED)
    items, _ = fold([FIRST, other, task])
    assert next(one for one in items if one.now.case == COURT and one.now.sort is Sort.DEADLINE).now == FIRST.entry


@pytest.mark.parametrize(
    ("days", "near", "over"), [(-1, False, True), (0, True, False), (14, True, False), (15, False, False)]
)
def test_a_day_that_is_near_or_over_is_told_while_it_is_open(days: int, near: bool, over: bool) -> None:
    assert timedelta(days=14) == SOON
    due = TODAY + timedelta(days=days)
    item = only(said(1, due=due))
    assert (item.is_near(TODAY), item.is_over(TODAY)) == (near, over)
    done = only(said(1, due=due, state=State.DONE))
    assert (done.is_near(TODAY), done.is_over(TODAY)) == (False, False)


@given(st.data())
def test_the_order_of_arrival_says_nothing(data: st.DataObject) -> None:
    history: list[Signed] = []
    for number in range(data.draw(st.integers(1, 9))):
        seen = data.draw(st.lists(st.sampled_from(history), unique=True)) if history else []
        state, days = data.draw(st.sampled_from(State)), data.draw(st.integers(0, 3))
        item = data.draw(st.integers(1, 2))
        history.append(said(number + 1, *seen, item=item, state=state, due=TODAY + timedelta(days=days)))
    mixed = history * 2
    random.Random(data.draw(st.integers(0, 99))).shuffle(mixed)
    assert fold(mixed) == fold(history)


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""}, {"what": "x" * (LONGEST + 1)}, {"what": 7}, {"who": None}, {"who": "x" * 65}, {"due": None},
        {"due": "2026-02-30"}, {"due": 7}, {"sort": "PLAN"}, {"state": "LOST"}, {"id": "x"}, {"item": "x"},
        {"purpose": "P06"}, {"purpose": "P99"}, {"recipient": ""}, {"recipient": "x" * 201}, {"day": "x"},
        {"after": None}, {"after": ["x"]},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    assert Entry.parse(DONE.entry.to_value()) == DONE.entry
    with pytest.raises(EventUnreadable):
        Entry.parse({**DONE.entry.to_value(), **wrong})


def test_the_end_of_a_case_has_an_item_of_its_own() -> None:
    end = DONE.entry.to_value() | {"sort": "CLOSING", "item": closing_of(COURT)}
    assert Entry.parse(end).sort is Sort.CLOSING
    for wrong in ({"sort": "DEADLINE"}, {"item": f"{1:032x}"}, {"recipient": "court-b"}):
        with pytest.raises(EventUnreadable):
            Entry.parse(end | wrong)


def test_a_task_needs_no_day() -> None:
    task = said(1, sort=Sort.TASK, due=None)
    assert Entry.parse(task.entry.to_value()) == task.entry
