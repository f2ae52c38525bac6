"""Verify a password (Argon2id) together with a one-time code that changes every 30 seconds (TOTP, RFC 6238)."""

from __future__ import annotations

import base64
import hmac
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp import TOTP
from pyotp.exceptions import OTPVerificationError

from testimony.domain.administrators import LONGEST, SHORTEST
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.keys import passphrase
from testimony.services.accounts import password_strength
from testimony.services.accounts.errors import AccountRefused, TooFast

if TYPE_CHECKING:
    from testimony.station.station import Station

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1
"""Steps before and after the current one whose codes are accepted: clocks differ, and people type slowly."""
SECRET_BYTES = 20  # RFC 4226, 4: as long as HMAC-SHA-1's result
NONCE_BYTES = 12
SEAL, SHOW, DUMMY = (f"testimony/1/administrators/{what}".encode() for what in ("totp", "totp-link", "dummy"))
AT_ONCE = 2
"""Passwords that are hashed at the same time; each takes 64 MiB."""
TURN_TIMEOUT = 2.0
"""Seconds that a password waits for its turn."""
STRONG = 3
"""On a scale from 0 to 4: more than 10^8 guesses."""
_turns = threading.BoundedSemaphore(AT_ONCE)


def require_usable(password: str, again: str, words: Iterable[str]) -> None:
    """Raise `AccountRefused`: "password", or "guessable" for a common one, a pattern, or one made of `words`."""
    if password != again or not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused("password")
    if password_strength.weakest(password, words).score < STRONG:
        raise AccountRefused("guessable")


def hashed(password: str) -> bytes:
    """Hash: 16 bytes of salt and 32 of Argon2id (64 MiB, t=3, p=1) over NFKC. Raises `TooFast` if too many ask at
    once.
    """
    salt = os.urandom(passphrase.SALT_BYTES)
    return salt + _stretched(password, salt)


def is_right(station: Station, stored: bytes | None, password: str) -> bool:
    """Verify a password. Takes as long without an account (`stored` None) as with one. Raises `TooFast`."""
    kept = stored or hkdf(station.signer.seed, b"", DUMMY)[: passphrase.SALT_BYTES] + bytes(32)
    salt, wanted = kept[: passphrase.SALT_BYTES], kept[passphrase.SALT_BYTES :]
    same = hmac.compare_digest(_stretched(password[:LONGEST], salt), wanted)
    return same and stored is not None and len(password) <= LONGEST


def _stretched(password: str, salt: bytes) -> bytes:
    if not _turns.acquire(timeout=TURN_TIMEOUT):
        raise TooFast(1)
    try:
        return passphrase.argon2id(passphrase.normalised(password).encode(), salt)
    finally:
        _turns.release()


def code(secret: bytes, step: int) -> str:
    """The six-digit code of the 30-second step `step`."""
    return _totp(secret).generate_otp(step)


def accepted(secret: bytes, given: str, *, now: int, after: int) -> int | None:
    """The step whose code `given` is, if it is later than the last one used; None for any other code.

    So each code works once. If two neighbouring steps have the same code, one pair in a million, it counts as the
    earlier.
    """
    try:
        step = _totp(secret).verify_and_get_timecode("".join(given.split()), for_time=now, valid_window=DRIFT)
    except OTPVerificationError:
        return None
    return step if step > after else None


def offered(station: Station, link: str) -> bytes:
    """The 20-byte secret shown to the holder of the link `link` (its hash). It is not stored until it is accepted."""
    return hkdf(station.signer.seed, link.encode(), SHOW)[:SECRET_BYTES]


def address(secret: bytes, *, account: str, station: str) -> str:
    """The URI that an app reads from the QR code (Key Uri Format)."""
    return _totp(secret).provisioning_uri(name=account, issuer_name=station)


def typed(secret: bytes) -> str:
    """The secret in Base32, for typing."""
    return base64.b32encode(secret).decode()


def _totp(secret: bytes) -> TOTP:
    """SHA-1 and six digits, which every app understands."""
    return TOTP(typed(secret), digits=DIGITS, interval=STEP)


def sealed(station: Station, secret: bytes, account: str) -> bytes:
    """The secret as the database stores it, encrypted, so that a copy of the database cannot make codes."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(hkdf(station.signer.seed, b"", SEAL)).encrypt(nonce, secret, account.encode())


def opened(station: Station, kept: bytes, account: str) -> bytes:
    """Decrypt a stored secret. Raises `InvalidTag` if this station did not seal it for this account."""
    cipher = AESGCM(hkdf(station.signer.seed, b"", SEAL))
    return cipher.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], account.encode())
