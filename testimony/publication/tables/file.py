"""The zip of published tables: JSON and CSV with the same lines, the words that a reader must know, and a report.

It is made from published numbers alone, so every print has the same bytes, at every desk and for every reader.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from testimony import canonical
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.publication.sheets.sheet import Column, Sheet, delimited
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables import readers, report
from testimony.publication.tables.lines import Line
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from testimony.sealing.archive.zip import StoredZip

VERSION: Final = "testimony/1/tables-file"
COLUMNS: Final = (
    Column(name="table"),
    Column(name="period"),
    Column(name="dimension"),
    Column(name="row"),
    Column(name="question"),
    Column(name="column"),
    Column(name="unit"),
    Column(name="number", kind="number"),
    Column(name="printed"),
    Column(name="share"),
    Column(name="about_percent", kind="number"),
)


def build(made: Published, plan: Plan) -> bytes:
    """The bytes of the file."""
    found, words = tables_lines.lines(made), Vocabulary(Words("en")).notes(made, plan)
    files = {
        "read-me.txt": "\n".join(words).encode() + b"\n",
        "tables.csv": delimited(_sheet(found, made)),
        **{f"{sheet.name}.csv": delimited(sheet) for sheet in readers.files(found, made)},
        "tables.json": canonical.encode(_value(found, made, words)),
        **{f"report-{lang}.html": page for lang, page in report.pages(made, plan).items()},
    }
    written = io.BytesIO()
    container = StoredZip(written.write)
    for name, data in sorted(files.items()):
        container.add(name, data)
    container.finish()
    return written.getvalue()


def _sheet(found: Sequence[Line], made: Published) -> Sheet:
    return Sheet(name="tables", columns=COLUMNS, rows=tuple(_cells(one, made) for one in found))


def _cells(one: Line, made: Published) -> tuple[str | int | None, ...]:
    """The number is empty where it is under its base: a spreadsheet would take it for nobody."""
    number = one.number or None
    head = (one.table, made.period, one.dimension, one.row, one.question, one.column, str(one.unit))
    return (*head, number, one.shown, one.share, one.about)


def _value(found: Sequence[Line], made: Published, words: Sequence[str]) -> dict[str, Any]:
    return {
        "v": VERSION,
        "period": made.period,
        "edition": made.edition,
        "plan": made.plan,
        "layer": made.layer,
        "words": list(words),
        "lines": [
            {
                "table": one.table,
                "dimension": one.dimension,
                "row": one.row,
                "question": one.question,
                "column": one.column,
                "unit": str(one.unit),
                "number": one.number or None,
                "printed": one.shown,
                "share": one.share,
                "about_percent": one.about,
            }
            for one in found
        ],
    }
