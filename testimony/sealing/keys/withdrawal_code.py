"""The witness's withdrawal code: 24 digits and a check digit. The keys that sign a withdrawal are derived from it."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.keys.errors import WithdrawalCodeWrong
from testimony.sealing.keys.passphrase import argon2id
from testimony.sealing.records.signatures import Signer, labelled

DIGITS = 24
KEYS = 6
"""Keys of one code, one for each testimony of the same person: no station can tell that they belong together."""
FURTHER = b"testimony/2/withdraw"
SEPARATORS = str.maketrans("", "", " -\u2010\u2011")
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""Damm's quasigroup of order 10 (2004): one wrong digit and every swap of neighbours is found."""


def new_code() -> str:
    """24 random digits and their Damm check digit."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return digits + str(_check(digits))


def require_code(code: str) -> str:
    """The 25 digits of `code` (spaces and dashes allowed, any script's digits). Raises `WithdrawalCodeWrong`."""
    written = unicodedata.normalize("NFKC", code).translate(SEPARATORS)
    if not written.isdecimal():
        raise WithdrawalCodeWrong
    digits = "".join(str(int(digit)) for digit in written)
    if len(digits) != DIGITS + 1 or _check(digits) != 0:
        raise WithdrawalCodeWrong
    return digits


def key_of(code: str, root_fingerprint: str) -> Signer:
    """The code's Ed25519 key, salted by the organisation's root (hex). Raises `WithdrawalCodeWrong`.

    Argon2id costs 64 MiB and some tenths of a second, so that guessing 24 digits stays out of reach for good.
    """
    context = labelled("testimony/1/withdraw-salt", root_fingerprint.encode("ascii"))
    return Signer(argon2id(require_code(code).encode(), hashlib.sha256(context).digest()[:16]))


def keys_of(code: str, root_fingerprint: str) -> tuple[Signer, ...]:
    """The `KEYS` keys of the code; the first is `key_of`. Raises `WithdrawalCodeWrong`."""
    first = key_of(code, root_fingerprint)
    further = (hkdf(first.seed, b"", FURTHER + bytes([number])) for number in range(1, KEYS))
    return (first, *(Signer(seed) for seed in further))


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim
