"""Turns passphrases into bytes and keys: NFKC, then Argon2id (RFC 9106) with the format's fixed parameters."""

from __future__ import annotations

import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MEMORY_KIB = 64 * 1024
TIME = 3
LANES = 1
SALT_BYTES = 16


def normalised(passphrase: str) -> str:
    """`passphrase` in NFKC without spaces at its ends, so that every keyboard gives the same bytes."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def argon2id(secret: bytes, salt: bytes) -> bytes:
    """32 bytes: Argon2id v1.3, 64 MiB, t=3, p=1."""
    kdf = Argon2id(salt=salt, length=32, iterations=TIME, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive(secret)
