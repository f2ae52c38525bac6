"""Checks that an .xlsx or .xls file is safe to read. An .xlsx is a zip of XML, and a stranger may have made it.

This module parses no XML. A file that passes is small, holds no macros and declares no entities; only then does
`openpyxl` read it.
"""

from __future__ import annotations

import zipfile

from testimony import zips
from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.zips import ZipDamaged

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_CONTENT = 32 * 1024 * 1024  # all entries unpacked
MOST_ENTRIES = 400
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every Office file that has a password


def require_harmless(data: bytes) -> None:
    """Raises `QuestionnaireUnreadable` for what is no workbook, or one that no honest author sends."""
    if len(data) > LARGEST_FILE:
        raise QuestionnaireUnreadable("size")
    if data.startswith(OLD_EXCEL):
        return  # no zip: xlrd reads it, which runs nothing
    if not data.startswith(b"PK"):
        raise QuestionnaireUnreadable("format")
    try:
        with zips.opened(data) as archive:
            _require_plain(archive)
    except ZipDamaged as error:
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
    """What the entry unpacks to: at most `most` bytes."""
    if entry.file_size > most:
        raise QuestionnaireUnreadable("size")
    content = zips.content(archive, entry, most)
    if len(content) > most:
        raise QuestionnaireUnreadable("size")
    return content


def has_entities(content: bytes) -> bool:
    """Whether this XML declares any: a small file can then grow without end or ask for files of this machine."""
    bare = content.replace(b"\0", b"")  # as UTF-16, which a parser knows also without its mark
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare


def _require_no_entities(content: bytes) -> None:
    """Excel writes no document type."""
    if has_entities(content):
        raise QuestionnaireUnreadable("entities")
    if b"macroEnabled" in content.replace(b"\0", b""):
        raise QuestionnaireUnreadable("macros")
