"""Files of records as programs write them: workbooks, and archives of several files; and what is read from them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import formats
from testimony.services.imports.files.table import Table


def sheet(*rows: tuple[Any, ...], more: dict[str, list[tuple[Any, ...]]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, others in (more or {}).items():
        other = book.create_sheet(name)
        for row in others:
            other.append(row)
    book.save(file := io.BytesIO())
    return file.getvalue()


def packed(**files: bytes) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", ".").replace("_in_", "/"), data)
    return file.getvalue()


def cells(found: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in found.rows]


def refusal(data: bytes, encoding: str = "") -> str:
    with pytest.raises(ImportRefused) as refused:
        formats.read(data, encoding)
    return refused.value.reason
