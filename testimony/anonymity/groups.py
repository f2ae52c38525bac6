"""Groups records by several columns of numbers and counts the distinct persons in each group.

Groups are numbered in the order of their columns' numbers, so the result does not depend on the order of the records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from testimony.anonymity.pool import Ints

LARGEST_KEY = 1 << 62
ROOM = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """`of`: of each record, the number of its group. `first`: of each group, the position of one record of it."""

    of: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.first)


def group(columns: Sequence[Ints], sizes: Sequence[int]) -> Grouping:
    """Records with the same number in every column. `sizes`: numbers of a column lie below it."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    space = 1
    for column, size in zip(columns, sizes, strict=True):
        if space * size >= LARGEST_KEY:
            grouping = number(key, space)
            key, space = grouping.of, len(grouping)
        key = key * size + column
        space *= size
    return number(key, space)


def number(key: Ints, space: int) -> Grouping:
    """Numbers from 0 for the distinct numbers of `key`, all below `space`, in their order."""
    if space <= 4 * len(key) + ROOM:
        return _by_table(key, space)
    bits = max(1, len(key).bit_length())
    if space.bit_length() + bits <= 62:
        return _by_sort(key, bits)
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    return Grouping(of=of, first=first)


def _by_table(key: Ints, space: int) -> Grouping:
    place = np.full(space, -1, dtype=np.int64)
    place[key] = np.arange(len(key))
    used = place >= 0
    return Grouping(of=(np.cumsum(used) - 1)[key], first=place[used])


def _by_sort(key: Ints, bits: int) -> Grouping:
    """Sort numbers that hold key and position in one: several times quicker than to sort positions by key."""
    packed = np.sort((key << bits) | np.arange(len(key)))
    order = packed & ((1 << bits) - 1)
    packed >>= bits
    starts = np.ones(len(key), dtype=np.bool_)
    starts[1:] = packed[1:] != packed[:-1]
    of = np.empty(len(key), dtype=np.int64)
    of[order] = np.cumsum(starts) - 1
    return Grouping(of=of, first=order[starts])


@dataclass(frozen=True, kw_only=True)
class Distinct:
    """Distinct persons (or incidents) a group, in a form that rolls up: two groups that merge count a person once.

    `single`: of each group, how many persons that have one record in all. `where`, `who`: the others, as pairs of group
    and person, each once.
    """

    single: Ints
    where: Ints
    who: Ints
    persons: int

    @classmethod
    def from_persons(cls, where: Ints, who: Ints, groups: int) -> Distinct:
        """`where`: of each record, its group; `who`: its person, numbers from 0. One below 0 counts for nobody."""
        where, who = where[who >= 0], who[who >= 0]
        persons = int(who.max()) + 1 if len(who) else 0
        alone = np.bincount(who, minlength=persons)[who] == 1
        single = np.bincount(where[alone], minlength=groups)
        return cls(single=single, where=where[~alone], who=who[~alone], persons=persons)._once()

    def merged(self, into: Ints, groups: int) -> Distinct:
        """After groups became others: `into` is, of each group, its new number below `groups`."""
        single = np.bincount(into, weights=self.single, minlength=groups).astype(np.int64)
        return Distinct(single=single, where=into[self.where], who=self.who, persons=self.persons)._once()

    def counts(self) -> Ints:
        """The number of distinct persons in each group."""
        return self.single + np.bincount(self.where, minlength=len(self.single))

    def _once(self) -> Distinct:
        if not len(self.where):
            return self
        pairs = np.sort(self.where * self.persons + self.who)
        keep = np.ones(len(pairs), dtype=np.bool_)
        keep[1:] = pairs[1:] != pairs[:-1]
        where, who = np.divmod(pairs[keep], self.persons)
        return Distinct(single=self.single, where=where, who=who, persons=self.persons)
