"""Counts what a file does not show: the records that wait, by coarse labels, and the questions without an answer.

The numbers are rounded, and a label of which fewer than three people tell is not named: it would be a count of one. A
border of which nothing is published is named without a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from testimony.anonymity.class_table import BLANK_BELOW
from testimony.anonymity.frozen_profile import Batch
from testimony.anonymity.groups import Distinct
from testimony.anonymity.pool import Ints, Pool

LEVELS: Final[Mapping[str, str]] = {
    "date": "year",
    "place": "border",
    "age": "majority",
    "gender": "gender",
    "nat": "region",
}
"""The attributes that are named, and the level of their labels."""
PLACE: Final = "place"
ROUNDED_TO: Final = 10
Labels = tuple[tuple[str, int | None], ...]
"""Labels in their order, each with a rounded number; None for fewer than `ROUNDED_TO`, and where it is not said."""


def by_label(batch: Batch, pool: Pool) -> tuple[tuple[str, Labels], ...]:
    """Of each attribute of `LEVELS`, the labels of the records that wait."""
    found: list[tuple[str, Labels]] = []
    who = pool.person[batch.waiting]
    for attribute, column in zip(pool.schema.attributes, pool.columns, strict=True):
        if attribute.name not in LEVELS:
            continue
        level = attribute.levels.index(LEVELS[attribute.name])
        where = column.at(level)[batch.waiting]
        names = column.labels[level]
        persons = Distinct.from_persons(where, who, len(names)).counts().tolist()
        records = [int((where == place).sum()) for place in range(len(names))]
        lacking = _unpublished(batch, column.at(level), len(names)) if attribute.name == PLACE else frozenset()
        labels = tuple(
            (name, None if place in lacking else rounded(number))
            for place, (name, number, people) in enumerate(zip(names, records, persons, strict=True))
            if people >= BLANK_BELOW
        )
        found.append((attribute.name, labels))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of one mark, how many published records have an answer, yes or no, and how many have none: rounded as above."""

    answered: int | None
    unknown: int | None
    unasked: int | None


def asked(batch: Batch, pool: Pool) -> tuple[Asked, ...]:
    """Of each mark, over all records that the batch publishes."""
    inside = np.concatenate([np.zeros(0, dtype=np.int64), *(layer.members for layer in batch.layers)])
    unknown, unasked = pool.unknown[inside].sum(axis=0).tolist(), pool.unasked[inside].sum(axis=0).tolist()
    return tuple(
        Asked(answered=rounded(len(inside) - one - other), unknown=rounded(one), unasked=rounded(other))
        for one, other in zip(unknown, unasked, strict=True)
    )


def _unpublished(batch: Batch, labels: Ints, number: int) -> frozenset[int]:
    """Of `number` labels, those that no published record has. `labels`: of each record, the number of its label."""
    held = {int(one) for layer in batch.layers for one in labels[layer.members]}
    return frozenset(range(number)) - held


def rounded(number: int) -> int | None:
    """To the nearest ten; None below ten."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO if number >= ROUNDED_TO else None
