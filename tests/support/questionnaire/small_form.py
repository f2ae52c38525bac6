"""A small questionnaire of one group, to be changed in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testimony.questionnaire.xlsform.reader import Reading, read
from tests.support.questionnaire.workbooks import workbook

HEADINGS = ("type", "name", "label::English (en)", "compartment", "disclosure")
OPEN = {"type": "begin_group", "name": "part", "label::English (en)": "Part"}
CLOSE = {"type": "end_group"}
HEARD = {"list_name": "answered", "name": "yes", "label::English (en)": "Yes"}
SILENT = {"list_name": "answered", "name": "no", "label::English (en)": "No"}
SETTINGS = {"form_id": "small", "version": "1", "default_language": "English (en)"}

Row = Mapping[str, object]


def question(kind: str, name: str, **more: str) -> dict[str, object]:
    """A row of the survey, in the incident and neutral unless `more` says otherwise."""
    plain = {"compartment": "incident", "disclosure": "neutral", "label::English (en)": f"Question {name}"}
    return {"type": kind, "name": name, **plain, **more}


def packed(
    *rows: Row, choices: Sequence[Row] = (HEARD, SILENT), settings: Row = SETTINGS, grouped: bool = True
) -> bytes:
    """The workbook; the first of `rows` is row 3 when they are in the group."""
    survey = [OPEN, *rows, CLOSE] if grouped else [*rows]
    return workbook({"survey": table(survey), "choices": table(choices), "settings": table([settings])})


def table(rows: Sequence[Row]) -> list[list[object]]:
    headings = list(dict.fromkeys(heading for row in rows for heading in row)) or ["name"]
    return [headings, *([row.get(heading, "") for heading in headings] for row in rows)]


def told(
    *rows: Row, choices: Sequence[Row] = (HEARD, SILENT), settings: Row = SETTINGS, grouped: bool = True
) -> Reading:
    """What the reader says of it."""
    return read(packed(*rows, choices=choices, settings=settings, grouped=grouped))


def refusals(*rows: Row, **more: object) -> list[tuple[str, int | None, str, str]]:
    """(sheet, row, column, reason) of everything that refuses it."""
    reading = told(*rows, **more)  # type: ignore[arg-type]
    assert (reading.form is None) == bool(reading.refusals)
    return [(one.sheet, one.row, one.column, one.reason) for one in reading.refusals]
