"""The numbers of a period as tables for a page: rows with names, columns in words, and each share as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from testimony.domain.tables.count import ANSWERED, HELD
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.published import Published
from testimony.publication.tables.lines import Line, lines
from testimony.web.desk.tables import text as tables_text


@dataclass(frozen=True, kw_only=True)
class Cell:
    """`number`: "" where none is published."""

    number: str = ""
    share: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table. `first`: what its rows are. `code`: of its question, "" for the totals."""

    code: str
    title: str
    first: str
    columns: list[str]
    rows: list[Row]


@dataclass(kw_only=True)
class _Drawn:
    """Lines of one table on their way to a `Sheet`: column -> nothing, and row -> column -> line."""

    columns: dict[str, None] = field(default_factory=dict)
    rows: dict[str, dict[str, Line]] = field(default_factory=dict)


def sheets(made: Published, lang: str) -> tuple[list[Sheet], Sheet | None]:
    """The tables, and what they do not show, which only the file of a year counts."""
    drawn: dict[tuple[str, str, str], _Drawn] = {}
    for line in lines(made):
        table = drawn.setdefault((line.dimension, line.table, line.question), _Drawn())
        column = line.column or str(line.unit)
        table.columns.setdefault(column)
        table.rows.setdefault(line.row, {})[column] = line
    found = [_sheet(*key, table, lang) for key, table in drawn.items()]
    coverage = [one for one in found if one.code == HELD and Period.of(made.period).kind is Kind.YEAR]
    return [one for one in found if one.code != HELD], coverage[0] if coverage else None


def _sheet(dimension: str, table: str, question: str, drawn: _Drawn, lang: str) -> Sheet:
    columns = sorted(drawn.columns, key=lambda one: one != ANSWERED)
    return Sheet(
        code=question,
        title=tables_text.not_shown() if question == HELD else tables_text.title(dimension, question, lang),
        first=tables_text.question(dimension, lang),
        columns=[_column(question, one, lang) for one in columns],
        rows=[
            Row(name=tables_text.row(dimension, code, lang), cells=_cells(cells, columns))
            for code, cells in drawn.rows.items()
        ],
    )


def _column(question: str, code: str, lang: str) -> str:
    if question == HELD:
        return tables_text.held(code)
    return tables_text.column(question, code, lang) if question else tables_text.unit(Unit(code))


def _cells(said: dict[str, Line], columns: Iterable[str]) -> list[Cell]:
    return [_cell(said[one]) if one in said else Cell() for one in columns]


def _cell(line: Line) -> Cell:
    return Cell(number=tables_text.number(line.number, line.unit), share=tables_text.share(line.said))
