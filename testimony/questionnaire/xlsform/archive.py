"""Checks that an .xlsx or .xls file is safe to read. An .xlsx is a zip of XML, and a stranger may have made it.

This module parses no XML. A file that passes is small, holds no macros and declares no entities; only then does
`openpyxl` read it.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from testimony.questionnaire.errors import QuestionnaireUnreadable

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_CONTENT = 32 * 1024 * 1024  # all entries unpacked
MOST_ENTRIES = 400
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every Office file that has a password
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError)
"""What `zipfile` raises for a damaged file. A `RuntimeError` is an unknown compression method or an encrypted entry."""


def require_harmless(data: bytes) -> None:
    """Raises `QuestionnaireUnreadable` for what is no workbook, or one that no honest author sends."""
    if len(data) > LARGEST_FILE:
        raise QuestionnaireUnreadable("size")
    if data.startswith(OLD_EXCEL):
        return  # no zip: xlrd reads it, which runs nothing
    if not data.startswith(b"PK"):
        raise QuestionnaireUnreadable("format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_plain(archive)
    except DAMAGED as error:
        raise QuestionnaireUnreadable("damaged") from error


def _require_plain(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
        raise QuestionnaireUnreadable("size")
    if "xl/workbook.xml" not in names:
        raise QuestionnaireUnreadable("format")
    if any("vbaproject" in name.lower() or "/macrosheets/" in name.lower() for name in names):
        raise QuestionnaireUnreadable("macros")
    left = LARGEST_CONTENT
    for entry in entries:
        content = _content(archive, entry, left)
        left -= len(content)
        _require_no_entities(content)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """What the entry unpacks to, and not one byte more than `most`: what it says of its own size may be a lie."""
    if entry.file_size > most:
        raise QuestionnaireUnreadable("size")
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise QuestionnaireUnreadable("size")
    return content


def _require_no_entities(content: bytes) -> None:
    """Excel writes no document type; with one, a small file can grow without end or ask for files of this machine."""
    content = content.replace(b"\0", b"")  # as UTF-16, which a parser knows also without its mark
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise QuestionnaireUnreadable("entities")
    if b"macroEnabled" in content:
        raise QuestionnaireUnreadable("macros")
