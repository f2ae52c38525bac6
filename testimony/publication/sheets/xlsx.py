"""Writes sheets as a reproducible XLSX file (ECMA-376): the bytes depend on the cells alone.

It uses no clock, no library and no compression: two desks must get the same hash, whatever they have installed
(docs/decisions/release-files.md). Texts are inline strings and never formulas, numbers are numbers, days are dates.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from testimony.publication.markup import element, xml
from testimony.publication.sheets.sheet import Cell, Sheet, figures, safe

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_DAY: Final = date(1899, 12, 30)
PLAIN, BOLD, DAY = "0", "1", "2"
Written = Callable[[str], str]
MOST_WIDE: Final = 40
MEASURED: Final = 200
"""Of so many rows a column is wide enough."""


def workbook(sheets: Sequence[Sheet], *, guarded: bool = True) -> bytes:
    """The file with one tab a sheet, heads frozen. `guarded`: a text that a spreadsheet may take for a formula when
    somebody saves it as CSV gets an apostrophe; without it, every text is read back as it is.
    """
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": _types(numbers),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in numbers}
            | {f"rId{len(sheets) + 1}": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _styles(),
        **{
            f"xl/worksheets/sheet{number}.xml": _sheet(sheet, safe if guarded else str)
            for number, sheet in zip(numbers, sheets, strict=True)
        },
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as file:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0  # the same on every system
            file.writestr(entry, xml(part))
    return held.getvalue()


def _types(numbers: Sequence[int]) -> Element:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    return element(
        "Types",
        element("Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"),
        element("Default", Extension="xml", ContentType="application/xml"),
        *(element("Override", PartName=name, ContentType=f"{TYPE}.{kind}+xml") for name, kind in parts),
        xmlns=f"{PACKAGE}/content-types",
    )


def _relations(targets: dict[str, tuple[str, str]]) -> Element:
    return element(
        "Relationships",
        *(
            element("Relationship", Id=id, Type=f"{OFFICE}/{kind}", Target=target)
            for id, (kind, target) in targets.items()
        ),
        xmlns=f"{PACKAGE}/relationships",
    )


def _book(sheets: Sequence[Sheet]) -> Element:
    tabs = [
        element("sheet", name=sheet.name, sheetId=str(number), **{"r:id": f"rId{number}"})
        for number, sheet in enumerate(sheets, 1)
    ]
    return element("workbook", element("sheets", *tabs), xmlns=MAIN, **{"xmlns:r": OFFICE})


def _styles() -> Element:
    """Three: plain, bold for heads, and a day as ISO 8601 writes it."""
    font = [element("sz", val="11"), element("name", val="Calibri")]
    return element(
        "styleSheet",
        element("numFmts", element("numFmt", numFmtId="164", formatCode="yyyy\\-mm\\-dd"), count="1"),
        element("fonts", element("font", *font), element("font", element("b"), *font), count="2"),
        element(
            "fills",
            element("fill", element("patternFill", patternType="none")),
            element("fill", element("patternFill", patternType="gray125")),
            count="2",
        ),
        element("borders", element("border", *map(element, ("left", "right", "top", "bottom", "diagonal"))), count="1"),
        element("cellStyleXfs", element("xf", numFmtId="0", fontId="0", fillId="0", borderId="0"), count="1"),
        element(
            "cellXfs",
            element("xf", numFmtId="0", fontId="0", fillId="0", borderId="0", xfId="0"),
            element("xf", numFmtId="0", fontId="1", fillId="0", borderId="0", xfId="0", applyFont="1"),
            element("xf", numFmtId="164", fontId="0", fillId="0", borderId="0", xfId="0", applyNumberFormat="1"),
            count="3",
        ),
        element("cellStyles", element("cellStyle", name="Normal", xfId="0", builtinId="0"), count="1"),
        xmlns=MAIN,
    )


def _sheet(sheet: Sheet, written: Written) -> Element:
    heads = sheet.heads
    rows = [_row(number, cells, BOLD, written) for number, cells in enumerate(heads, 1)]
    rows += [_row(number, cells, PLAIN, written) for number, cells in enumerate(sheet.rows, len(heads) + 1)]
    below = f"A{len(heads) + 1}"
    pane = element("pane", ySplit=str(len(heads)), topLeftCell=below, activePane="bottomLeft", state="frozen")
    columns = [
        element("col", min=str(number), max=str(number), width=str(_width(column)), customWidth="1")
        for number, column in enumerate(zip(*heads, *sheet.rows[:MEASURED], strict=True), 1)
    ]
    return element(
        "worksheet",
        element("sheetViews", element("sheetView", pane, workbookViewId="0")),
        element("cols", *columns),
        element("sheetData", *rows),
        xmlns=MAIN,
    )


def _row(number: int, cells: Sequence[Cell], style: str, written: Written) -> Element:
    held = [
        _cell(f"{_letters(place)}{number}", cell, style, written)
        for place, cell in enumerate(cells)
        if cell not in (None, "")
    ]
    return element("row", *held, r=str(number))


def _cell(at: str, cell: Cell, style: str, written: Written) -> Element:
    if isinstance(cell, date):
        return element("c", element("v", str((cell - FIRST_DAY).days)), r=at, s=DAY)
    if isinstance(cell, int):
        return element("c", element("v", str(cell)), r=at, s=style)
    if isinstance(cell, float):
        return element("c", element("v", figures(cell)), r=at, s=style)
    return element("c", element("is", element("t", written(str(cell)))), r=at, s=style, t="inlineStr")


def _width(column: Sequence[Cell]) -> int:
    return min(MOST_WIDE, max(len(str(cell or "")) for cell in column) + 2)


def _letters(place: int) -> str:
    """A, B … Z, AA: the name of a column, counted from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
