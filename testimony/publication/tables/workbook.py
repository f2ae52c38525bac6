"""The XLSX file of published tables: a tab that says how to read them, then a tab for each table.

Numbers are numbers. "Under 5" and "not shown" are text, and a cell that the tables do not have is empty: a reader who
adds up or sorts never takes one for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER
from testimony.publication.sheets import xlsx
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.tables import sheets as tables_sheets
from testimony.publication.tables.lines import Line
from testimony.publication.tables.sheets import Drawn
from testimony.publication.tables.vocabulary import Vocabulary

ABOUT: Final = "About"


def book(found: Sequence[Line], made: Published, plan: Plan, vocabulary: Vocabulary) -> bytes:
    """The bytes of the file. `found`: the lines of `made`, the numbers published by `plan`."""
    drawn = tables_sheets.drawn(found)
    return xlsx.workbook([_about(drawn, made, plan, vocabulary), *(_sheet(one, vocabulary) for one in drawn)])


def _about(drawn: Sequence[Drawn], made: Published, plan: Plan, vocabulary: Vocabulary) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        ("period", vocabulary.period(Period.of(made.period))),
        ("edition", made.edition),
        ("plan", made.plan),
        *(("how to read", said) for said in vocabulary.notes(made, plan)),
        *((f"tab {_tab(one)}", vocabulary.title(one.dimension, one.question)) for one in drawn),
    ]
    return Sheet(name=ABOUT, columns=(Column(name="about"), Column(name="what")), rows=tuple(rows))


def _tab(one: Drawn) -> str:
    """By codes: a name in words may be longer than a spreadsheet allows."""
    return one.question or one.dimension if one.dimension == BORDER else f"{one.dimension} {one.question}"


def _sheet(one: Drawn, vocabulary: Vocabulary) -> Sheet:
    """The names and codes of the rows, their numbers, then their shares, as far as one is said."""
    heads = [(code, vocabulary.column(one.question, code)) for code in one.columns]
    shares = [(code, head) for code, head in heads if any(code in row and row[code].said for row in one.rows.values())]
    rows = []
    for row, lines in one.rows.items():
        numbers = [_number(lines.get(code)) for code, _ in heads]
        said = [lines[code].share if code in lines else None for code, _ in shares]
        rows.append((vocabulary.row(one.dimension, row), row, *numbers, *said))
    return Sheet(
        name=_tab(one),
        columns=(
            Column(name=vocabulary.question(one.dimension)),
            Column(name="code"),
            *(Column(name=head, kind="number") for _, head in heads),
            *(Column(name=f"share: {head}") for _, head in shares),
        ),
        rows=tuple(rows),
    )


def _number(line: Line | None) -> Cell:
    return None if line is None else line.number or line.shown
