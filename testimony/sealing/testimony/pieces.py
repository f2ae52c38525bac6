"""A file that lawyers attach, cut into pieces that each fit into one annex (docs/sealing.md, "Attachments").

Every piece is encrypted under one key, which stands in the annex that describes the file. If that annex cannot be read
any more, because its testimony was destroyed, neither can the pieces.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from testimony import canonical
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen

PIECE: Final = 188 * 1024
"""Bytes of a file in one piece: encrypted, in Base64 and sealed they fit into one part."""
DATA: Final = "data"
"""The field of a piece's content that holds its bytes."""


def count_of(size: int) -> int:
    """How many pieces a file of `size` bytes has."""
    return -(-size // PIECE)


def cut(data: bytes) -> tuple[str, Iterator[str]]:
    """A fresh key (hex), and the text of each piece, made one by one."""
    key = age.new_file_key()
    return key.hex(), (
        base64.b64encode(age.seal_body(key, data[at : at + PIECE])).decode() for at in range(0, len(data), PIECE)
    )


def join(key: str, contents: Sequence[Mapping[str, Any]], sha256: str) -> bytes:
    """The file whose pieces have these contents, in order. Raises `CannotOpen("altered")`."""
    try:
        data = b"".join(
            age.open_body(bytes.fromhex(key), base64.b64decode(str(one.get(DATA)), validate=True)) for one in contents
        )
    except (binascii.Error, ValueError) as error:
        raise CannotOpen("altered") from error
    if canonical.sha256_hex(data) != sha256:
        raise CannotOpen("altered")
    return data
