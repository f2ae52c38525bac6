"""Equivalence classes: rows that look alike in what leaves, and which of them are large enough to leave.

One line is published per class, never per row: 90 % of rows have a set of violence types that nobody else in their
class has (docs/anonymity.md, "What exposes witnesses"). A class counts distinct persons and distinct incidents, not
rows: one witness five times, or five people out of one van, hide nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One account. Rows with the same `person` count as one person, with the same `incident` as one incident."""

    labels: tuple[str, ...]
    marks: frozenset[str]
    person: str
    incident: str


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """What may be said of one class: labels, number of rows, how many have each mark (None: too few to say)."""

    labels: tuple[str, ...]
    n: int
    counts: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Partition:
    """`rows` are the classes that may leave, in the order of their labels; `members` the indices of the rows in them.

    `persons` says how many persons each class has that is held back, the largest first.
    """

    rows: tuple[ClassRow, ...]
    members: tuple[int, ...]
    persons: tuple[int, ...]


def partition(rows: Sequence[Row], *, marks: Sequence[str], k: int, m: int, blank_below: int) -> Partition:
    """Group `rows` by their labels and keep the classes with at least `k` persons and `m` incidents.

    The result does not depend on the order of `rows`, but for `members`, which index them.
    """
    by_labels: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_labels[row.labels].append(index)
    kept, members, held = [], [], []
    for labels in sorted(by_labels):
        indices = by_labels[labels]
        of_class = [rows[index] for index in indices]
        persons = len({row.person for row in of_class})
        if persons < k or len({row.incident for row in of_class}) < m:
            held.append(persons)
            continue
        kept.append(_describe(labels, of_class, marks, blank_below))
        members.extend(indices)
    return Partition(rows=tuple(kept), members=tuple(members), persons=tuple(sorted(held, reverse=True)))


def _describe(labels: tuple[str, ...], rows: Sequence[Row], marks: Sequence[str], blank_below: int) -> ClassRow:
    seen = Counter(mark for row in rows for mark in row.marks)
    counts = {mark: seen[mark] if seen[mark] >= blank_below else None for mark in marks}
    return ClassRow(labels=labels, n=len(rows), counts=counts)
