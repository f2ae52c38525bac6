"""Counts testimonies of a desk by one or two fields: a reader's own work, and no release.

Pure code: it knows rows of the list (`inbox.Row`) and codes, and no word of a testimony.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from testimony.domain.testimony.inbox import Row

K = TypeVar("K")

UNKNOWN: Final = ""
"""The value of a testimony that says nothing about it."""
FIELDS: Final = ("border", "part", "year", "month", "gender", "age", "nationality", "language", "kind", "state")
"""Those of the list. Any other name is a field of the codebook."""
OF_TIME: Final = frozenset({"year", "month"})
IN_ORDER: Final = OF_TIME | {"age"}
"""Fields whose codes stand in their own order; of the others the most frequent comes first."""
MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
MOST_FILLED: Final = 240
"""Lines of a table of time: where there would be more, because one day is far off, gaps stay gaps."""
NOT_COUNTED: Final = frozenset({"withdrawn", "ended", "broken", "damaged"})
"""Marks of a row: the testimony is gone, or does not verify."""


class Unit(StrEnum):
    """What is counted, each once in a line, in a column and in all."""

    TESTIMONIES = "testimonies"
    PERSONS = "persons"
    INCIDENTS = "incidents"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A testimony to count. `codes`: (field of the codebook, code). `person`, `incidents`: as lawyers linked it.

    A testimony that nobody linked is a person and an incident of its own.
    """

    row: Row
    codes: Collection[tuple[str, str]] = frozenset()
    person: str = ""
    incidents: Collection[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Which table: `by` a field, and `across` another one or "". `only`: field -> values, of which a testimony must
    have one of each field.
    """

    by: str
    across: str = ""
    unit: Unit = Unit.TESTIMONIES
    only: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OwnTable:
    """`lines`, `columns`: the values that occur; one column `UNKNOWN` where it is counted by one field alone.

    Of time none is left out between the first and the last. `cells`: by (line, column), absent where there is none.
    `of_lines`, `of_columns`, `total`: units, each once; one with two values is in the line of each.
    `left_out`: the testimonies that are here and may not be counted.
    """

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]
    of_lines: Mapping[str, int]
    of_columns: Mapping[str, int]
    total: int
    left_out: int


def table(told: Iterable[Told], ask: Ask, *, use: str, orders: Mapping[str, Sequence[str]] | None = None) -> OwnTable:
    """Count `told`. `use`: the code of `inbox.CONSENT` that must stand today. `orders`: the values of fields that have
    an order of their own, beside those of `IN_ORDER`.
    """
    cells: dict[tuple[str, str], set[str]] = {}
    of_lines: dict[str, set[str]] = {}
    of_columns: dict[str, set[str]] = {}
    everything: set[str] = set()
    left_out = 0
    for one in told:
        if not may_count(one.row, use):
            left_out += 1
            continue
        if not all(set(values(one, name)) & set(wanted) for name, wanted in ask.only.items()):
            continue
        units = _units(one, ask.unit)
        everything |= units
        across = values(one, ask.across) if ask.across else (UNKNOWN,)
        for line in values(one, ask.by):
            of_lines.setdefault(line, set()).update(units)
            for column in across:
                cells.setdefault((line, column), set()).update(units)
        for column in across:
            of_columns.setdefault(column, set()).update(units)
    numbers, sums = _counted(of_lines), _counted(of_columns)
    lines, columns = _ordered(numbers, ask.by, orders or {}), _ordered(sums, ask.across, orders or {})
    return OwnTable(
        lines=lines,
        columns=columns,
        cells=_counted(cells),
        of_lines={line: numbers.get(line, 0) for line in lines},
        of_columns={column: sums.get(column, 0) for column in columns},
        total=len(everything),
        left_out=left_out,
    )


def may_count(row: Row, use: str) -> bool:
    """Whether the testimony was opened, is not gone, verifies, and its consent covers `use` today."""
    return row.read and not row.flags & NOT_COUNTED and use in row.consent


def values(told: Told, name: str) -> tuple[str, ...]:
    """What a testimony says about the field `name`; `(UNKNOWN,)` for nothing."""
    if name not in FIELDS:
        return tuple(sorted(code for of, code in told.codes if of == name)) or (UNKNOWN,)
    row = told.row
    said: Mapping[str, Collection[str]] = {
        "border": [row.place.partition(":")[0]],
        "part": [row.place],
        "year": [row.month[:4] if YEAR.fullmatch(row.month[:4]) else UNKNOWN],
        "month": [row.month if MONTH.fullmatch(row.month) else UNKNOWN],
        "gender": [row.gender],
        "age": [row.age],
        "nationality": [row.nationality],
        "language": row.languages,
        "kind": [row.kind],
        "state": [row.state.value],
    }
    return tuple(said[name]) or (UNKNOWN,)


def _units(told: Told, unit: Unit) -> set[str]:
    if unit is Unit.INCIDENTS and told.incidents:
        return set(told.incidents)
    return {(told.person if unit is Unit.PERSONS else "") or told.row.tid}


def _counted(found: Mapping[K, Collection[str]]) -> dict[K, int]:
    return {name: len(units) for name, units in found.items()}


def _ordered(counted: Mapping[str, int], name: str, orders: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """In their own order or the most frequent first; what is not known last."""
    if name in orders:
        return tuple(one for one in (*orders[name], UNKNOWN) if one in counted)
    if name in IN_ORDER:
        known = sorted(value for value in counted if value != UNKNOWN)
        whole = _without_gaps(known) if name in OF_TIME and known else known
        return (*whole, *([UNKNOWN] if UNKNOWN in counted else []))
    return tuple(sorted(counted, key=lambda value: (value == UNKNOWN, -counted[value], value)))


def _without_gaps(known: Sequence[str]) -> list[str]:
    """All years, or all months, from the first of `known` to the last."""
    if "-" not in known[0]:
        years = range(int(known[0]), int(known[-1]) + 1)
        return [f"{year:04}" for year in years] if len(years) <= MOST_FILLED else [*known]
    first, last = (int(value[:4]) * 12 + int(value[5:]) - 1 for value in (known[0], known[-1]))
    months = range(first, last + 1)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in months] if len(months) <= MOST_FILLED else [*known]
