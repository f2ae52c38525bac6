"""A small number is not shown, and nobody who knows the sum of all, and this rule, can work it out of the others."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.anonymity import small_counts
from testimony.anonymity.small_counts import least_shown
from testimony.group_floor import LEAST_PERSONS


@pytest.mark.parametrize(
    ("counts", "limit"),
    [
        ([12, 7, 9], 1),
        ([12, 0, 9], 1),
        ([12, 3, 2, 9], 5),
        ([12, 3, 9, 7], 10),
        ([12, 30, 1], 20),
        ([4, 4], 10),
        ([400, 1], 640),
        ([1, 1, 1, 1, 1, 1], None),
        ([0, 2, 1], None),
        ([3], None),
        ([9], 1),
        ([], None),
    ],
)
def test_what_is_small_is_not_shown_nor_what_would_give_it_away(counts: list[int], limit: int | None) -> None:
    assert least_shown(counts) == limit


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_whatever_is_shown_is_none_or_not_small(counts: list[int]) -> None:
    limit = least_shown(counts)
    below = [count for count in counts if limit is not None and 0 < count < limit]
    if limit is not None:
        assert limit >= LEAST_PERSONS or all(count == 0 or count >= LEAST_PERSONS for count in counts)
        assert not below or (len(below) > 1 and sum(below) >= LEAST_PERSONS)


def worked_out(size: int, most: int) -> list[tuple[int, ...]]:
    """Of all that can be counted, what nobody else could be: a number that is not shown and has one value only."""
    alike = defaultdict(list)
    for counts in product(range(most), repeat=size):
        limit = least_shown(counts)
        if limit is not None:
            shown = tuple(None if 0 < count < limit else count for count in counts)
            alike[(shown, limit, sum(counts))].append(counts)
    return [
        possible[0]
        for (shown, *_), possible in alike.items()
        for place, number in enumerate(shown)
        if number is None and len({counts[place] for counts in possible}) < 2
    ]


@pytest.mark.parametrize(("size", "most"), [(2, 45), (3, 22), (4, 12)])
def test_who_knows_the_sum_and_the_rule_cannot_tell_a_small_number(size: int, most: int) -> None:
    """They try everything that the chart could have been made of."""
    assert worked_out(size, most) == []


def test_that_attack_finds_a_rule_that_hides_small_numbers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_counts, "_is_loose", lambda *_: True)
    assert worked_out(3, 12)


@pytest.mark.parametrize(
    ("counts", "least", "limit"),
    [
        ([3, 4, 9], 5, 5),
        ([4, 4, 9], 5, 10),
        ([3, 3, 9], 5, 5),
        ([2, 2, 9], 5, 10),
        ([1, 1, 1, 2, 9], 5, 5),
        ([1, 1, 1, 1, 1, 9], 5, 10),
        ([2, 2, 9], 3, 6),
        ([1, 2, 9], 3, 3),
        ([2, 3], 5, 5),
        ([2, 2], 5, None),
        ([5, 5], 5, 1),
    ],
)
def test_what_is_below_could_always_be_something_else(counts: list[int], least: int, limit: int | None) -> None:
    assert least_shown(counts, least=least) == limit
