"""Builds the published table: one row per class, with hidden small counts, and totals that reveal no hidden count.

Counts are counts of people: a person who reports the same event three times counts once, because the officer who did
it remembers them. A blank means "fewer than three". A mark has a total over all rows only if its blanks add up to
three or more, and if each of them may still be any number from nothing to two: a total of one would be a count of one,
and a total that forces a blank to be at least one would say that somebody told of it.

A stigma's count is shown or "not shown", and never blank. Not shown is a count below three and also one that holds for
too many of the class. A reader cannot tell which of the two it is, so "not shown" makes nobody suspect. A blank would
say which. Such a column has no total as long as one of its cells is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from testimony.anonymity.frozen_profile import Batch, FrozenClass
from testimony.anonymity.pool import Pool
from testimony.anonymity.validity import Rule

BLANK_BELOW: Final = 3
NOT_SHOWN: Final = "not_shown"
"""In place of a stigma's count: fewer than `BLANK_BELOW`, or too many of the class."""
Count = int | Literal["not_shown"] | None
"""Of one mark in one class. None: a blank."""


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """What is published of a class. `labels` by attribute, `levels` their names; `counts` by mark."""

    id: str
    tier: int
    labels: tuple[str, ...]
    levels: tuple[str, ...]
    recipients: tuple[str, ...]
    n: int
    counts: Mapping[str, Count]


@dataclass(frozen=True, kw_only=True)
class ClassTable:
    """`rows` in the order of their labels. `totals`: by set of recipients, by mark, over its rows; None: not said."""

    rows: tuple[TableRow, ...]
    totals: Mapping[tuple[str, ...], Mapping[str, int | None]]

    def for_recipient(self, recipient: str) -> ClassTable:
        """The rows that `recipient` may have, unchanged; totals stay those of whole sets of recipients.

        A total over one recipient's rows would be a second equation for somebody who holds another's.
        """
        return ClassTable(
            rows=tuple(row for row in self.rows if recipient in row.recipients),
            totals={group: totals for group, totals in self.totals.items() if recipient in group},
        )

    @property
    def blanks(self) -> int:
        """Cells without a number."""
        return sum(not isinstance(count, int) for row in self.rows for count in row.counts.values())


def table(batch: Batch, pool: Pool) -> ClassTable:
    """The table of `batch`, made from `pool`; equal for equal records in whatever order they came."""
    legend = batch.profile.legend()
    attributes = batch.profile.attributes
    rows, raw = [], []
    for one in batch.classes:
        counts = dict(zip(pool.schema.marks, _counted(pool, one), strict=True))
        shown = _shown(pool, batch.profile.preset.rule, one, counts)
        raw.append((one.recipients, counts, shown))
        rows.append(
            TableRow(
                id=one.id,
                tier=one.tier,
                labels=one.labels,
                levels=tuple(legend[one.tier][attribute] for attribute in attributes),
                recipients=one.recipients,
                n=one.n,
                counts=shown,
            )
        )
    totals: dict[tuple[str, ...], dict[str, int | None]] = {}
    for group in sorted({recipients for recipients, _, _ in raw}):
        lines = [(counts, shown) for recipients, counts, shown in raw if recipients == group]
        totals[group] = {
            mark: None
            if any(shown[mark] == NOT_SHOWN for _, shown in lines)
            else total([counts[mark] for counts, _ in lines])
            for mark in pool.schema.marks
        }
    return ClassTable(rows=tuple(sorted(rows, key=lambda row: (row.recipients, row.labels, row.tier))), totals=totals)


def _counted(pool: Pool, one: FrozenClass) -> list[int]:
    """The number of people in the class that report each mark."""
    marks = pool.marks[one.members]
    if one.persons < one.n:
        who = pool.person[one.members]
        order = np.argsort(who, kind="stable")
        marks = np.logical_or.reduceat(marks[order], np.flatnonzero(np.diff(who[order], prepend=-1)), axis=0)
    found: list[int] = marks.sum(axis=0).tolist()
    return found


def _shown(pool: Pool, rule: Rule, one: FrozenClass, counts: Mapping[str, int]) -> dict[str, Count]:
    """What is said of `counts`."""
    found: dict[str, Count] = {mark: count if count >= BLANK_BELOW else None for mark, count in counts.items()}
    for stigma, persons in zip(pool.schema.stigma, one.flagged, strict=True):
        if stigma in counts and not (
            counts[stigma] >= BLANK_BELOW and rule.shows(one.persons, max(persons, counts[stigma]))
        ):
            found[stigma] = NOT_SHOWN
    return found


def total(counts: Sequence[int], *, blank_below: int = BLANK_BELOW) -> int | None:
    """The sum of `counts`, where counts below `blank_below` are blank; None if the sum would reveal of one what it is.

    With no blank it is what anybody adds up.
    """
    blanks = [count for count in counts if count < blank_below]
    if blanks and not blank_below <= sum(blanks) <= (blank_below - 1) * (len(blanks) - 1):
        return None
    return sum(counts)
