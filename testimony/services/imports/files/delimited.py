"""Reads CSV with any separator and encoding. A person chooses an encoding that is not certain; it is never guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import LARGEST_FILE, MOST_ROWS, Row, Table, made, require_size

ENCODINGS: Final = {
    "utf-8": "Unicode (UTF-8)",
    "windows-1252": "Windows-1252 (français, español, Deutsch)",
    "windows-1250": "Windows-1250 (hrvatski, polski, magyar)",
    "windows-1251": "Windows-1251 (српски, български)",
    "windows-1253": "Windows-1253 (ελληνικά)",
    "windows-1254": "Windows-1254 (Türkçe)",
    "windows-1256": "Windows-1256 (العربية, فارسی)",
}
"""Encodings that a person can choose if the bytes do not tell it: Python's name -> the name that is shown."""
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = (",", ";", "\t", "|")
_LONGEST_CELL: Final = 1 << 20


def read(data: bytes, encoding: str = "") -> Table:
    """The table in `data`. `encoding`: a key of `ENCODINGS` that a person chose. Raises `ImportRefused`."""
    text = _text(data, encoding)
    if "\0" in text:
        raise ImportRefused("format")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        lines = _limited(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True))
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
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data, name)
    if encoding:
        if encoding not in ENCODINGS:
            raise ImportRefused("encoding")
        return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportRefused("encoding") from error


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportRefused("encoding") from error


def _separator(text: str) -> str:
    """The separator that is most frequent in the first line, outside quotes."""
    line, quoted, counts = text.partition("\n")[0], False, dict.fromkeys(_SEPARATORS, 0)
    for sign in line:
        quoted ^= sign == '"'
        if not quoted and sign in counts:
            counts[sign] += 1
    return max(_SEPARATORS, key=lambda sign: counts[sign])
