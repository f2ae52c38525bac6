"""Makes .xlsx files for tests: honest ones from rows of texts, and ones that an honest program never writes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

import openpyxl

Sheets = dict[str, Sequence[Sequence[object]]]
WHEN = datetime(2026, 1, 5)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHARED_RELATION = b'<Relationship Type="%s/sharedStrings" Target="sharedStrings.xml" Id="shared"/>' % OFFICE
SHARED_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """The bytes of a workbook with these sheets. Empty texts are empty cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = WHEN
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """`data` with entries of the zip replaced or added; None takes one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in changes:
                new.writestr(entry, old.read(entry))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def with_shared_strings(data: bytes) -> bytes:
    """The same workbook with its texts in one table, as Excel writes them."""
    texts: dict[bytes, int] = {}

    def moved(cell: re.Match[bytes]) -> bytes:
        return b' t="s"><v>%d</v></c>' % texts.setdefault(cell[1], len(texts))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for name in entries:
        if name.startswith("xl/worksheets/"):
            entries[name] = re.sub(rb' t="inlineStr"><is>(<t.*?</t>)</is></c>', moved, entries[name])
    entries["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (
        MAIN,
        b"".join(b"<si>%s</si>" % one for one in texts),
    )
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    entries[rels] = entries[rels].replace(b"</Relationships>", SHARED_RELATION + b"</Relationships>")
    entries[types] = entries[types].replace(b"</Types>", SHARED_TYPE + b"</Types>")
    return repacked(data, entries)
