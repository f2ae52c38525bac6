"""Reads the three sheets of an XLSForm as rows of texts, each with its row number in the spreadsheet."""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.xlsform import old_excel
from testimony.questionnaire.xlsform.archive import OLD_EXCEL, require_harmless
from testimony.questionnaire.xlsform.findings import Problems

SHEETS = ("survey", "choices", "settings")
EXTERNAL = "external_choices"
MOST_ROWS = {"survey": 2000, "choices": 20_000, "settings": 2000, EXTERNAL: 20_000}
MOST_COLUMNS, LONGEST = 120, 4000
EMPTY_ROWS = 1_048_576  # the last that a spreadsheet has: some programs write a format down to there
INVISIBLE = frozenset(
    map(
        chr,
        (*range(0x9), 0xB, 0xC, *range(0xE, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    )
)
"""Signs that make a text look like another one, or that no cell of a person holds."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`cells`: heading as it is written -> text. What is empty is not there."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    name: str
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Workbook:
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """The sheet; an empty one where the workbook has none."""
        return self.sheets.get(name, Sheet(name=name))


def read(data: bytes, findings: Problems, *, values: bool = False) -> Workbook:
    """The sheets survey, choices and settings of an .xlsx or .xls. Raises `QuestionnaireUnreadable`.

    `values`: a formula counts as the value that the spreadsheet program last gave it, and is not refused.
    """
    require_harmless(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl: about parts of Excel that no XLSForm needs
            return _workbook(_sheets(data, values), (*SHEETS, EXTERNAL) if values else SHEETS, findings)
    except QuestionnaireUnreadable:
        raise
    except Exception as error:  # a damaged file can fail anywhere inside openpyxl, with any error there is
        raise QuestionnaireUnreadable("damaged") from error


def _sheets(data: bytes, values: bool) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    import openpyxl

    if data.startswith(OLD_EXCEL):
        yield from old_excel.sheets(data, MOST_COLUMNS + 1)
        return
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    for title in book.sheetnames:
        worksheet = book[title]
        if not hasattr(worksheet, "iter_rows"):
            continue  # a sheet of charts
        worksheet.reset_dimensions()  # what the file says of its own size may be a lie
        yield title, worksheet.iter_rows(max_col=MOST_COLUMNS + 1)


def _workbook(
    sheets: Iterable[tuple[str, Iterable[tuple[Any, ...]]]], read: Collection[str], findings: Problems
) -> Workbook:
    found: dict[str, Sheet] = {}
    for title, rows in sheets:
        name = title.strip().lower()
        if name in read and name not in found:
            found[name] = sheet_of(name, rows, findings, most=MOST_ROWS[name])
        elif not name.startswith("_"):
            shown = title if not INVISIBLE.intersection(title) else ascii(title)
            findings.warn(shown, None, "", "this sheet is not read; only survey, choices and settings are")
    return Workbook(sheets=found)


def sheet_of(
    name: str, found: Iterable[tuple[Any, ...]], findings: Problems, *, most: int = MOST_ROWS["choices"]
) -> Sheet:
    """The sheet with these rows of cells, the headings first. Cells that no sheet may hold are refused and left out."""
    rows = _cells(name, found, findings, most)
    _, first = next(rows, (1, ()))
    headings = _headings(name, first, findings)
    texts = []
    for number, cells in rows:
        known = {heading: cell for at, cell in enumerate(cells) if (heading := headings.get(at)) is not None}
        row = {
            heading: text for heading, cell in known.items() if (text := _text(name, number, heading, cell, findings))
        }
        if row:
            texts.append(Row(number=number, cells=row))
    return Sheet(name=name, headings=tuple(headings.values()), rows=tuple(texts))


def _cells(
    name: str, rows: Iterable[tuple[Any, ...]], findings: Problems, most: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that hold something, by their numbers; the first always."""
    filled = 0
    for number, cells in enumerate(rows, start=1):
        if number > EMPTY_ROWS or filled > most:
            reason = f"the sheet has more than {most} rows; leave out what is not asked, or make two of it"
            findings.refuse(name, number, "", reason)
            return
        if number == 1 and any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
            findings.refuse(
                name, 1, "", f"the sheet has more than {MOST_COLUMNS} columns; delete those that mean nothing"
            )
        if number == 1 or any(cell.value is not None for cell in cells[:MOST_COLUMNS]):
            filled += 1
            yield number, cells[:MOST_COLUMNS]


def _headings(name: str, cells: Iterable[Any], findings: Problems) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        heading = _text(name, 1, "", cell, findings)
        if heading in found.values():
            findings.refuse(name, 1, heading, "two columns have this heading")
        elif heading:
            found[at] = heading
    return found


def _text(sheet: str, row: int, column: str, cell: Any, findings: Problems) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        findings.refuse(sheet, row, column, "a formula of the spreadsheet; write the text that it gives")
        return ""
    if cell.data_type == "e":
        findings.refuse(sheet, row, column, "an error of the spreadsheet stands here; write a text")
        return ""
    text = _written(value)
    if len(text) > LONGEST:
        findings.refuse(sheet, row, column, f"the text is longer than {LONGEST} signs")
        return ""
    if INVISIBLE.intersection(text):
        findings.refuse(sheet, row, column, "the text holds invisible signs; write it again by hand")
        return ""
    return text


def _written(value: Any) -> str:
    """The value as its author sees it: 3 and not 3.0, a no-break space as a space."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\xa0", " ").strip()
