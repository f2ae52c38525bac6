"""The zip of published tables: JSON, CSV and XLSX of the same lines, what a reader must know, and a report.

Its manifest has the hash of each file. Each CSV file is in it twice: plain, and in the folder hxl with a row of HXL
tags under its header. It is made from published numbers alone, so every print has the same bytes, at every desk and for
every reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from testimony import canonical
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER
from testimony.publication import manifest
from testimony.publication.sheets.sheet import Cell, Column, Sheet, delimited
from testimony.publication.sheets.table import EXPELLED_FROM, RETURNED_TO, states
from testimony.publication.tables import codebook as tables_codebook
from testimony.publication.tables import readers, report, workbook
from testimony.publication.tables.lines import Line
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words

VERSION: Final = "testimony/1/tables-file"
COLUMNS: Final = (
    Column(name="table", tag="#meta+table+code"),
    readers.PERIOD,
    Column(name="date_start", tag="#date+reported+start", kind="date"),
    Column(name="date_end", tag="#date+reported+end", kind="date"),
    Column(name="dimension", tag="#meta+dimension+code"),
    Column(name="row", tag="#meta+row+code"),
    EXPELLED_FROM,
    RETURNED_TO,
    Column(name="question", tag="#indicator+question+code"),
    Column(name="column", tag="#indicator+answer+code"),
    Column(name="unit", tag="#indicator+unit+code"),
    Column(name="number", tag="#indicator+num", kind="number"),
    Column(name="printed", tag="#indicator+printed+text"),
    Column(name="share", tag="#indicator+share+text"),
    Column(name="about_percent", tag="#indicator+share+num", kind="number"),
)
"""`date_start` and `date_end`: of the period in which accounts were admitted, not of what they tell."""


def build(made: Published, plan: Plan) -> bytes:
    """The bytes of the file. Raises `TablesRefused("codes")`."""
    found, vocabulary = tables_codebook.lines_to_leave(made), Vocabulary(Words("en"))
    words, sheets = vocabulary.notes(made, plan), [_sheet(found, made), *readers.files(found, made)]
    files = {
        "read-me.txt": "\n".join(words).encode() + b"\n",
        f"{tables_codebook.NAME}.csv": delimited(tables_codebook.sheet(found).untagged, marked=True),
        **{f"{sheet.name}.csv": delimited(sheet.untagged) for sheet in sheets},
        **{f"hxl/{sheet.name}.csv": delimited(sheet) for sheet in sheets},
        "tables.xlsx": workbook.book(found, made, plan, vocabulary),
        "tables.json": canonical.encode({**_head(made, plan), "words": words, "lines": [_value(one) for one in found]}),
        **{f"report-{lang}.html": page for lang, page in report.pages(made, plan).items()},
    }
    return manifest.packed(_head(made, plan), files)


def _head(made: Published, plan: Plan) -> dict[str, Any]:
    """`codebook`: the version by whose codes the plan names the cells."""
    return {
        "v": VERSION,
        "period": made.period,
        "edition": made.edition,
        "plan": made.plan,
        "layer": made.layer,
        "codebook": plan.codebook,
    }


def _sheet(found: Sequence[Line], made: Published) -> Sheet:
    return Sheet(name="tables", columns=COLUMNS, rows=tuple(_cells(one, made) for one in found))


def _cells(one: Line, made: Published) -> tuple[Cell, ...]:
    """The number is empty where it is under its base: a spreadsheet would take it for nobody."""
    period = Period.of(made.period)
    what = (one.dimension, one.row, *(states(one.row) if one.dimension == BORDER else (None, None)))
    which = (one.question, one.column, str(one.unit))
    days = (period.first_day, period.last_day)
    return (one.table, made.period, *days, *what, *which, one.number or None, one.shown, one.share, one.about)


def _value(one: Line) -> dict[str, Any]:
    return {
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
