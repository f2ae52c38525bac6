"""What generalising loses: the normalised certainty penalty (NCP), in whole numbers, so that sums are exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testimony.anonymity.hierarchies import Encoded
from testimony.anonymity.pool import Ints

UNIT: Final = 1_000_000
"""The loss of an attribute that says nothing any more."""


def penalties(column: Encoded) -> tuple[Ints, ...]:
    """Of each level, the penalty of each value of `column` there, from 0 to `UNIT`.

    A label that holds u of the v values that occur costs (u − 1) / (v − 1): 0 at the floor, all of it where one label
    holds them all.
    """
    values = len(column.up[0])
    found = []
    for level, labels in zip(column.up, column.labels, strict=True):
        held = np.bincount(level, minlength=len(labels)) - 1
        found.append(held[level] * UNIT // max(1, values - 1))
    return tuple(found)


def of_vector(penalty: Sequence[Sequence[Ints]], base: Sequence[Ints], vector: Sequence[int]) -> NDArray[np.float64]:
    """Of each row, the sum over attributes at the levels of `vector`. Whole numbers, held as floats to be summed fast.

    `base`: of each attribute, the number of each row's value.
    """
    total = np.zeros(len(base[0]), dtype=np.float64)
    for attribute, level in enumerate(vector):
        if level:
            total += penalty[attribute][level].astype(np.float64)[base[attribute]]
    return total
