"""Packs contents that are too large for one annex: compresses them and splits them over several (docs/ledger.md)."""

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
"""Bytes that are unpacked at most: enough for a million testimonies."""
PART_SIZE: Final = 200_000
"""Characters of text in one annex. Sealed and padded, it fits into one frame (docs/sync.md)."""
MOST_PARTS: Final = 4096


def pack(value: Mapping[str, Any]) -> tuple[list[str], str]:
    """The texts of the parts (Base64), and the SHA-256 of the canonical JSON of `value`, hex."""
    data = canonical.encode(value)
    text = base64.b64encode(zlib.compress(data, 6)).decode()
    return [text[at : at + PART_SIZE] for at in range(0, len(text), PART_SIZE)], canonical.sha256_hex(data)


def unpack(texts: Sequence[str], sha256: str) -> dict[str, Any]:
    """The value that `pack` was given. Raises `EventUnreadable`, also if it has more than `LARGEST` bytes."""
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode("".join(texts), validate=True), LARGEST)
        if packed.unconsumed_tail or packed.unused_data or not packed.eof or canonical.sha256_hex(data) != sha256:
            raise EventUnreadable("structure")
        return canonical.decode_object(data)
    except (binascii.Error, ValueError, zlib.error, NotCanonical) as error:
        raise EventUnreadable("structure") from error


def text_of(value: Any) -> str:
    """`value` if it can be the text of one part. Raises `EventUnreadable`."""
    if not isinstance(value, str) or not 0 < len(value) <= PART_SIZE:
        raise EventUnreadable("structure")
    return value
