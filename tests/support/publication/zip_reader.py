"""Reads what is in a zip with Python's own readers, which are not those of the program."""

from __future__ import annotations

import csv
import io
import zipfile


def unpacked(data: bytes) -> dict[str, bytes]:
    """By Python's own reader of zip files, which is not the one that the check has."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
