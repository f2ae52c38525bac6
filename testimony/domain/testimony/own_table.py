"""Counts testimonies of a desk by one or two of the codes in its list: a reader's own work, and no release.

Pure code: it knows rows of the list (`inbox.Row`), and no word of a testimony.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from testimony.domain.testimony.inbox import Row

UNKNOWN: Final = ""
"""The value of a testimony that says nothing about it."""
FIELDS: Final = ("border", "part", "year", "month", "gender", "age", "nationality", "language", "kind", "state")
OF_TIME: Final = frozenset({"year", "month"})
GONE: Final = frozenset({"withdrawn", "ended"})


@dataclass(frozen=True, kw_only=True)
class OwnTable:
    """`lines`, `columns`: the values that occur; one column `UNKNOWN` where it is counted by one field alone.

    `cells`: by (line, column), absent where there is none. `of_lines`, `of_columns`, `total`: testimonies, each once; a
    testimony in two languages is in the line of each. `left_out`: those that are here and may not be counted.
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
        if not row.read or row.flags & GONE or use not in row.consent:
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
        of_lines=dict(of_lines),
        of_columns=dict(of_columns),
        total=total,
        left_out=left_out,
    )


def values(row: Row, field: str) -> tuple[str, ...]:
    """What `row` says about `field`; `(UNKNOWN,)` for nothing."""
    said: Mapping[str, Collection[str]] = {
        "border": [row.place.partition(":")[0]],
        "part": [row.place],
        "year": [row.month[:4]],
        "month": [row.month if len(row.month) == len("2026-01") else UNKNOWN],
        "gender": [row.gender],
        "age": [row.age],
        "nationality": [row.nationality],
        "language": row.languages,
        "kind": [row.kind],
        "state": [row.state.value],
    }
    return tuple(said[field]) or (UNKNOWN,)


def _ordered(counted: Counter[str], field: str) -> tuple[str, ...]:
    """Time in its order, all else the most frequent first; what is not known last."""
    if field in OF_TIME:
        return tuple(sorted(counted, key=lambda value: (value == UNKNOWN, value)))
    return tuple(sorted(counted, key=lambda value: (value == UNKNOWN, -counted[value], value)))
