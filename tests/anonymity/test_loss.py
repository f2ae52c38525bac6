"""What is lost where a label says less than the value."""

from __future__ import annotations

import pytest

from testimony.anonymity.hierarchies import encode, from_table
from testimony.anonymity.loss import UNIT, penalties

HALVES = from_table("half", ("value", "half"), {"a": ("first",), "b": ("first",), "c": ("second",), "d": ("second",)})


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        ("a", ([0], [0], [0])),
        ("ab", ([0, 0], [UNIT, UNIT], [UNIT, UNIT])),
        ("ac", ([0, 0], [0, 0], [UNIT, UNIT])),
        ("abc", ([0, 0, 0], [UNIT // 2, UNIT // 2, 0], [UNIT] * 3)),
        ("abcd", ([0] * 4, [UNIT // 3] * 4, [UNIT] * 4)),
    ],
)
def test_a_label_costs_as_much_as_it_holds_of_the_other_values(values: str, lost: tuple[list[int], ...]) -> None:
    assert tuple(one.tolist() for one in penalties(encode(HALVES, values))) == lost
