"""Opens a ZIP from a stranger. It counts the bytes that are unpacked and does not trust the sizes in the ZIP."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.table import LARGEST_FILE

LARGEST_CONTENT: Final = 256 << 20
"""Bytes of one unpacked entry."""
MOST_ENTRIES: Final = 20_000
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError)
"""What `zipfile` raises for damaged files, and for entries packed in a way that it does not know."""


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The ZIP in `data`. Raises `ImportRefused`: size, damaged, bomb, locked."""
    if len(data) > LARGEST_FILE:
        raise ImportRefused("size")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise ImportRefused("bomb")
            yield archive
    except RuntimeError as error:  # an entry with a password
        raise ImportRefused("locked") from error
    except _DAMAGED as error:
        raise ImportRefused("damaged") from error


def content(archive: zipfile.ZipFile, name: str, most: int = LARGEST_CONTENT) -> bytes:
    """The content of the entry `name`. Raises `ImportRefused("bomb")` if it has more than `most` bytes."""
    with archive.open(name) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ImportRefused("bomb")
    return data
