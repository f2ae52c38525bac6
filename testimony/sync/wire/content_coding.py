"""The content codings of sync, if the other side accepts them: zstd, and gzip for older stations (RFC 9110, 8.4).

Records, statuses and receipts are plain JSON and heads are text: this saves a tenth of a delivery, and three quarters
of the response. What is compressed was public before, and nothing that an attacker chooses is compressed beside a
secret. zstd saves a little more in a twelfth of the time (docs/decisions/zstd.md).
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from typing import Final

from testimony.errors import NotCanonical, Refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP: Final = "gzip"
ZSTD: Final = "zstd"
CODINGS: Final = (ZSTD, GZIP)
"""The preferred coding first."""
ACCEPTED: Final = ", ".join(CODINGS)
"""The value of `Accept-Encoding` that this station sends."""
LEVEL: Final = 1
"""The quickest: the others save a hundredth more."""
BLOCK: Final = 16 * 1024
"""Bytes of a block of zstd. If an answer is cut off, its complete blocks can be read."""
WINDOW: Final[dict[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}
"""Unpacking takes at most 8 MB of memory, as RFC 9659 says."""
LEAST: Final = 512
"""Bytes below which nothing is packed."""
WORTH: Final = 64
"""Packed only when a part of so many is saved: recordings and pictures are sealed and do not shrink."""


def chosen(accepts: Callable[[str], object]) -> str:
    """The best coding that the other side accepts; "" if it accepts none."""
    return next((coding for coding in CODINGS if accepts(coding)), "")


def listed(said: str) -> Callable[[str], bool]:
    """A test whether a station's `Accept-Encoding` lists a coding. Stations send only names, without weights."""
    names = {name.strip().lower() for name in said.split(",")}
    return names.__contains__


def pack(data: bytes, coding: str) -> bytes | None:
    """`data` as one member of gzip or one frame of zstd; None if that saves too little."""
    if len(data) < LEAST:
        return None
    packed = _zstd(data) if coding == ZSTD else gzip.compress(data, LEVEL, mtime=0)
    return packed if len(packed) <= len(data) - len(data) // WORTH else None


def unpack(data: bytes, coding: str, limit: int) -> bytes:
    """What `pack` packed, at most `limit` bytes. Raises `NotCanonical`, also for another coding; `Refused`
    (size.limit).
    """
    if coding not in CODINGS:
        raise NotCanonical
    opened = _opened(coding)
    try:
        plain = opened.decompress(data, limit + 1)
    except (zlib.error, zstd.ZstdError) as error:
        raise NotCanonical from error
    if len(plain) > limit:
        raise Refused("size.limit")
    if not opened.eof or opened.unused_data:
        raise NotCanonical
    return plain


def unpack_torn(data: bytes, coding: str, limit: int) -> bytes:
    """As much as can be had of something packed that is cut off anywhere, at most `limit` bytes."""
    if coding not in CODINGS:
        return b""
    try:
        return _opened(coding).decompress(data, limit)
    except (zlib.error, zstd.ZstdError):
        return b""


def _zstd(data: bytes) -> bytes:
    packer = zstd.ZstdCompressor(LEVEL)
    view = memoryview(data)
    pieces = [packer.compress(view[at : at + BLOCK], packer.FLUSH_BLOCK) for at in range(0, len(data), BLOCK)]
    return b"".join((*pieces, packer.flush()))


def _opened(coding: str) -> zstd.ZstdDecompressor | zlib._Decompress:
    if coding == ZSTD:
        return zstd.ZstdDecompressor(options=WINDOW)
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
