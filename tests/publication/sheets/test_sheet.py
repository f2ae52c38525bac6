"""No text of a cell is ever a formula, in either form of a sheet."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from testimony.publication.sheets.sheet import Column, Sheet, delimited
from testimony.publication.sheets.xlsx import workbook
from tests.support.publication.zip_reader import rows_of

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x")']


def sheet(*cells: str | int | date | None) -> Sheet:
    columns = tuple(Column(name=f"column_{number}") for number in range(len(cells)))
    return Sheet(name="one", columns=columns, rows=(cells,))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_takes_for_a_formula_is_written_as_text(text: str) -> None:
    assert rows_of(delimited(sheet(text)))[1] == [f"'{text}"]
    cell = openpyxl.load_workbook(io.BytesIO(workbook([sheet(text)])))["one"]["A2"]
    assert cell.data_type != "f"
    assert not str(cell.value).startswith(text[0])


def test_numbers_and_days_stay_what_they_are() -> None:
    made = sheet(-7, 0, date(2024, 2, 29), None, "quoted, \"so\" and 'so'", "Ελλάδα <&>")
    assert rows_of(delimited(made))[1] == ["-7", "0", "2024-02-29", "", "quoted, \"so\" and 'so'", "Ελλάδα <&>"]
    row = openpyxl.load_workbook(io.BytesIO(workbook([made])))["one"][2]
    assert [cell.value for cell in row[:2]] == [-7, 0]
    assert row[2].value.date() == date(2024, 2, 29)
    assert [cell.value for cell in row[3:]] == [None, "quoted, \"so\" and 'so'", "Ελλάδα <&>"]


def test_more_columns_than_letters_have_names() -> None:
    made = sheet(*range(1, 800))
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(workbook([made])))["one"][2]] == [*range(1, 800)]
