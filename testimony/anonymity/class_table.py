"""Builds the published table: one row per class, with blanks for small counts, and totals that reveal no blank.

Counts are counts of people: a person who reports the same event three times counts once, because the officer who did
it remembers them. A blank means "fewer than three". A mark has a total over all rows only if at least two cells are
blank, not all of them can be zero, and not all of them can be as large as a blank may be: each blank then still has
more than one possible value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from testimony.anonymity.frozen_profile import Batch, FrozenClass
from testimony.anonymity.pool import Pool

BLANK_BELOW: Final = 3


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """What is published of a class. `labels` by attribute, `levels` their names; `counts` by mark, None for a blank."""

    id: str
    tier: int
    labels: tuple[str, ...]
    levels: tuple[str, ...]
    recipients: tuple[str, ...]
    n: int
    counts: Mapping[str, int | None]


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
        return sum(count is None for row in self.rows for count in row.counts.values())


def table(batch: Batch, pool: Pool) -> ClassTable:
    """The table of `batch`, made from `pool`; equal for equal records in whatever order they came."""
    legend = batch.profile.legend()
    attributes = batch.profile.attributes
    rows, raw = [], []
    for one in batch.classes:
        counts = dict(zip(pool.schema.marks, _counted(pool, one), strict=True))
        raw.append((one.recipients, counts))
        rows.append(
            TableRow(
                id=one.id,
                tier=one.tier,
                labels=one.labels,
                levels=tuple(legend[one.tier][attribute] for attribute in attributes),
                recipients=one.recipients,
                n=one.n,
                counts={mark: count if count >= BLANK_BELOW else None for mark, count in counts.items()},
            )
        )
    groups = sorted({recipients for recipients, _ in raw})
    totals = {
        group: {
            mark: total([counts[mark] for recipients, counts in raw if recipients == group])
            for mark in pool.schema.marks
        }
        for group in groups
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


def total(counts: Sequence[int], *, blank_below: int = BLANK_BELOW) -> int | None:
    """The sum of `counts`, where counts below `blank_below` are blank; None if the sum would reveal a blank.

    With no blank it is what anybody adds up.
    """
    blanks = [count for count in counts if count < blank_below]
    if blanks and (len(blanks) < 2 or not 0 < sum(blanks) < (blank_below - 1) * len(blanks)):
        return None
    return sum(counts)
