"""Records are grouped as plain Python groups them, however many columns and numbers there are."""

from __future__ import annotations

import numpy as np
import pytest

from testimony.anonymity.groups import LARGEST_KEY, ROOM, Distinct, group, number
from testimony.anonymity.pool import Ints


def ints(*numbers: int) -> Ints:
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize("size", [8, 1 << 12, 1 << 20, 1 << 31, 1 << 40])
def test_records_are_alike_only_in_every_column(size: int) -> None:
    """Three large columns have no key in 64 bits: what lies beyond it must not make two people one."""
    rows = [(0, 0, 0), (4, 0, 0), (0, 4, 0), (4, 0, 0), (0, 0, 4), (7, 7, 7), (0, 0, 0)]
    found = group([ints(*column) for column in zip(*rows, strict=True)], [size] * 3)
    order = sorted(set(rows))
    assert found.of.tolist() == [order.index(row) for row in rows]
    assert [rows[at] for at in found.first] == order
    assert len(found) == len(order)


def test_one_column_is_enough() -> None:
    assert group([ints(3, 1, 3)], [4]).of.tolist() == [1, 0, 1]


@pytest.mark.parametrize("space", [10, ROOM, 1 << 40, 1 << 61, LARGEST_KEY])
def test_numbers_keep_their_order_whichever_way_they_are_sorted(space: int) -> None:
    found = number(ints(9, 2, 9, 0, 2), space)
    assert found.of.tolist() == [2, 1, 2, 0, 1]
    assert ints(9, 2, 9, 0, 2)[found.first].tolist() == [0, 2, 9]


def test_a_person_counts_once_in_a_group_and_once_where_groups_merge() -> None:
    where, who = ints(0, 0, 1, 1, 2, 2), ints(0, 0, 0, 1, 2, -1)
    found = Distinct.from_persons(where, who, 3)
    assert found.counts().tolist() == [1, 2, 1]
    assert found.merged(ints(0, 0, 1), 2).counts().tolist() == [2, 1]
    assert Distinct.from_persons(ints(), ints(), 2).counts().tolist() == [0, 0]
