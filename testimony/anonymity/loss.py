"""Measures the information lost by generalisation (normalised certainty penalty, NCP) in integers: sums are exact."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from testimony.anonymity.hierarchies import Encoded
from testimony.anonymity.pool import Ints

UNIT: Final = 1_000_000
"""The loss of an attribute that says nothing any more."""


def penalties(column: Encoded) -> tuple[Ints, ...]:
    """For each level, the penalty of each value of `column` there, from 0 to `UNIT`.

    A label that holds u of the v values that occur costs (u − 1) / (v − 1): 0 at the floor, all of it where one label
    holds them all.
    """
    values = len(column.up[0])
    found = []
    for level, labels in zip(column.up, column.labels, strict=True):
        held = np.bincount(level, minlength=len(labels)) - 1
        found.append(held[level] * UNIT // max(1, values - 1))
    return tuple(found)


def weighted(losses: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """The sum of both multiplied: exact below 2**53, as both hold whole numbers. On one core, unlike a dot product."""
    return float(np.einsum("i,i->", losses, rows))
