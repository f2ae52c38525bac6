"""Signatures that were found good and stretched passphrases are remembered for all stations of a test process.

Tests have few organisations, so thousands of homes hold the same rosters and key files. The result depends on the
arguments alone. A signature that is not good is checked each time.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from http_sf import bare_item
from http_sf.string import ser_string

from testimony.sealing.age import age
from testimony.sealing.keys import passphrase
from testimony.sealing.records.signatures import PublicKey

MOST = 50_000


def share() -> None:
    """From now on each is computed once. Once, when the tests begin."""
    _remember_good_signatures()
    _remember_stretched_passphrases()
    _remember_strings_of_headers()


def _remember_good_signatures() -> None:
    verify, good = PublicKey.verify_raw, set[bytes]()

    def verified(key: PublicKey, message: bytes, signature: bytes) -> None:
        of = sha256(b"".join((key.alg.encode(), key.pub, sha256(message).digest(), signature))).digest()
        if of not in good:
            verify(key, message, signature)
            good.add(of)

    PublicKey.verify_raw = verified  # type: ignore[method-assign, assignment]


def _remember_stretched_passphrases() -> None:
    derive, stretch = passphrase.argon2id, lru_cache(MOST)(age._stretch)

    @lru_cache(MOST)
    def derived(secret: bytes, salt: bytes, memory: int) -> bytes:
        return derive(secret, salt)

    age._stretch = stretch
    passphrase.argon2id = lambda secret, salt: derived(secret, salt, passphrase.MEMORY_KIB)


def _remember_strings_of_headers() -> None:
    """A signed request writes the same few dozen words over and over, and its library looks at each letter."""
    bare_item._ser_map[str] = lru_cache(MOST)(ser_string)
