"""How much of the same accounts a reader finds in published tables, and how much in the lines of a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.count import Count
from testimony.domain.tables.offsets import CellName, Offsets, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import TIMETABLE, Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, MONTH
from testimony.domain.tables.times import column_of
from tests.support.anonymity.populations import population
from tests.support.domain.collusion_attack import TOLD, Exact, Lines, as_counted
from tests.support.domain.membership_attack import YEAR

SIZES: Final = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 1_000_000))
"""Counts of cells, from and to."""
LEAST_ANSWERS: Final = 20
ACTS: Final = frozenset(mark for mark, (question, _) in TOLD.items() if question == "act")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Shares of the accounts and of the acts that they tell, from 0 to 1. `months`: of accounts by border and month."""

    accounts: float
    acts: float
    months: float = 0.0


def plan_for(accounts: int) -> Plan:
    """The plan that fits an organisation with so many accounts a year."""
    layers = next(layers for least, layers in TIMETABLE if least <= accounts)
    return Plan(year=YEAR, layers=layers, borders=(), codebook="1")


def of_year(accounts: Sequence[Counted], offsets: Offsets) -> Published:
    """The file of a year that counts all of `accounts`."""
    plan = plan_for(len(accounts))
    return Count(accounts, plan, Period.of(str(YEAR)), plan.layers[Kind.YEAR], offsets, 1).published(())


def seen(size: int, seed: int) -> tuple[Seen, Seen]:
    """What a reader sees in the tables of a year, and in one release of lines to one recipient."""
    records = population(size, seed)
    counted = [as_counted(at, one) for at, one in enumerate(records)]
    made = of_year(counted, Offsets.of(Random(seed).randbytes(32)))
    rows = set(made.rows[BORDER])
    acts = [(one, TOLD[mark]) for one, record in zip(counted, records, strict=True) for mark in record.marks & ACTS]
    tables = Seen(
        accounts=_share([one.border in rows for one in counted]),
        acts=_share([bool(made.number({BORDER: one.border, question: code})) for one, (question, code) in acts]),
        months=_share([_has_time(one, made) for one in counted if one.when]),
    )
    lines = Lines(records, set(), records)
    shown = [lines.shows(one) for one in records]
    told = [mark in marks for one, (_, marks) in zip(records, shown, strict=True) for mark in one.marks & ACTS]
    return tables, Seen(accounts=_share([inside for inside, _ in shown]), acts=_share(told))


def off(accounts: Sequence[Counted], offsets: Offsets) -> Mapping[tuple[int, int], list[int]]:
    """How far printed numbers of accounts are from their counts, by the size of the count."""
    found: dict[tuple[int, int], list[int]] = {size: [] for size in SIZES}
    made, true = of_year(accounts, offsets), of_year(accounts, Exact(b""))
    for name, count in true.numbers.items():
        size = next((one for one in SIZES if one[0] <= count <= one[1]), None)
        if size and name.unit is Unit.ACCOUNTS and name in made.numbers:
            found[size].append(abs(made.numbers[name] - count))
    return found


def worst_border(accounts: Sequence[Counted], offsets: Offsets, column: str) -> tuple[float, float]:
    """Of the border where most accounts tell of the act `column`: the share as printed, and in truth."""
    _, printed, true = max(shares_told(accounts, offsets, column), key=lambda one: one[2])
    return printed, true


def shares_told(accounts: Sequence[Counted], offsets: Offsets, column: str) -> list[tuple[int, float, float]]:
    """Of each border that has a share of the act `column`: how many answer, the share as printed, and in truth."""
    made, true = of_year(accounts, offsets), of_year(accounts, Exact(b""))

    def share(of: Published, border: str) -> float:
        answers = _number(of, {BORDER: border, "answered": "act"})
        return _number(of, {BORDER: border, "act": column}) / answers

    printed = {one: _number(made, {BORDER: one, "answered": "act"}) for one in made.rows[BORDER]}
    return [
        (answers, share(made, one), share(true, one))
        for one, answers in printed.items()
        if answers >= LEAST_ANSWERS and one in true.rows[BORDER]
    ]


def _number(of: Published, cell: Mapping[str, str]) -> int:
    return of.numbers[CellName.of(cell, period=of.period)]


def _has_time(one: Counted, made: Published) -> bool:
    level = made.levels.get(one.border)
    if level is None:
        return False
    return bool(made.number({BORDER: one.border, MONTH: column_of(one.when, level, Period.of(made.period))}))


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found)
