"""Opens a ZIP from a stranger. It counts the bytes that are unpacked and does not trust the sizes in the ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from testimony import zips
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import LARGEST_FILE
from testimony.zips import ZipDamaged

LARGEST_CONTENT: Final = 256 << 20
"""Bytes of one unpacked entry."""
MOST_ENTRIES: Final = 20_000
_PASSWORD: Final = 1
"""The bit that says that an entry has a password."""


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The ZIP in `data`. Raises `ImportRefused`: size, damaged, bomb."""
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    with _read(data) as archive:
        if len(archive.infolist()) > MOST_ENTRIES:
            raise ImportRefused("bomb")
        yield archive


def content(archive: zipfile.ZipFile, name: str, most: int = LARGEST_CONTENT) -> bytes:
    """The content of the entry `name`, which is one of `namelist`. Raises `ImportRefused`: damaged, locked, and bomb
    if it has more than `most` bytes.
    """
    entry = archive.getinfo(name)
    if entry.flag_bits & _PASSWORD:
        raise ImportRefused("locked")
    try:
        data = zips.content(archive, entry, most)
    except ZipDamaged as error:
        raise ImportRefused("damaged") from error
    if len(data) > most:
        raise ImportRefused("bomb")
    return data


def has_document_type(document: bytes) -> bool:
    """Whether this XML has a document type, which can grow without end."""
    bare = document.replace(b"\0", b"")  # as UTF-16, which a parser knows also without its mark
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare


def _read(data: bytes) -> zipfile.ZipFile:
    try:
        return zips.opened(data)
    except ZipDamaged as error:
        raise ImportRefused("damaged") from error
