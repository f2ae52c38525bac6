"""One sheet of cells with a name, a tag and a type for each column; CSV and XLSX files are written from it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

Cell = str | int | float | date | None
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula, or of another cell."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """`tag`: HXL, empty for none. `required`, `least`, `codes`: of the table's columns, for its HXL schema."""

    name: str
    tag: str = ""
    kind: Literal["text", "number", "date"] = "text"
    required: bool = False
    least: int | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`rows` hold a cell for each column; None is empty."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def heads(self) -> tuple[tuple[str, ...], ...]:
        """The names, and the HXL row where there are tags."""
        names = tuple(column.name for column in self.columns)
        tags = tuple(column.tag for column in self.columns)
        return (names, tags) if any(tags) else (names,)

    @property
    def untagged(self) -> Sheet:
        """The same without its HXL row, for programs that take the second row for data."""
        return replace(self, columns=tuple(replace(column, tag="") for column in self.columns))


def safe(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula: with an apostrophe before it, where it might."""
    return f"'{text}" if text.startswith(RISKY) else text


def delimited(sheet: Sheet, *, marked: bool = False) -> bytes:
    """As CSV (RFC 4180, UTF-8). `marked`: with a byte order mark, by which Excel knows letters with accents."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerows([safe(name) for name in names] for names in sheet.heads)
    writer.writerows([_written(cell) for cell in row] for row in sheet.rows)
    return held.getvalue().encode("utf-8-sig" if marked else "utf-8")


def figures(number: float) -> str:
    """A number without an exponent: 0.000001."""
    return f"{Decimal(repr(number)):f}"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return figures(cell)
    return safe(cell) if isinstance(cell, str) else str(cell)
