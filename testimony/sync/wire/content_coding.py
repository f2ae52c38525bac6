"""The content coding of sync: gzip, where the other side accepts it (RFC 9110, 8.4 and 12.5.3).

Records, statuses and receipts are plain JSON and heads are text: gzip saves a tenth of a delivery, and three quarters
of the response. What is compressed was public before, and nothing that an attacker chooses is compressed beside a
secret.
"""

from __future__ import annotations

import gzip
import zlib
from typing import Final

from testimony.errors import NotCanonical, Refused

GZIP: Final = "gzip"
LEVEL: Final = 1
"""The quickest: the others save a hundredth more."""
LEAST: Final = 512
"""Bytes below which nothing is packed."""
WORTH: Final = 64
"""Packed only when a part of so many is saved: recordings and pictures are sealed and do not shrink."""


def pack(data: bytes) -> bytes | None:
    """`data` as one member of gzip; None where that saves nothing worth while."""
    if len(data) < LEAST:
        return None
    packed = gzip.compress(data, LEVEL, mtime=0)
    return packed if len(packed) <= len(data) - len(data) // WORTH else None


def unpack(data: bytes, limit: int) -> bytes:
    """What `pack` packed, at most `limit` bytes. Raises `NotCanonical`; `Refused` (size.limit)."""
    opened = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = opened.decompress(data, limit + 1)
    except zlib.error as error:
        raise NotCanonical from error
    if len(plain) > limit:
        raise Refused("size.limit")
    if not opened.eof or opened.unused_data:
        raise NotCanonical
    return plain


def unpack_torn(data: bytes, limit: int) -> bytes:
    """As much as can be had of something packed that is cut off anywhere, at most `limit` bytes."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(data, limit)
    except zlib.error:
        return b""
