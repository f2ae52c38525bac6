"""Reads CSV with any separator and encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from testimony import csv_text
from testimony.csv_text import EncodingUnknown
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import LARGEST_FILE, MOST_ROWS, Row, Table, made, require_size

_LONGEST_CELL: Final = 1 << 20


def read(data: bytes, encoding: str = "") -> Table:
    """The table in `data`. `encoding`: a key of `csv_text.ENCODINGS` that a person chose. Raises `ImportRefused`."""
    text = _text(data, encoding)
    if "\0" in text:
        raise ImportRefused("format")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        lines = _limited(csv.reader(io.StringIO(text, newline=""), delimiter=csv_text.separator(text), strict=True))
    except csv.Error as error:
        raise ImportRefused("damaged") from error
    if not lines:
        raise ImportRefused("empty")
    width = len(lines[0][1])
    require_size(width, len(lines) - 1)
    rows = []
    for number, cells in lines[1:]:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            raise ImportRefused("damaged")  # an unquoted separator inside a cell would shift the cells after it
        filled = [cell.strip() for cell in cells[:width]]
        rows.append(Row(number=number, cells=(*filled, *[""] * (width - len(filled)))))
    return made([name.strip() for name in lines[0][1]], rows)


def _limited(reader: Iterable[list[str]]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for cells in reader:
        if any(cells) or not found:
            found.append((len(found) + 1, cells))
        if len(found) > MOST_ROWS + 1:
            raise ImportRefused("size")
    return found


def _text(data: bytes, encoding: str) -> str:
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    try:
        return csv_text.decoded(data, encoding)
    except EncodingUnknown as error:
        raise ImportRefused("encoding") from error
