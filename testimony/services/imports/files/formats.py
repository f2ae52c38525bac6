"""Reads a file of records. Its format is recognised by its bytes, not by its name."""

from __future__ import annotations

from dataclasses import replace

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, delimited, repeats, submissions, workbook
from testimony.services.imports.files.table import LARGEST_FILE, Table


def read(data: bytes, encoding: str = "") -> Table:
    """The records in `data`. `encoding`: a key of `delimited.ENCODINGS`, or "". Raises `ImportRefused`."""
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    if not data.strip():
        raise ImportRefused("empty")
    if data.startswith(workbook.OLD_EXCEL):
        raise ImportRefused("locked")
    if data.startswith(b"PK"):
        return _of_workbook(data) if _is_workbook(data) else submissions.read_zip(data, encoding)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return submissions.read_json(data)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"<")):
        raise ImportRefused("format")
    return submissions.whole(delimited.read(data, encoding))


def _of_workbook(data: bytes) -> Table:
    root, within = workbook.read(data)
    whole, *others = (replace(one, table=submissions.whole(one.table)) for one in (root, *within))
    return repeats.folded(whole, others)


def _is_workbook(data: bytes) -> bool:
    with archive.opened(data) as opened:
        return "[Content_Types].xml" in opened.namelist()
