"""Reads the first sheet of an XLSX file that has rows. For a formula it reads the value that is stored with it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, repeats
from testimony.services.imports.files.repeats import Sheet
from testimony.services.imports.files.table import (
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    made,
    require_cells,
    require_size,
)

OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of .xls files, and of all files of Office that have a password."""
_EXPANDS: Final = 128 << 20
"""Bytes of all XML files together, unpacked."""
_MOST_TIMES: Final = 200
"""The most that a file may grow when it is unpacked. Ordinary text grows tenfold."""
_MOST_SHEETS: Final = 200
_LAST_ROW: Final = 1_048_576
"""The last row that a spreadsheet has."""
_FORMULA: Final = re.compile(rb"<f[ />]")
_WITHOUT_VALUE: Final = re.compile(rb"(?:</f>|<f[^<>]*/>)\s*+(?:<v\s*+/>|<v>\s*+</v>)?+\s*+</c>")
"""It never goes back over what it has read: the sheet may be made to have it do so."""


def read(data: bytes) -> tuple[Sheet, list[Sheet]]:
    """The records of the workbook `data`, and its sheets of repeat groups. Raises `ImportRefused`."""
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    _require_harmless(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl: about parts of Excel that hold no rows
            return _read(data)
    except ImportRefused:
        raise
    except Exception as error:  # a damaged file can fail anywhere inside openpyxl, with any error there is
        raise ImportRefused("damaged") from error


def _require_harmless(data: bytes) -> None:
    """Unpack everything once and count it, before an XML parser reads it. Raises `ImportRefused`: bomb, format, and as
    `archive.opened`.
    """
    with archive.opened(data) as opened:
        if "xl/workbook.xml" not in opened.namelist():
            raise ImportRefused("format")
        left = min(_EXPANDS, _MOST_TIMES * len(data) + (1 << 20))
        for entry in opened.infolist():
            content = archive.content(opened, entry.filename, left)  # a sheet may have any name
            left -= len(content)
            if archive.has_document_type(content):  # Excel writes none
                raise ImportRefused("bomb")


def _read(data: bytes) -> tuple[Sheet, list[Sheet]]:
    import openpyxl

    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    first: list[_Raw] = []
    within: list[_Raw] = []
    if len(values.sheetnames) > _MOST_SHEETS:
        raise ImportRefused("size")
    for name in values.sheetnames:
        sheet = values[name]
        if not hasattr(sheet, "iter_rows"):
            continue  # a chart
        sheet.reset_dimensions()  # the size in the file may be wrong
        rows = _rows(sheet)
        headings = next(rows, None)
        columns = _texts(headings[1]) if headings else ()
        if columns and (repeats.is_repeat(columns) or not first):
            kind = within if repeats.is_repeat(columns) else first
            kind.append(_Raw(name, columns, [_row(*row) for row in rows]))
    if not first:
        raise ImportRefused("empty")
    require_cells((one.width, len(one.rows)) for one in (*first, *within))
    return _sheet(first[0], _formulas(data)), [_sheet(one) for one in within if one.rows]


@dataclass(frozen=True)
class _Raw:
    """A sheet as it was read: its rows end with their last cell."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]

    @property
    def width(self) -> int:
        return max([len(self.columns), *(len(row.cells) for row in self.rows)])


def _sheet(raw: _Raw, formulas: int = 0) -> Sheet:
    width = raw.width
    require_size(width, len(raw.rows))
    wide = [
        Row(number=row.number, cells=(*row.cells, *[""] * (width - len(row.cells))), dates=row.dates)
        for row in raw.rows
    ]
    columns = [*raw.columns, *[""] * (width - len(raw.columns))]
    return Sheet(name=raw.name, table=made(columns, wide, formulas=formulas))


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    filled, blank = 0, None
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if number > _LAST_ROW:
            raise ImportRefused("size")
        if cells is blank:  # openpyxl gives the same one for each row of a gap
            continue
        if any(cell.value is not None for cell in cells):
            filled += 1
            if filled > MOST_ROWS + 1:
                raise ImportRefused("size")
            yield number, cells
        else:
            blank = cells


def _row(number: int, cells: Sequence[Any]) -> Row:
    dates = {at: day for at, cell in enumerate(cells) if (day := _day(cell.value)) is not None}
    return Row(number=number, cells=_texts(cells), dates=dates)


def _texts(cells: Sequence[Any]) -> tuple[str, ...]:
    """The texts of the cells, without the empty ones at the end."""
    found = [_text(cell.value) for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    return str(value).replace("\xa0", " ").strip()


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _formulas(data: bytes) -> int:
    """How many cells hold a formula. Raises `ImportRefused("formula")` if one has no stored value."""
    found = 0
    with archive.opened(data) as opened:
        for name in opened.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                content = archive.content(opened, name)
                found += len(_FORMULA.findall(content))
                if _WITHOUT_VALUE.search(content):
                    raise ImportRefused("formula")
    return found
