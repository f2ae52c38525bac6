"""Encrypt heads at rest: AES-256-GCM under the testimony's shred key, so that destroying that key destroys them all."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from testimony.canonical import sha256_hex

NONCE_BYTES = 12


class HeadSafe:
    """Encrypts and decrypts the heads of one testimony (or annex). `key` is its 32-byte shred key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def lock(self, name: str, head: bytes) -> bytes:
        """Nonce and ciphertext of the head called `name`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, head, name.encode())

    def unlock(self, name: str, locked: bytes) -> bytes | None:
        """The head, hashed again; None if it was not encrypted under this key and name."""
        try:
            head = self._cipher.decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            return None
        return head if sha256_hex(head) == name else None
