"""Reads the cells of an old Excel file (.xls). `xlrd` runs no macros and follows no links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire.errors import QuestionnaireUnreadable


@dataclass(frozen=True)
class Cell:
    """A cell with the attributes of one of `openpyxl`. `data_type`: "e" for an error of the spreadsheet."""

    value: Any
    data_type: str = "s"


def sheets(data: bytes, most_columns: int) -> Iterator[tuple[str, Iterator[tuple[Cell, ...]]]]:
    """(title, rows) of each sheet; of a row the first `most_columns` cells. Raises `QuestionnaireUnreadable`."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
    except Exception as error:  # a damaged file can fail anywhere inside xlrd, with any error there is
        raise QuestionnaireUnreadable("old") from error
    for title in book.sheet_names():
        yield title, _rows(book, book.sheet_by_name(title), most_columns)


def _rows(book: Any, sheet: Any, most_columns: int) -> Iterator[tuple[Cell, ...]]:
    for number in range(sheet.nrows):
        yield tuple(_cell(book, cell) for cell in sheet.row(number)[:most_columns])


def _cell(book: Any, cell: Any) -> Cell:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return Cell(None)
        case xlrd.XL_CELL_BOOLEAN:
            return Cell(bool(cell.value))
        case xlrd.XL_CELL_ERROR:
            return Cell(cell.value, "e")
        case xlrd.XL_CELL_DATE:
            return Cell(_date(book, cell.value))
    return Cell(cell.value if cell.value != "" else None)


def _date(book: Any, value: float) -> Any:
    import xlrd

    try:
        return xlrd.xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError):  # a number that only looks like a date
        return value
