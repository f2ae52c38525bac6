"""The numbers of a period as tables for readers: rows and columns with names, and shares in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from testimony.domain.tables.count import ANSWERED, HELD
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.published import Published
from testimony.publication.tables.lines import Line, lines
from testimony.publication.tables.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell, in words. `number`: "" if none is published. `share`: "" if none is."""

    number: str = ""
    share: str = ""

    def __str__(self) -> str:
        """The number with its share, or a dash."""
        return f"{self.number} ({self.share})" if self.number and self.share else self.number or "–"


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table. `code`: of its question, "" for the totals. `first`: the head of the column with the names of rows."""

    code: str
    title: str
    first: str
    columns: list[str]
    rows: list[Row]


@dataclass(kw_only=True)
class Drawn:
    """Lines of one table before they become a `Sheet`. `columns`: codes, in order. `rows`: row -> column -> line.

    A column of totals has the name of its unit as its code.
    """

    dimension: str
    question: str
    columns: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, Line]] = field(default_factory=dict)


def drawn(found: Iterable[Line]) -> list[Drawn]:
    """The tables that these lines are of, the one of what is not shown too. Denominators come first."""
    tables: dict[tuple[str, str, str], Drawn] = {}
    for line in found:
        key = (line.dimension, line.table, line.question)
        table = tables.setdefault(key, Drawn(dimension=line.dimension, question=line.question))
        column = line.column or str(line.unit)
        if column not in table.columns:
            table.columns.append(column)
        table.rows.setdefault(line.row, {})[column] = line
    for table in tables.values():
        table.columns.sort(key=lambda one: one != ANSWERED)
    return list(tables.values())


def sheets(made: Published, vocabulary: Vocabulary) -> tuple[list[Sheet], Sheet | None]:
    """The tables, and the table of what is not shown, which only a year has; else None."""
    found = [_sheet(one, vocabulary) for one in drawn(lines(made))]
    coverage = [one for one in found if one.code == HELD and Period.of(made.period).kind is Kind.YEAR]
    return [one for one in found if one.code != HELD], coverage[0] if coverage else None


def _sheet(one: Drawn, vocabulary: Vocabulary) -> Sheet:
    return Sheet(
        code=one.question,
        title=vocabulary.title(one.dimension, one.question),
        first=vocabulary.question(one.dimension),
        columns=[vocabulary.column(one.question, code) for code in one.columns],
        rows=[
            Row(name=vocabulary.row(one.dimension, code), cells=_cells(cells, one.columns, vocabulary))
            for code, cells in one.rows.items()
        ],
    )


def _cells(said: dict[str, Line], columns: Iterable[str], vocabulary: Vocabulary) -> list[Cell]:
    return [cell(said[one], vocabulary) if one in said else Cell() for one in columns]


def cell(line: Line, vocabulary: Vocabulary) -> Cell:
    """A line in words."""
    return Cell(number=vocabulary.number(line.number, line.unit), share=vocabulary.share(line.said))
