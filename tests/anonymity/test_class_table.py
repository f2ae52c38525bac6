"""Counts recompute, small ones are blank, and no total gives a blank away."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.class_table import BLANK_BELOW, NOT_SHOWN, ClassTable, Count, table, total
from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.profile import make
from testimony.anonymity.validity import TRUSTED
from tests.support.anonymity.frozen_profile import PROFILE, alike
from tests.support.anonymity.populations import MARKS, SCHEMA, population


def tabled(records: Sequence[Record]) -> tuple[ClassTable, dict[str, list[Record]]]:
    pool = Pool.from_records(records, SCHEMA)
    batch = walk(pool, PROFILE, name="1")
    return table(batch, pool), {one.id: [records[member] for member in one.members] for one in batch.classes}


def possible(counts: Sequence[int]) -> list[set[int]]:
    """What each blank among `counts` may be for somebody who is told everything else, the sum too: by trying all."""
    blanks = [count for count in counts if count < BLANK_BELOW]
    fits = [tried for tried in itertools.product(range(BLANK_BELOW), repeat=len(blanks)) if sum(tried) == sum(blanks)]
    return [set(one) for one in zip(*fits, strict=True)]


def people_with(mark: str, records: Sequence[Record]) -> int:
    return len({record.person for record in records if mark in record.marks})


@pytest.mark.parametrize("seed", range(4))
def test_counts_recompute(seed: int) -> None:
    found, inside = tabled(population(700, seed, recipients=True))
    for row in found.rows:
        assert row.n == len(inside[row.id])
        for mark in MARKS:
            count = people_with(mark, inside[row.id])
            hidden = NOT_SHOWN if mark in SCHEMA.stigma else None
            assert row.counts[mark] in (count, hidden)
            assert row.counts[mark] == count or count < BLANK_BELOW or hidden
    for group, totals in found.totals.items():
        lines = [inside[row.id] for row in found.rows if row.recipients == group]
        for mark, said in totals.items():
            assert said in (None, sum(people_with(mark, line) for line in lines))


def test_one_electric_shock_at_one_segment_is_said_nowhere() -> None:
    records = [*alike(9), *alike(1, start=50, marks=frozenset({"electric", "beaten"}))]
    found, _ = tabled(records)
    (row,) = found.rows
    assert row.counts["electric"] is None
    assert found.totals[()]["electric"] is None


def test_one_person_who_tells_of_one_electric_shock_three_times_is_one() -> None:
    again = alike(3, start=50, person="the same", marks=frozenset({"electric"}))
    found, _ = tabled([*alike(9), *again])
    assert [(row.n, row.counts["electric"]) for row in found.rows] == [(12, None)]
    found, _ = tabled([*alike(9), *again, *alike(2, start=70, marks=frozenset({"electric"}))])
    assert [row.counts["electric"] for row in found.rows] == [3]


def test_a_blank_may_also_be_nothing() -> None:
    found, _ = tabled(alike(9))
    assert found.rows[0].counts == dict.fromkeys(MARKS) | {"sexual": NOT_SHOWN}


def with_it(number: int, of: int = 10) -> list[Record]:
    marked = frozenset({"sexual"})
    return [*alike(of - number), *alike(number, start=50, stigma=marked, marks=marked)]


@pytest.mark.parametrize(
    ("number", "said"), [(0, NOT_SHOWN), (2, NOT_SHOWN), (3, 3), (5, 5), (6, NOT_SHOWN), (10, NOT_SHOWN)]
)
def test_of_nearly_all_a_stigma_is_not_shown_as_of_nobody_and_every_account_stays(number: int, said: Count) -> None:
    """The two look the same in everything that is published: a line makes nobody suspect."""
    found, _ = tabled(with_it(number))
    (row,) = found.rows
    assert (row.n, row.counts["sexual"]) == (10, said)
    if said == NOT_SHOWN:
        assert found == tabled(with_it(0))[0]


def test_a_stigma_is_a_share_of_persons_and_not_of_rows() -> None:
    """Six people, four of them with it; the other two testified many times."""
    often = [*alike(9, start=50, person="a"), *alike(9, start=70, person="b")]
    found, _ = tabled([*with_it(4, of=4), *often])
    assert [row.counts["sexual"] for row in found.rows] == [NOT_SHOWN]


def test_a_stigma_that_another_question_tells_counts_too() -> None:
    """Four of ten say it among the acts, three more among the injuries: seven of ten lived through it."""
    elsewhere = alike(3, start=70, stigma=frozenset({"sexual"}))
    found, _ = tabled([*with_it(4, of=7), *elsewhere])
    assert [row.counts["sexual"] for row in found.rows] == [NOT_SHOWN]


def test_a_column_that_is_not_shown_in_one_line_has_no_total() -> None:
    other = [replace(one, values=("2023-06", *one.values[1:])) for one in with_it(4)]
    again = [replace(one, person=f"q{one.person}", incident=f"j{one.incident}") for one in other]
    assert [tabled([*with_it(number), *again])[0].totals[()]["sexual"] for number in (4, 9)] == [8, None]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=8))
def test_no_total_tells_what_a_blank_is(counts: list[int]) -> None:
    said = total(counts)
    assert said in (None, sum(counts))
    if said is not None:
        assert all(len(numbers) == BLANK_BELOW for numbers in possible(counts))
        hidden = [count for count in counts if count < BLANK_BELOW]
        assert not hidden or sum(hidden) >= BLANK_BELOW  # what is said less what is shown is a count too


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=8))
def test_a_total_is_left_out_only_where_it_would(counts: list[int]) -> None:
    if total(counts) is None:
        hidden = sum(count for count in counts if count < BLANK_BELOW)
        assert hidden < BLANK_BELOW or any(len(numbers) < BLANK_BELOW for numbers in possible(counts))


def test_blanks_do_not_follow_from_all_totals_of_all_recipients_together() -> None:
    """Every published cell and total as a system of linear equations: no hidden count is determined by it."""
    shown = 0
    for seed in range(6):
        found, _ = tabled(population(900, seed, recipients=True))
        for mark in MARKS:
            shown += _checked(found, mark)
    assert shown > 20  # totals are said, and not only left out


def _checked(found: ClassTable, mark: str) -> int:
    blanks = {
        row.id: number for number, row in enumerate(row for row in found.rows if not isinstance(row.counts[mark], int))
    }
    said = {
        (recipient, group): totals[mark]
        for recipient in ("P06", "P07")
        for group, totals in found.for_recipient(recipient).totals.items()
        if totals[mark] is not None
    }
    equations = np.zeros((len(said), max(1, len(blanks))))
    for line, (_, group) in enumerate(said):
        for row in found.rows:
            if row.recipients == group and row.id in blanks:
                equations[line, blanks[row.id]] = 1
    rank = np.linalg.matrix_rank(equations) if len(said) else 0
    for number in range(len(blanks)):
        alone = np.zeros((1, len(blanks)))
        alone[0, number] = 1
        assert np.linalg.matrix_rank(np.vstack([equations, alone])) == rank + 1
    return sum(bool(equations[line].any()) for line in range(len(said)))


def test_each_recipient_has_the_same_rows_unchanged() -> None:
    found, _ = tabled(population(900, 3, recipients=True))
    seen: dict[str, Mapping[str, Count]] = {}
    for recipient in ("P06", "P07"):
        for row in found.for_recipient(recipient).rows:
            assert recipient in row.recipients
            assert seen.setdefault(row.id, row.counts) == row.counts
    assert len(seen) == len(found.rows)


def test_nothing_of_the_members_is_in_a_row() -> None:
    records = population(500, 8)
    pool = Pool.from_records(records, SCHEMA)
    other = Pool.from_records(
        [replace(one, person=f"x{one.person}", incident=f"y{one.incident}") for one in records], SCHEMA
    )
    made = make(pool, TRUSTED).profile
    assert table(walk(pool, made, name="1"), pool) == table(walk(other, made, name="1"), other)
