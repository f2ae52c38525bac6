"""Counts the accounts of one period by the plan, and rounds each number under the name of its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from testimony.domain.tables import rows as table_rows
from testimony.domain.tables import times
from testimony.domain.tables.account import Counted
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.groups import GROUP
from testimony.domain.tables.offsets import CellName, Offsets, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan, Table, require_enough, tables_of
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, QUESTIONS
from testimony.domain.tables.rows import Row, incidents_in, persons_in
from testimony.domain.tables.shares import share_beside

MOST_PEOPLE: Final = 100
"""One incident counts at most so many people: else the number of a row would tell of one large event."""
LEAST_FOR_PEOPLE: Final = 10
LEAST_FOR_DEATHS: Final = 20
ANSWERED: Final = "answered"
HELD: Final = "held"
TAKEN, CONSENT, REVIEW, FEW = "taken", "consent", "review", "too-few"
"""`FEW` is the cell of the rest. Earlier versions counted it as a cell of its own, and their files still print it."""
COUNTED, BACK = "counted", "back"
"""Of a group of people: the accounts in the file, and those that are held back. Only a sentence is printed of both."""
NOBODY: Final[Mapping[str, int]] = {}


def publish(
    accounts: Sequence[Counted],
    plan: Plan,
    period: Period,
    offsets: Offsets,
    *,
    edition: int = 1,
    held: Iterable[tuple[str, str]] = (),
    back: Mapping[str, int] = NOBODY,
) -> Published:
    """The numbers of `period`. `held`: the border ("" not known) and the reason of each account that is not counted.

    `back`: how many of those are of each group of people. Raises `TablesRefused` (unplanned, small, rows).
    """
    layer = plan.layer_of(period)
    require_enough(layer, len(accounts), incidents_in(accounts))
    made = Count(accounts, plan, period, layer, offsets, edition).published(tuple(held), back)
    if not made.rows[BORDER]:
        raise TablesRefused("rows")
    return made


class Count:
    """The numbers of one period, whatever its size: `publish` asks for that first."""

    def __init__(
        self, accounts: Sequence[Counted], plan: Plan, period: Period, layer: int, offsets: Offsets, edition: int
    ) -> None:
        self._accounts, self._plan, self._period, self._layer = tuple(accounts), plan, period, layer
        self._offsets, self._edition = offsets, edition
        self._numbers: dict[CellName, int] = {}
        self._levels: dict[str, str] = {}
        self._capped = False
        self._named: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, list[Row]] = {}

    def published(self, held: Collection[tuple[str, str]], back: Mapping[str, int] = NOBODY) -> Published:
        tables = tables_of(self._layer)
        label, edition = self._period.label, self._edition
        for dimension in dict.fromkeys(table.rows for table in tables):
            self._named[dimension] = table_rows.named(
                dimension, self._accounts, self._offsets, period=label, edition=edition
            )
            self._rows[dimension] = table_rows.rows_of(
                dimension, self._named[dimension], self._accounts, self._offsets, period=label, edition=edition
            )
            for row in self._rows[dimension]:
                self._totals(row, dimension)
        for table in tables:
            for row in self._rows[table.rows]:
                if row.columns:
                    self._columns(table, row)
        if self._period.kind is Kind.YEAR:
            self._coverage(held)
            self._groups(back)
        return Published(
            plan=self._plan.digest,
            period=label,
            edition=edition,
            layer=self._layer,
            rows=self._named,
            levels=self._levels,
            capped=self._capped,
            numbers=self._numbers,
        )

    def _round(self, cell: Mapping[str, str], count: int, unit: Unit = Unit.ACCOUNTS) -> int:
        name = CellName.of(cell, period=self._period.label, unit=unit, edition=self._edition)
        return self._offsets.published(name, count)

    def _put(self, cell: Mapping[str, str], count: int, unit: Unit = Unit.ACCOUNTS) -> int:
        number = self._round(cell, count, unit)
        self._numbers[CellName.of(cell, period=self._period.label, unit=unit, edition=self._edition)] = number
        return number

    def _totals(self, row: Row, dimension: str) -> None:
        self._put(row.cell, len(row.accounts))
        if dimension != BORDER:
            return
        self._put(row.cell, persons_in(row.accounts), Unit.PERSONS)
        incidents = self._put(row.cell, incidents_in(row.accounts), Unit.INCIDENTS)
        if incidents >= LEAST_FOR_PEOPLE:
            self._put(row.cell, self._people(row.accounts), Unit.PEOPLE)

    def _people(self, accounts: Iterable[Counted]) -> int:
        """People of the incidents, each with the largest number that an account of it says."""
        largest: dict[str, int] = {}
        for one in accounts:
            if one.incident:
                largest[one.incident] = max(largest.get(one.incident, 0), one.people)
        self._capped = self._capped or any(size > MOST_PEOPLE for size in largest.values())
        return sum(min(size, MOST_PEOPLE) for size in largest.values())

    def _columns(self, table: Table, row: Row) -> None:
        for question in table.questions:
            if question == MONTH:
                self._times(row)
            elif question == BORDER:
                self._borders(row)
            elif QUESTIONS[question].gravest:
                self._gravest(question, row)
            else:
                self._answers(question, row)

    def _answers(self, question: str, row: Row) -> None:
        told = [one.told[question] for one in row.accounts if question in one.told]
        counts = Counter(column for columns in told for column in columns)
        self._put({**row.cell, ANSWERED: question}, len(told))
        for column in QUESTIONS[question].columns:
            self._put({**row.cell, question: column}, counts[column])

    def _times(self, row: Row) -> None:
        def published(column: str, count: int) -> int:
            return self._round({**row.cell, MONTH: column}, count)

        level = times.level_of(row.accounts, self._period, months=self._layer > 2, published=published)
        self._levels[row.cell.get(BORDER, table_rows.ALL)] = level
        self._put({**row.cell, ANSWERED: MONTH}, sum(1 for one in row.accounts if one.when))
        for column, count in times.counts(row.accounts, level, self._period).items():
            self._put({**row.cell, MONTH: column}, count)

    def _borders(self, row: Row) -> None:
        """The named borders as columns of a row of persons; the row of all has them as totals already."""
        if not row.cell:
            return
        counts = Counter(one.border for one in row.accounts)
        self._put({**row.cell, ANSWERED: BORDER}, sum(1 for one in row.accounts if one.border))
        for code in self._named[BORDER]:
            self._put({**row.cell, BORDER: code}, counts[code])

    def _gravest(self, question: str, row: Row) -> None:
        """Only where several people of several incidents tell of it, in a row that is large enough."""
        told = [one for one in row.accounts if question in one.told]
        large = self._round(row.cell, persons_in(row.accounts), Unit.PERSONS) >= LEAST_FOR_DEATHS
        if large and incidents_in(told) >= 2 and persons_in(told) >= 2:
            self._put({**row.cell, question: "told"}, len(told))

    def _coverage(self, held: Collection[tuple[str, str]]) -> None:
        """What the file of a year does not show: what is held back for want of consent or review, by row.

        Too few for a row are those of the rest. They have their number already: a second draw would halve its doubt.
        """
        known = self._named[BORDER]
        rest = table_rows.rest_code(known)

        def row(border: str) -> str:
            return border if border in known else rest

        inside = Counter(row(one.border) for one in self._accounts)
        outside = Counter((row(border), reason) for border, reason in held)
        for code in (*known, rest):
            self._put_held({BORDER: code}, inside[code], {why: outside[code, why] for why in (CONSENT, REVIEW)})
        self._put_held({}, len(self._accounts), Counter(reason for _, reason in held))

    def _put_held(self, cell: Mapping[str, str], inside: int, outside: Mapping[str, int]) -> None:
        """What was taken in has a number where a printed one says that something of it is held back.

        Else it may be the same accounts as the row, and would say the row's count a second time. Decided from printed
        numbers, so that its absence says nothing that they do not say.
        """
        back = [self._put({**cell, HELD: reason}, outside.get(reason, 0)) for reason in (CONSENT, REVIEW)]
        if any(back):
            self._put({**cell, HELD: TAKEN}, inside + sum(outside.values()))

    def _groups(self, back: Mapping[str, int]) -> None:
        """The two numbers behind the sentence on each group. They count different accounts, so none is drawn twice."""
        inside = Counter(code for one in self._accounts for code in one.groups)
        for code in sorted(inside.keys() | back.keys()):
            counted, held = {GROUP: code, HELD: COUNTED}, {GROUP: code, HELD: BACK}
            numbers = self._round(counted, inside[code]), self._round(held, back.get(code, 0))
            if share_beside(*numbers) is not None:
                self._put(counted, inside[code])
                self._put(held, back.get(code, 0))
