"""Contents that are too large for one annex: compressed, and cut into the texts of several (docs/ledger.md)."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.errors import NotCanonical

LARGEST: Final = 128 * 1024 * 1024
"""Bytes unpacked: a million testimonies. More is not unpacked, whatever a part claims."""
PART_SIZE: Final = 200_000
"""Characters of text in one annex: sealed and padded it stays below what one frame carries (docs/sync.md)."""
MOST_PARTS: Final = 4096


def pack(value: Mapping[str, Any]) -> tuple[list[str], str]:
    """The texts of the parts, and the SHA-256 of what they hold together."""
    data = canonical.encode(value)
    text = base64.b64encode(zlib.compress(data, 6)).decode()
    return [text[at : at + PART_SIZE] for at in range(0, len(text), PART_SIZE)], canonical.sha256_hex(data)


def unpack(texts: Sequence[str], sha256: str) -> dict[str, Any]:
    """What `pack` was given. Raises `EventUnreadable`, also for what unpacks to more than `LARGEST`."""
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode("".join(texts), validate=True), LARGEST)
        if packed.unconsumed_tail or packed.unused_data or not packed.eof or canonical.sha256_hex(data) != sha256:
            raise EventUnreadable("structure")
        return canonical.decode_object(data)
    except (binascii.Error, ValueError, zlib.error, NotCanonical) as error:
        raise EventUnreadable("structure") from error


def text_of(value: Any) -> str:
    """The text of one part, as an act holds it. Raises `EventUnreadable`."""
    if not isinstance(value, str) or not 0 < len(value) <= PART_SIZE:
        raise EventUnreadable("structure")
    return value
