"""The table that every reader of a file returns. Columns are known by position, since two may have the same name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from testimony import canonical
from testimony.services.imports.errors import ImportRefused

LARGEST_FILE: Final = 64 << 20
"""Bytes."""
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 2_000
MOST_CELLS: Final = 10_000_000
"""Of rows as long as the longest: a few kilobytes can ask for a hundred million empty cells."""
NUMBERS: Final = ("meta/instanceid", "instanceid", "meta-instanceid", "key", "_uuid", "__id")
"""Headings of the number that ODK and KoboToolbox give a submission, the surest first."""

_ODK: Final = ("KEY", "meta-instanceID")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record. `number`: of the row in the file. `cells`: one for each column, "" if empty.

    `dates`: position of a column -> day, for cells that the spreadsheet itself holds as dates.
    """

    number: int
    cells: tuple[str, ...]
    dates: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Table:
    """`columns`: the headings. `formulas`: how many cells hold a formula, of which the stored value was read.
    `repeats`: names of repeat groups whose rows came in a sheet of their own and are lines of a cell now. `orphans`:
    how many of such rows belong to no record. `attached`: names of files beside the records; None without an archive.
    `unopened`: folders of submissions that could not be opened: the answers are missing, changed or too large, or have
    another key. `unchecked`: how many encrypted submissions lack a file or the signature, so nothing shows whether
    their answers were changed.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    formulas: int = 0
    repeats: tuple[str, ...] = ()
    orphans: int = 0
    attached: frozenset[str] | None = None
    unopened: tuple[str, ...] = ()
    unchecked: int = 0

    @property
    def number_column(self) -> int | None:
        """The position of the column with the number of the submission; None if there is none."""
        names = [name.strip().lower() for name in self.columns]
        return next((names.index(one) for one in NUMBERS if one in names), None)

    @property
    def is_odk(self) -> bool:
        """Whether it is a CSV file of ODK Central, which joins the names of groups with "-"."""
        return any(name in _ODK for name in self.columns)

    def values(self, column: int) -> list[str]:
        """The cells of the column that are not empty."""
        return [row.cells[column] for row in self.rows if row.cells[column]]

    def twice(self) -> list[str]:
        """The names that several columns have."""
        names = [name for name in self.columns if name]
        return sorted({name for name in names if names.count(name) > 1})


def require_size(columns: int, rows: int) -> None:
    """Check the size before all rows are padded to one length. Raises `ImportRefused`: columns, size."""
    if columns > MOST_COLUMNS:
        raise ImportRefused("columns")
    if rows > MOST_ROWS or columns * rows > MOST_CELLS:
        raise ImportRefused("size")


def require_cells(tables: Iterable[tuple[int, int]]) -> None:
    """Check the (columns, rows) of several tables that are held together. Raises `ImportRefused("size")`."""
    if sum(columns * rows for columns, rows in tables) > MOST_CELLS:
        raise ImportRefused("size")


def made(columns: Sequence[str], rows: Sequence[Row], *, formulas: int = 0) -> Table:
    """The table of these rows without the empty ones. Raises `ImportRefused`: columns, size, empty, damaged."""
    require_size(len(columns), len(rows))
    kept = tuple(row for row in rows if any(row.cells))
    try:
        "".join(("".join(columns), *("".join(row.cells) for row in kept))).encode()
    except UnicodeEncodeError as error:  # a lone surrogate, which JSON can spell
        raise ImportRefused("damaged") from error
    if not kept or not any(columns):
        raise ImportRefused("empty")
    return Table(columns=tuple(columns), rows=kept, formulas=formulas)


def digest(table: Table, row: Row) -> str:
    """SHA-256 of the row as it was read: canonical JSON of each heading with its cell, in order."""
    return canonical.sha256_hex(
        canonical.encode([[name, cell] for name, cell in zip(table.columns, row.cells, strict=True)])
    )
