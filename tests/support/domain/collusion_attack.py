"""Two recipients put their files together: lines for named recipients, and the published tables of the same accounts.

They know half of all accounts in full, and of the person accused everything. A line is exact: how many it stands for,
and how many of them tell of each mark. The tables are rounded. Populations have heavy tails, families and people who
testified before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np

from testimony.anonymity import class_table, frozen_profile, profile
from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.validity import TRUSTED
from testimony.domain.tables.account import Counted
from testimony.domain.tables.offsets import CellName, Offsets
from testimony.domain.tables.periods import Kind
from testimony.domain.tables.plan import TIMETABLE, Plan
from testimony.domain.tables.questions import PEOPLE_AT_LEAST, gender_of, person_of, stage_of
from tests.support.anonymity.populations import SCHEMA, population
from tests.support.domain.membership_attack import YEAR, File, Found, Judge, judged

LATER: Final = YEAR - 2023
"""Years by which the tables' dates come later, so that the last year of the population is the year of the file."""
STATISTICS: Final = 3000
EXACT: Final = 0.05
"""The variance of a count that is printed as it is, beside what statistics leave open."""
TOLD: Final = {
    "beaten": ("act", "force_body"),
    "dogs": ("act", "dogs"),
    "electric": ("act", "electric"),
    "firearm": ("act", "firearm"),
    "undress": ("act", "undress"),
    "sexual": ("act", "sexual"),
    "psych": ("act", "psych"),
    "water": ("act", "water_sea"),
    "dead": ("dead", "told"),
    "robbed": ("property", "money"),
}
"""Mark of a line -> question and column of the tables."""


@dataclass(frozen=True, kw_only=True)
class Colluding:
    """What each holds alone, and both together. `lines`: the share of the accounts that stand in a line."""

    by_lines: Found
    by_tables: Found
    by_both: Found
    lines: float


def attack(*, accounts: int, seed: int, exact: bool = False) -> Colluding:
    """One release of lines and one file of the year, of the same accounts; as many others are the decoys.

    `exact`: with tables that are not rounded, which nobody publishes.
    """
    random = Random(seed)
    everybody = population(2 * accounts, seed)
    inside, decoys = _parted(everybody, accounts, random)
    order = random.sample(range(accounts), accounts)
    known = set(order[: accounts // 2])
    suspects = [one for at, one in enumerate(inside) if at not in known]
    decoys = decoys[: len(suspects)]
    elsewhere = population(STATISTICS, seed + 1000)
    lines = Lines(inside, known, elsewhere)
    offsets = Exact(b"") if exact else Offsets.of(random.randbytes(32))
    tables = Tables(inside, known, elsewhere, offsets)
    if exact:
        tables.noise = np.full(len(tables.rest), EXACT)

    def found(files: Sequence[Lines | Tables]) -> Found:
        judge = Judge(files)
        return judged(judge.scores(suspects), judge.scores(decoys))

    return Colluding(
        by_lines=found([lines]),
        by_tables=found([tables]),
        by_both=found([tables, lines]),
        lines=lines.published / accounts,
    )


def _parted(everybody: Sequence[Record], accounts: int, random: Random) -> tuple[list[Record], list[Record]]:
    """Whole incidents, so that nobody is accused whose companions are counted."""
    groups: dict[str, list[Record]] = {}
    for at, one in enumerate(everybody):
        groups.setdefault(one.incident or f"alone-{at}", []).append(one)
    shuffled = [one for key in random.sample(sorted(groups), len(groups)) for one in groups[key]]
    return shuffled[:accounts], shuffled[accounts:]


def as_counted(number: int, one: Record) -> Counted:
    """The same account as tables count it."""
    date, place, age, gender, nation, size, _previous = one.values
    told: dict[str, set[str]] = {"act": set(), "property": set()}
    for mark in one.marks:
        question, column = TOLD[mark]
        told.setdefault(question, set()).add(column)
    answers = {question: frozenset(columns) for question, columns in told.items() if columns}
    return Counted(
        name=f"account-{number}",
        person=one.person,
        incident=one.incident,
        border=place.partition(":")[0],
        nationality="" if nation == "missing" else nation,
        who=person_of(age, gender),
        stage=stage_of(age),
        gender=gender_of(gender),
        when="" if date == "missing" else f"{int(date[:4]) + LATER}{date[4:]}",
        told=answers,
        people=PEOPLE_AT_LEAST.get(size, 0),
    )


class Exact(Offsets):
    """Publishes counts as they are."""

    def published(self, name: CellName, count: int) -> int:
        return count


class Tables:
    """The file of a year, of the layer that fits so many accounts."""

    def __init__(
        self, inside: Sequence[Record], known: set[int], elsewhere: Sequence[Record], offsets: Offsets
    ) -> None:
        layers = next(layers for least, layers in TIMETABLE if least <= len(inside))
        plan = Plan(year=YEAR, layers={Kind.YEAR: layers[Kind.YEAR]}, borders=(), codebook="1")
        counted = [as_counted(at, one) for at, one in enumerate(inside)]
        others = [as_counted(at, one) for at, one in enumerate(elsewhere)]
        months = [1] * len(inside)
        self._file = File(str(YEAR), plan, counted, months, known, others, offsets, ())
        self.rest, self.unknown = self._file.rest, self._file.unknown
        self.of_all, self.noise = self._file.of_all, self._file.noise

    def features(self, accounts: Sequence[Record]) -> Any:
        return self._file.features([as_counted(at, one) for at, one in enumerate(accounts)])


class Lines:
    """The lines of a release, under the profile that fits these accounts best."""

    def __init__(self, inside: Sequence[Record], known: set[int], elsewhere: Sequence[Record]) -> None:
        pool = Pool.from_records(inside, SCHEMA)
        pinned = profile.make(pool, TRUSTED).profile
        batch = frozen_profile.walk(pool, pinned, name="0" * 32)
        rows = class_table.table(batch, pool).rows
        self._tiers = pinned.tiers
        self._rows = {(row.tier, row.labels): at for at, row in enumerate(rows)}
        self._cells: dict[tuple[int, str], int] = {}
        numbers: list[float] = []
        for at, row in enumerate(rows):
            for name, count in (("", row.n), *row.counts.items()):
                if isinstance(count, int):
                    self._cells[at, name] = len(numbers)
                    numbers.append(float(count))
        self.published = batch.published
        self.rest = np.array(numbers) - self.features([inside[at] for at in known]).sum(axis=0)
        self.unknown = len(inside) - len(known)
        self.of_all = self.features(elsewhere)
        self.noise = np.full(len(numbers), EXACT)

    def features(self, accounts: Sequence[Record]) -> Any:
        """For each account the cells of the first line in which it would stand."""
        found = np.zeros((len(accounts), len(self._cells)))
        for at, one in enumerate(accounts):
            row = self._row(one)
            if row is not None:
                columns = [self._cells.get((row, name)) for name in ("", *one.marks)]
                found[at, [column for column in columns if column is not None]] = 1
        return found

    def shows(self, one: Record) -> tuple[bool, frozenset[str]]:
        """Whether it stands in a line, and which marks have a number there."""
        row = self._row(one)
        return row is not None, frozenset(name for at, name in self._cells if name and at == row)

    def _row(self, one: Record) -> int | None:
        ladders = [each.ladder(value) for each, value in zip(SCHEMA.attributes, one.values, strict=True)]
        for tier, vector in enumerate(self._tiers):
            labels = tuple(ladder[level] for ladder, level in zip(ladders, vector, strict=True))
            if (tier, labels) in self._rows:
                return self._rows[tier, labels]
        return None
