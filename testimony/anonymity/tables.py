"""The table that leaves, as bytes: the same for the same classes, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | int | None]]) -> bytes:
    """UTF-8, CRLF lines: the names of `columns`, their HXL tags, then `rows`. None is an empty cell.

    Raises ValueError for a text that a spreadsheet would take for a formula: labels come out of closed lists, so such a
    text is a fault and not something to repair.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for name, _ in columns])
    writer.writerow([tag for _, tag in columns])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode()


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, str):
        if value.startswith(FORMULA):
            raise ValueError("a label begins like a formula")
        if any(ord(sign) < 0x20 or 0x202A <= ord(sign) <= 0x202E or 0x2066 <= ord(sign) <= 0x2069 for sign in value):
            raise ValueError("a label holds control characters")
    return value
