"""Detects the audio format of a recording from its bytes alone, whatever its file name or the browser says.

WebM (RFC 9559: EBML header, DocType, codec "A_OPUS"), Ogg (RFC 3533) with Opus (RFC 7845), and MP4 (ISO 14496-12: a
`ftyp` box first; a track whose `hdlr` is "soun", and none whose `hdlr` is "vide").
"""

from __future__ import annotations

import re
from typing import Final

EBML: Final = b"\x1a\x45\xdf\xa3"
DOCTYPE: Final = b"\x42\x82\x84webm"
VIDEO_TRACK: Final = re.compile(rb"\x86[\x80-\xff]V_[A-Z]")
HANDLER: Final = re.compile(rb"hdlr.{8}(....)", re.DOTALL)
BEGINNING: Final = 4096
"""Bytes in which a WebM file has said what it is."""


def type_of(data: bytes) -> str | None:
    """The type ("audio/webm", "audio/ogg", "audio/mp4"); None for anything else, and for what holds moving pictures."""
    if data.startswith(EBML):
        return "audio/webm" if _is_webm(data[:BEGINNING]) else None
    if data.startswith(b"OggS"):
        return "audio/ogg" if _is_ogg(data) else None
    if data[4:8] == b"ftyp":
        return "audio/mp4" if _is_mp4(data) else None
    return None


def _is_webm(beginning: bytes) -> bool:
    return DOCTYPE in beginning[:64] and b"A_OPUS" in beginning and not VIDEO_TRACK.search(beginning)


def _is_ogg(data: bytes) -> bool:
    """The first packet of the first page begins behind the page's table of lengths."""
    first = 27 + data[26] if len(data) > 27 else 0
    return bool(first) and data[first : first + 8] == b"OpusHead"


def _is_mp4(data: bytes) -> bool:
    handlers = {found[1] for found in HANDLER.finditer(data)}
    return b"soun" in handlers and b"vide" not in handlers
