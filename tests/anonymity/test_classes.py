"""No class leaves that could point to somebody, whatever the rows and in whatever order they come."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.anonymity.classes import Row, partition

MARKS = ("beaten", "dogs")


def row(label: str = "2026", person: object = 0, incident: object = 0, marks: tuple[str, ...] = ()) -> Row:
    return Row(labels=(label,), marks=frozenset(marks), person=str(person), incident=str(incident))


def people(number: int, **kwargs: object) -> list[Row]:
    return [row(person=index, incident=index % 2, **kwargs) for index in range(number)]  # type: ignore[arg-type]


rows_of_anything = st.lists(
    st.builds(
        row,
        label=st.sampled_from(["2024", "2025", "missing"]),
        person=st.integers(0, 8),
        incident=st.integers(0, 3),
        marks=st.sets(st.sampled_from(MARKS)).map(tuple),
    ),
    max_size=40,
)


@given(rows_of_anything)
def test_every_class_that_leaves_has_enough_persons_and_incidents(rows: list[Row]) -> None:
    found = partition(rows, marks=MARKS, k=5, m=2, blank_below=3)
    for line in found.rows:
        members = [one for one in rows if one.labels == line.labels]
        assert len({one.person for one in members}) >= 5
        assert len({one.incident for one in members}) >= 2
        assert line.n == len(members)
        for mark in MARKS:
            seen = sum(mark in one.marks for one in members)
            assert line.counts[mark] == (seen if seen >= 3 else None)


@given(rows_of_anything, st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[Row], dice: random.Random) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)
    first, second = (partition(one, marks=MARKS, k=5, m=2, blank_below=3) for one in (rows, shuffled))
    assert (first.rows, first.persons) == (second.rows, second.persons)


@given(rows_of_anything)
def test_members_are_the_rows_of_the_classes_that_leave(rows: list[Row]) -> None:
    found = partition(rows, marks=MARKS, k=5, m=2, blank_below=3)
    leaving = {line.labels for line in found.rows}
    assert sorted(found.members) == [index for index, one in enumerate(rows) if one.labels in leaving]


@pytest.mark.parametrize(("number", "leaves"), [(4, False), (5, True), (6, True)])
def test_five_persons_are_the_least(number: int, leaves: bool) -> None:
    assert bool(partition(people(number), marks=MARKS, k=5, m=2, blank_below=3).rows) is leaves


def test_one_person_many_times_is_one_person() -> None:
    rows = [row(person="same", incident=index) for index in range(30)]
    found = partition(rows, marks=MARKS, k=5, m=2, blank_below=3)
    assert not found.rows
    assert found.persons == (1,)


def test_many_people_out_of_one_van_are_one_incident() -> None:
    rows = [row(person=index, incident="van") for index in range(30)]
    assert not partition(rows, marks=MARKS, k=5, m=2, blank_below=3).rows


def test_missing_is_a_class_of_its_own_and_joins_no_other() -> None:
    rows = [*people(9), row(label="missing", person="x")]
    found = partition(rows, marks=MARKS, k=5, m=2, blank_below=3)
    assert [line.labels for line in found.rows] == [("2026",)]
    assert found.persons == (1,)


@pytest.mark.parametrize(("seen", "shown"), [(0, None), (1, None), (2, None), (3, 3), (4, 4)])
def test_a_count_below_three_is_blank_and_so_is_none(seen: int, shown: int | None) -> None:
    rows = people(9 - seen) + [row(person=f"m{index}", incident=index, marks=("dogs",)) for index in range(seen)]
    (line,) = partition(rows, marks=MARKS, k=5, m=2, blank_below=3).rows
    assert line.counts["dogs"] == shown


def test_no_rows_no_classes() -> None:
    found = partition([], marks=MARKS, k=5, m=2, blank_below=3)
    assert (found.rows, found.members, found.persons) == ((), (), ())
