"""Reads a file of records. Its format is recognised by its bytes, not by its name."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, delimited, instances, repeats, submissions, workbook
from testimony.services.imports.files.table import LARGEST_FILE, Table


def read(data: bytes, encoding: str = "", key: RSAPrivateKey | None = None) -> Table:
    """The records in `data`. `encoding`: a key of `csv_text.ENCODINGS`, or "". `key`: of encrypted submissions.

    Raises `ImportRefused`.
    """
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    if not data.strip():
        raise ImportRefused("empty")
    if data.startswith(workbook.OLD_EXCEL):
        raise ImportRefused("locked")
    if data.startswith(b"PK"):
        return _of_zip(data, encoding, key)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return submissions.read_json(data)
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"<")):
        raise ImportRefused("format")
    return submissions.whole(delimited.read(data, encoding))


def _of_workbook(data: bytes) -> Table:
    root, within = workbook.read(data)
    whole, *others = (replace(one, table=submissions.whole(one.table)) for one in (root, *within))
    return repeats.folded(whole, others)


def _of_zip(data: bytes, encoding: str, key: RSAPrivateKey | None) -> Table:
    with archive.opened(data) as opened:
        names = [name for name in opened.namelist() if not name.endswith("/")]
        if instances.of_submissions(names):
            return instances.read(opened, names, key)
    return _of_workbook(data) if "[Content_Types].xml" in names else submissions.read_zip(data, encoding)
