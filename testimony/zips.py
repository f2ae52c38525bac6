"""Reads ZIP files from strangers. Whatever `zipfile` raises for a damaged one becomes one error."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_RAISED: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)
"""What `zipfile` raises for a damaged file: `OSError` from bzip2, `ValueError` for a negative place and for a name that
is no UTF-8, `RuntimeError` for an encrypted entry and for one that is packed in a way that it does not know.
"""


class ZipDamaged(Exception):
    """A ZIP that cannot be read. The caller says which file it is."""


@contextmanager
def reading() -> Iterator[None]:
    """For calls of `zipfile` alone: other code raises some of the same errors. Raises `ZipDamaged`."""
    try:
        yield
    except _RAISED as error:
        raise ZipDamaged from error


def opened(data: bytes) -> zipfile.ZipFile:
    """The ZIP in `data`. Raises `ZipDamaged`."""
    with reading():
        return zipfile.ZipFile(io.BytesIO(data))


def content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """What `entry` unpacks to, and one byte beyond `most` where it is longer: the size that it states may be wrong.

    Raises `ZipDamaged`.
    """
    with reading(), archive.open(entry) as stream:
        return stream.read(most + 1)
