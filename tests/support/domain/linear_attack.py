"""Somebody who knows no account solves the linear system of all printed numbers of a year.

The unknowns are the counts of all cells. What the tables say by their form are the equations: rows and the rest add up
to all, months to their quarter, quarters to the year, columns of time to the accounts that answer. Every account was
admitted in some month, and every month was told exactly, which the attacker is told too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np

from testimony.domain.tables import times
from testimony.domain.tables.count import ANSWERED, HELD, Count
from testimony.domain.tables.offsets import BASES, CellName, Offsets, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH, QUESTIONS
from testimony.domain.tables.rows import ALL, rest_code
from tests.support.domain.told_accounts import population

YEAR: Final = 2026
OFF: Final = BASES[Unit.ACCOUNTS] - 1
MANY: Final = 10**6
SPREAD: Final = 100.0
"""The variance of a cell that is not printed, before anything is known."""

Cell = tuple[str, tuple[tuple[str, str], ...]]
"""A period and a cell in it. Only accounts are counted."""


@dataclass(frozen=True, kw_only=True)
class Solved:
    """What the attacker has in the end, over the cells that print a number; of `cells` of them.

    `alone`, `after`: the share of cells whose count is guessed exactly, from their own number and from all numbers.
    `width`, `narrowest`: how many counts are possible in the end, in the mean and at the least. One number leaves 9.
    `totals`: the share of totals of borders that is guessed exactly. `off`: how far those guesses are off, in the mean.
    """

    cells: int
    alone: float
    after: float
    width: float
    narrowest: int
    totals: float
    off: float


@dataclass(frozen=True)
class _Heard(Offsets):
    """Offsets that keep the counts that they rounded."""

    counts: dict[CellName, int] = field(default_factory=dict, repr=False)

    def published(self, name: CellName, count: int) -> int:
        self.counts[name] = count
        return super().published(name, count)


def attack(layers: Mapping[Kind, int], *, accounts: int, seed: int) -> Solved:
    """Over a year of files with these layers."""
    random = Random(seed)
    everybody = population(accounts, seed)
    random.shuffle(everybody)
    months = [1 + number * 12 // accounts for number in range(accounts)]
    heard = _Heard(Offsets.of(random.randbytes(32)).key)
    plan = Plan(year=YEAR, layers=layers, borders=(), codebook="1")
    made: dict[str, Published] = {}
    for label in _labels(layers):
        period = Period.of(label)
        inside = [one for one, m in zip(everybody, months, strict=True) if period.contains(_month(m))]
        made[label] = Count(inside, plan, period, layers[period.kind], heard, 1).published(())
    truth = {(name.period, name.cell): count for name, count in heard.counts.items() if name.unit is Unit.ACCOUNTS}
    return _solve(_System(made), truth)


def _labels(layers: Mapping[Kind, int]) -> list[str]:
    labels = {
        Kind.MONTH: [_month(month).label for month in range(1, 13)],
        Kind.QUARTER: [f"{YEAR}-Q{number}" for number in range(1, 5)],
        Kind.YEAR: [str(YEAR)],
    }
    return [label for kind in layers for label in labels[kind]]


def _month(number: int) -> Period:
    return Period.of(f"{YEAR}-{number:02d}")


class _System:
    """`printed`: cell -> its number. `sums`: a whole and its parts. `parts`: (part, whole), of which none is larger."""

    def __init__(self, made: Mapping[str, Published]) -> None:
        self.made = made
        self.printed: dict[Cell, int] = {
            (label, name.cell): number
            for label, one in made.items()
            for name, number in one.numbers.items()
            if name.unit is Unit.ACCOUNTS and HELD not in dict(name.cell)
        }
        self.sums: list[tuple[Cell, tuple[Cell, ...]]] = []
        self.parts: list[tuple[Cell, Cell]] = []
        for label, one in made.items():
            self._within(label, one)
        self._between()

    def _within(self, label: str, one: Published) -> None:
        for dimension, named in one.rows.items():
            codes = (*named, rest_code(named)) if named else ()
            rows: list[dict[str, str]] = [{}, *({dimension: code} for code in codes)]
            for extra in [(), *sorted(self._columns_of(label, dimension))]:
                if codes and (MONTH not in dict(extra) or len(set(one.levels.values())) == 1):
                    whole, *each = (_cell(label, {**row, **dict(extra)}) for row in rows)
                    self.sums.append((whole, tuple(each)))
                for row in rows:
                    self._column(label, row, dict(extra))
        for code, level in one.levels.items():
            row = {} if code == ALL else {BORDER: code}
            told = (_cell(label, {**row, MONTH: column}) for column in times.columns(level, Period.of(label)))
            self.sums.append((_cell(label, {**row, ANSWERED: MONTH}), tuple(told)))

    def _columns_of(self, label: str, dimension: str) -> set[tuple[tuple[str, str], ...]]:
        """What the rows of a dimension are asked, as far as a cell prints it."""
        found = {
            tuple(pair for pair in cell if pair[0] != dimension)
            for period, cell in self.printed
            if period == label and dimension in dict(cell)
        }
        return {extra for extra in found if extra}

    def _column(self, label: str, row: dict[str, str], extra: dict[str, str]) -> None:
        if ANSWERED in extra:
            self.parts.append((_cell(label, {**row, **extra}), _cell(label, row)))
        elif extra:
            ((question, _),) = extra.items()
            gravest = question in QUESTIONS and QUESTIONS[question].gravest
            self.parts.append(
                (_cell(label, {**row, **extra}), _cell(label, row if gravest else {**row, ANSWERED: question}))
            )

    def _between(self) -> None:
        """A border that has no row in a shorter period is in its rest: a cell that is not printed."""
        for label in self.made:
            period = Period.of(label)
            below = {Kind.YEAR: Kind.QUARTER, Kind.QUARTER: Kind.MONTH}.get(period.kind)
            inside = [each for each in self.made if Period.of(each).kind is below and period.contains(Period.of(each))]
            if not inside:
                continue
            for row in ({}, *({BORDER: code} for code in self.made[label].rows[BORDER])):
                self.sums.append((_cell(label, row), tuple(_cell(each, row) for each in inside)))


def _cell(label: str, cell: Mapping[str, str]) -> Cell:
    return label, tuple(sorted(cell.items()))


def _solve(system: _System, truth: Mapping[Cell, int]) -> Solved:
    cells = list(dict.fromkeys([*system.printed, *(one for whole, parts in system.sums for one in (whole, *parts))]))
    guesses, bounds = _estimates(system, cells), _bounds(system, cells)
    assert all(low <= truth[one] <= high for one, (low, high) in bounds.items() if one in truth), "no step is wrong"
    numbers = [one for one, number in system.printed.items() if number]
    totals = [one for one in numbers if [dimension for dimension, _ in one[1]] == [BORDER]]
    widths = [bounds[one][1] - bounds[one][0] + 1 for one in numbers]
    return Solved(
        cells=len(numbers),
        alone=sum(system.printed[one] == truth[one] for one in numbers) / len(numbers),
        after=sum(round(guesses[one]) == truth[one] for one in numbers) / len(numbers),
        width=sum(widths) / len(widths),
        narrowest=min(widths),
        totals=sum(round(guesses[one]) == truth[one] for one in totals) / len(totals),
        off=sum(abs(guesses[one] - truth[one]) for one in totals) / len(totals),
    )


def _estimates(system: _System, cells: Sequence[Cell]) -> dict[Cell, float]:
    """The likeliest counts, taken as normal around the printed numbers, that fulfil every sum; then within bounds."""
    at = {one: place for place, one in enumerate(cells)}
    mean = np.array([float(system.printed.get(one, BASES[Unit.ACCOUNTS])) for one in cells])
    spread = np.array([4.0 if one in system.printed else SPREAD for one in cells])
    sums = np.zeros((len(system.sums), len(cells)))
    for place, (whole, parts) in enumerate(system.sums):
        sums[place, at[whole]] = 1
        sums[place, [at[one] for one in parts]] = -1
    pull = (sums * spread) @ sums.T
    found = mean - spread * (sums.T @ np.linalg.lstsq(pull, sums @ mean, rcond=None)[0])
    bounds = _bounds(system, cells)
    return {one: min(max(float(found[at[one]]), bounds[one][0]), bounds[one][1]) for one in cells}


def _bounds(system: _System, cells: Iterable[Cell]) -> dict[Cell, tuple[int, int]]:
    """The least and the greatest count of each cell that the printed numbers and the sums leave, by propagation."""
    low, high = dict[Cell, int](), dict[Cell, int]()
    for one in cells:
        number = system.printed.get(one)
        low[one] = 0 if number is None else max(0, number - OFF)
        high[one] = MANY if number is None else number + OFF
    changed = True
    while changed:
        before = (sum(low.values()), sum(high.values()))
        for whole, parts in system.sums:
            least, most = sum(low[one] for one in parts), sum(high[one] for one in parts)
            low[whole], high[whole] = max(low[whole], least), min(high[whole], most)
            for one in parts:
                low[one] = max(low[one], low[whole] - (most - high[one]))
                high[one] = min(high[one], high[whole] - (least - low[one]))
        for part, whole in system.parts:
            if part in high and whole in high:
                high[part], low[whole] = min(high[part], high[whole]), max(low[whole], low[part])
        changed = before != (sum(low.values()), sum(high.values()))
    return {one: (low[one], high[one]) for one in low}
