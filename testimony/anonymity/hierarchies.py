"""Generalisation hierarchies: what a value becomes at each level, from the finest to the coarsest.

A hierarchy nests: values that share a label share every coarser label too. Without this, one published table could
refine another, and counts could not be rolled up. A hierarchy that does not nest is refused (ISO weeks do not nest in
months).

A missing value is a value of its own at every level below "*", never a wildcard: it must not hide a record whose answer
is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testimony.anonymity.errors import HierarchyUnusable

MISSING: Final = "missing"
ANY: Final = "*"

Ladder = tuple[str, ...]
"""The labels of one value, one for each level, the floor first."""


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """One quasi-identifier. `levels` are names, the floor first; `climb` gives the labels of a value, one a level.

    `domain` holds every value where they can be listed, and is checked once; others are checked where they come up.
    `climb` answers None for what is no value of this hierarchy; that is read as missing.
    """

    name: str
    levels: tuple[str, ...]
    climb: Callable[[str], Ladder | None]
    domain: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        nested(self, self.domain)

    @property
    def has_star(self) -> bool:
        """Whether its ceiling hides the attribute altogether."""
        return self.levels[-1] == ANY

    def ladder(self, value: str) -> Ladder:
        """The labels of `value`. Raises `HierarchyUnusable` where there are not as many as levels."""
        labels = self.climb(value) if value != MISSING else None
        if labels is None:
            return (MISSING,) * (len(self.levels) - self.has_star) + (ANY,) * self.has_star
        if len(labels) != len(self.levels) or (MISSING in labels) or (self.has_star and labels[-1] != ANY):
            raise HierarchyUnusable("levels", attribute=self.name, value=value)
        return labels


def nested(hierarchy: Hierarchy, values: Iterable[str]) -> dict[str, Ladder]:
    """The ladders of `values`. Raises `HierarchyUnusable` if two share a label and not every coarser one."""
    ladders = {value: hierarchy.ladder(value) for value in values}
    for level in range(len(hierarchy.levels) - 1):
        above: dict[str, str] = {}
        for ladder in ladders.values():
            if above.setdefault(ladder[level], ladder[level + 1]) != ladder[level + 1]:
                raise HierarchyUnusable(
                    "nesting", attribute=hierarchy.name, value=ladder[level], level=hierarchy.levels[level + 1]
                )
    return ladders


def from_table(name: str, levels: Sequence[str], table: Mapping[str, Sequence[str]]) -> Hierarchy:
    """A hierarchy over the values of `table`: each with its labels above the floor, without "*", which is added."""
    held = {value: (value, *labels, ANY) for value, labels in table.items()}
    return Hierarchy(name=name, levels=(*levels, ANY), climb=held.get, domain=tuple(held))


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """The values of one attribute as numbers.

    `base`: of each record, the number of its value. `up[level]`: of each value, the number of its label there.
    `labels[level]`: the labels by number, in their order as text, so that numbers do not depend on the records' order.
    """

    base: NDArray[np.int64]
    up: tuple[NDArray[np.int64], ...]
    labels: tuple[tuple[str, ...], ...]

    def step(self, level: int, to: int) -> NDArray[np.int64]:
        """For each label of `level`, the number of its label at the coarser level `to`."""
        found = np.zeros(len(self.labels[level]), dtype=np.int64)
        found[self.up[level]] = self.up[to]
        return found

    def at(self, level: int) -> NDArray[np.int64]:
        """For each record, the number of its label at `level`."""
        return self.up[level][self.base]


def encode(hierarchy: Hierarchy, values: Sequence[str]) -> Encoded:
    """`values`, one a record. What is no value of the hierarchy is missing. Raises `HierarchyUnusable`."""
    ladders = nested(hierarchy, sorted(set(values)))
    distinct = sorted(ladders, key=lambda value: (ladders[value], value))
    numbers = {value: number for number, value in enumerate(distinct)}
    up, labels = [], []
    for level in range(len(hierarchy.levels)):
        here = sorted({ladders[value][level] for value in distinct})
        number_of = {label: number for number, label in enumerate(here)}
        up.append(np.array([number_of[ladders[value][level]] for value in distinct], dtype=np.int64))
        labels.append(tuple(here))
    base = np.fromiter((numbers[value] for value in values), dtype=np.int64, count=len(values))
    return Encoded(base=base, up=tuple(up), labels=tuple(labels))
