"""The byte format of a table's rows in a sealed backup, the same for every kind of database.

    4-byte length ‖ canonical JSON {"columns","rows"} ‖ the values, row by row; a value is one byte and what follows:
    "-" none; "0", "1" false, true; "i" 8-byte integer; "f" 8-byte float; "t", "b" 4-byte length ‖ UTF-8 text, bytes

All numbers are big-endian, integers signed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

from testimony import canonical

LENGTH: Final = struct.Struct(">I")
INTEGER: Final = struct.Struct(">cq")
FLOAT: Final = struct.Struct(">cd")
SIZED: Final = struct.Struct(">cI")
PLAIN: Final[dict[bytes, Any]] = {b"-": None, b"0": False, b"1": True}


def value_bytes(value: Any) -> bytes:
    """One value. Raises `TypeError` for another type than a column of ours can have."""
    if value is None:
        return b"-"
    if isinstance(value, bool):
        return b"1" if value else b"0"
    if isinstance(value, int):
        return INTEGER.pack(b"i", value)
    if isinstance(value, float):
        return FLOAT.pack(b"f", value)
    if isinstance(value, str):
        text = value.encode()
        return SIZED.pack(b"t", len(text)) + text
    if isinstance(value, bytes | memoryview):
        return SIZED.pack(b"b", len(value)) + bytes(value)
    raise TypeError(type(value))


def encode(columns: Sequence[str], rows: Sequence[bytes]) -> bytes:
    """`rows`: each the values of `columns`, as `value_bytes` gives them, one behind the other."""
    head = canonical.encode({"columns": list(columns), "rows": len(rows)})
    return b"".join((LENGTH.pack(len(head)), head, *rows))


def decode(data: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows. Raises `ValueError` (`NotCanonical` and `struct.error` too) for anything else."""
    (size,) = LENGTH.unpack_from(data)
    head = canonical.decode_object(data[LENGTH.size : LENGTH.size + size])
    columns, count = head["columns"], head["rows"]
    values = _Values(data, LENGTH.size + size)
    rows = [tuple(values.take() for _ in columns) for _ in range(count)]
    if values.at != len(data):
        raise ValueError("bytes behind the last row")
    return columns, rows


class _Values:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self) -> Any:
        kind = self.data[self.at : self.at + 1]
        if kind in PLAIN:
            self.at += 1
            return PLAIN[kind]
        if kind in (b"i", b"f"):
            form = INTEGER if kind == b"i" else FLOAT
            value = form.unpack_from(self.data, self.at)[1]
            self.at += form.size
            return value
        if kind not in (b"t", b"b"):
            raise ValueError("no such value")
        start = self.at + SIZED.size
        self.at = start + SIZED.unpack_from(self.data, self.at)[1]
        value = self.data[start : self.at]
        if self.at > len(self.data):
            raise ValueError("cut off")
        return value.decode() if kind == b"t" else value
