"""Counts testimonies of a desk by one or two of the codes in its list: a reader's own work, and no release.

Pure code: it knows rows of the list (`inbox.Row`), and no word of a testimony.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from testimony.domain.testimony.inbox import Row

UNKNOWN: Final = ""
"""The value of a testimony that says nothing about it."""
FIELDS: Final = ("border", "part", "year", "month", "gender", "age", "nationality", "language", "kind", "state")
OF_TIME: Final = frozenset({"year", "month"})
IN_ORDER: Final = OF_TIME | {"age"}
"""Fields whose codes stand in their own order; of the others the most frequent comes first."""
MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
MOST_FILLED: Final = 240
"""Lines of a table of time: where there would be more, because one day is far off, gaps stay gaps."""
NOT_COUNTED: Final = frozenset({"withdrawn", "ended", "broken", "damaged"})
"""Marks of a row: the testimony is gone, or does not verify."""


@dataclass(frozen=True, kw_only=True)
class OwnTable:
    """`lines`, `columns`: the values that occur; one column `UNKNOWN` where it is counted by one field alone.

    Of time none is left out between the first and the last. `cells`: by (line, column), absent where there is none.
    `of_lines`, `of_columns`, `total`: testimonies, each once; a testimony in two languages is in the line of each.
    `left_out`: those that are here and may not be counted.
    """

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]
    of_lines: Mapping[str, int]
    of_columns: Mapping[str, int]
    total: int
    left_out: int


def table(rows: Iterable[Row], by: str, across: str = "", *, use: str) -> OwnTable:
    """Count `rows` by the field `by`, and by `across` where it is given. `use`: the code of `inbox.CONSENT` that must
    stand today. Raises `KeyError` for another name than those of `FIELDS`.
    """
    cells: Counter[tuple[str, str]] = Counter()
    of_lines: Counter[str] = Counter()
    of_columns: Counter[str] = Counter()
    total = left_out = 0
    for row in rows:
        if not row.read or row.flags & NOT_COUNTED or use not in row.consent:
            left_out += 1
            continue
        lines, columns = values(row, by), values(row, across) if across else (UNKNOWN,)
        total += 1
        of_lines.update(lines)
        of_columns.update(columns)
        cells.update((line, column) for line in lines for column in columns)
    return OwnTable(
        lines=_ordered(of_lines, by),
        columns=_ordered(of_columns, across),
        cells=dict(cells),
        of_lines=of_lines,
        of_columns=of_columns,
        total=total,
        left_out=left_out,
    )


def values(row: Row, field: str) -> tuple[str, ...]:
    """What `row` says about `field`; `(UNKNOWN,)` for nothing."""
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
    return tuple(said[field]) or (UNKNOWN,)


def _ordered(counted: Counter[str], field: str) -> tuple[str, ...]:
    """In their own order or the most frequent first; what is not known last."""
    if field in IN_ORDER:
        known = sorted(value for value in counted if value != UNKNOWN)
        whole = _without_gaps(known) if field in OF_TIME and known else known
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
