"""age's STREAM: ChaCha20-Poly1305 over 64 KiB chunks, with a counter and a mark on the last one.

Source: c2sp.org/age 1.1.0, "Payload"; Hoang, Reyhanitabar, Rogaway, Vizár 2015.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from testimony.errors import CannotOpen
from testimony.sealing.hkdf import hkdf

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


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
