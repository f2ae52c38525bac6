"""The numbers of a period as tables for readers: rows and columns with names, and shares in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from testimony.domain.tables.count import ANSWERED, HELD
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.published import Published
from testimony.publication.tables.lines import Line, lines
from testimony.publication.tables.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell, in words. `number`: "" if none is published. `share`: "" if none is."""

    number: str = ""
    share: str = ""


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
class _Drawn:
    """Lines of one table before they become a `Sheet`. `columns`: codes, in order. `rows`: row -> column -> line."""

    columns: dict[str, None] = field(default_factory=dict)
    rows: dict[str, dict[str, Line]] = field(default_factory=dict)


def sheets(made: Published, vocabulary: Vocabulary) -> tuple[list[Sheet], Sheet | None]:
    """The tables, and the table of what is not shown, which only a year has; else None."""
    drawn: dict[tuple[str, str, str], _Drawn] = {}
    for line in lines(made):
        table = drawn.setdefault((line.dimension, line.table, line.question), _Drawn())
        column = line.column or str(line.unit)
        table.columns.setdefault(column)
        table.rows.setdefault(line.row, {})[column] = line
    found = [_sheet(*key, table, vocabulary) for key, table in drawn.items()]
    coverage = [one for one in found if one.code == HELD and Period.of(made.period).kind is Kind.YEAR]
    return [one for one in found if one.code != HELD], coverage[0] if coverage else None


def _sheet(dimension: str, table: str, question: str, drawn: _Drawn, vocabulary: Vocabulary) -> Sheet:
    columns = sorted(drawn.columns, key=lambda one: one != ANSWERED)
    return Sheet(
        code=question,
        title=vocabulary.not_shown() if question == HELD else vocabulary.title(dimension, question),
        first=vocabulary.question(dimension),
        columns=[_column(question, one, vocabulary) for one in columns],
        rows=[
            Row(name=vocabulary.row(dimension, code), cells=_cells(cells, columns, vocabulary))
            for code, cells in drawn.rows.items()
        ],
    )


def _column(question: str, code: str, vocabulary: Vocabulary) -> str:
    if question == HELD:
        return vocabulary.held(code)
    return vocabulary.column(question, code) if question else vocabulary.unit(Unit(code))


def _cells(said: dict[str, Line], columns: Iterable[str], vocabulary: Vocabulary) -> list[Cell]:
    return [cell(said[one], vocabulary) if one in said else Cell() for one in columns]


def cell(line: Line, vocabulary: Vocabulary) -> Cell:
    """A line in words."""
    return Cell(number=vocabulary.number(line.number, line.unit), share=vocabulary.share(line.said))
