"""An old Excel file is read like a new one: the same rows, numbers and dates as text."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import xlrd

from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.xlsform import old_excel, workbook
from testimony.questionnaire.xlsform.archive import OLD_EXCEL
from testimony.questionnaire.xlsform.findings import Problems


class Book:
    """A workbook as xlrd gives it: nothing installed here writes one."""

    datemode = 0

    def __init__(self, **sheets: list[list[tuple[int, Any]]]) -> None:
        self.sheets = sheets

    def sheet_names(self) -> list[str]:
        return [*self.sheets]

    def sheet_by_name(self, name: str) -> Any:
        rows = [[SimpleNamespace(ctype=kind, value=value) for kind, value in row] for row in self.sheets[name]]
        return SimpleNamespace(nrows=len(rows), row=rows.__getitem__)


def test_the_cells_are_those_of_a_new_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text, number = xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER
    rows = [
        [(text, "type"), (text, "name"), (text, "label")],
        [(text, "integer"), (number, 7.0), (xlrd.XL_CELL_DATE, 45296.0)],
        [(xlrd.XL_CELL_EMPTY, ""), (xlrd.XL_CELL_BOOLEAN, 1), (xlrd.XL_CELL_DATE, 1e9)],
        [(text, "text"), (xlrd.XL_CELL_ERROR, 42), (text, "")],
    ]
    monkeypatch.setattr(xlrd, "open_workbook", lambda **_: Book(survey=rows))
    findings = Problems()
    held = workbook.read(OLD_EXCEL, findings).sheet("survey")
    assert [(row.number, row.cells) for row in held.rows] == [
        (2, {"type": "integer", "name": "7", "label": str(datetime(2024, 1, 5))}),
        (3, {"name": "TRUE", "label": "1000000000"}),
        (4, {"type": "text"}),
    ]
    assert [(one.row, one.column) for one in findings.refusals] == [(4, "name")]


def test_what_xlrd_cannot_open_gives_one_sentence() -> None:
    with pytest.raises(QuestionnaireUnreadable, match="Save it as"):
        [*old_excel.sheets(OLD_EXCEL + b"\0" * 2000, 10)]
