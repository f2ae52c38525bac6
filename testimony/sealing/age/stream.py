"""age's STREAM: ChaCha20-Poly1305 over 64 KiB chunks, with a counter and a flag on the last one.

Source: c2sp.org/age 1.1.0, "Payload"; Hoang, Reyhanitabar, Rogaway, Vizár 2015.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.errors import CannotOpen

NONCE_BYTES = 16
CHUNK = 64 * 1024
TAG = 16


def encrypt(file_key: bytes, plaintext: bytes) -> bytes:
    """16-byte nonce, then the chunks; an empty plaintext is one empty last chunk."""
    nonce = os.urandom(NONCE_BYTES)
    cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    view = memoryview(plaintext)
    starts = range(0, len(view) or 1, CHUNK)
    last = starts[-1]
    chunks = (
        cipher.encrypt(_nonce(number, start == last), view[start : start + CHUNK], None)
        for number, start in enumerate(starts)
    )
    return nonce + b"".join(chunks)


def decrypt(file_key: bytes, body: bytes) -> bytes:
    """The plaintext, when every chunk is as it was sealed, the last one too. Raises `CannotOpen("altered")`."""
    view = memoryview(body)[NONCE_BYTES:]
    if len(view) < TAG:
        raise CannotOpen("altered")
    cipher = ChaCha20Poly1305(hkdf(file_key, body[:NONCE_BYTES], b"payload"))
    starts = range(0, len(view), CHUNK + TAG)
    last = starts[-1]
    try:
        chunks = [
            cipher.decrypt(_nonce(number, start == last), view[start : start + CHUNK + TAG], None)
            for number, start in enumerate(starts)
        ]
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered") from error
    if len(chunks) > 1 and not chunks[-1]:  # an empty last chunk would be a second spelling of the same plaintext
        raise CannotOpen("altered")
    return b"".join(chunks)


class Encrypting:
    """`encrypt` for what is larger than memory: takes plaintext piece by piece, gives `put` the same bytes."""

    def __init__(self, file_key: bytes, put: Callable[[bytes], object]) -> None:
        nonce = os.urandom(NONCE_BYTES)
        self._cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
        self._put = put
        self._held = bytearray()
        self._number = 0
        put(nonce)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > CHUNK:  # what may be the last chunk waits
            self._chunk(last=False)
        return len(data)

    def end(self) -> None:
        """The last chunk. Without it nothing of the file counts."""
        self._chunk(last=True)

    def _chunk(self, *, last: bool) -> None:
        plain = bytes(self._held[:CHUNK])
        del self._held[:CHUNK]
        self._put(self._cipher.encrypt(_nonce(self._number, last), plain, None))
        self._number += 1


class Decrypting:
    """`decrypt` for what is larger than memory: a stream to read from. Until it has given its end, nothing is proved.

    Raises `CannotOpen("altered")` at the chunk that is not as it was sealed, and where the end was cut off.
    """

    def __init__(self, file_key: bytes, source: BinaryIO) -> None:
        self._source = source
        nonce = source.read(NONCE_BYTES)
        if len(nonce) != NONCE_BYTES:
            raise CannotOpen("altered")
        self._cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
        self._ahead = source.read(CHUNK + TAG)
        self._plain = memoryview(b"")
        self._number = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none only at the end."""
        while not self._plain and not self._ended:
            self._chunk()
        piece, self._plain = self._plain[:size], self._plain[size:]
        return bytes(piece)

    def _chunk(self) -> None:
        sealed, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        self._ended = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._number, self._ended), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("altered") from error
        if self._number and not plain:
            raise CannotOpen("altered")
        self._plain = memoryview(plain)
        self._number += 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
