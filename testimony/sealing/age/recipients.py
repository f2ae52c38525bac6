"""Opening keys and recipients: MLKEM768-X25519 key pairs in age's text form.

Source: c2sp.org/age 1.1.0, "The mlkem768x25519 recipient type"; draft-ietf-hpke-pq (KEM 0x647a); BIP 173 (Bech32).
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from testimony.sealing.age import bech32
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.records.signatures import kid_of

ALGORITHM = "mlkem768x25519"
KEY_TEXT = "age-secret-key-pq-"
RECIPIENT_TEXT = "age1pq"
RECIPIENT_BYTES = 1216
MLKEM_BYTES = 1184
COEFFICIENTS = 768
KEPT = 256  # parsed recipients: a roster, which names a few, is read again and again
UNIFORM = re.compile("((?:[0-9a-c]..|d00)*+)(?:...)?")  # runs of three hex digits below 3329 = 0xd01, then a miss


@dataclass(frozen=True)
class Recipient:
    """The public half: ML-KEM-768 encapsulation key (1184 bytes) then X25519 point (32 bytes)."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> Recipient:
        """Parse `age1pq1…`. Raises `KeyTextWrong`, also for every other kind of age recipient."""
        return _parsed(text)

    @classmethod
    def decoy(cls) -> Recipient:
        """A throw-away recipient for an empty slot: a random point whose private half nobody ever had.

        t is 768 coefficients uniform below 3329, which no one can tell from a made key (that is the module LWE
        assumption), and costs a fraction of making one.
        """
        accepted = ""
        while len(accepted) < 3 * COEFFICIENTS:
            accepted += "".join(UNIFORM.findall(os.urandom(1536).hex()))
        t = bytes.fromhex(accepted[: 3 * COEFFICIENTS])[::-1]  # reversed: 12-bit values packed little-endian
        rho, point = os.urandom(32), os.urandom(32)
        return cls(t + rho + point[:31] + bytes([point[31] & 0x7F]))

    @property
    def text(self) -> str:
        return bech32.encode(RECIPIENT_TEXT, self.raw)

    @cached_property
    def kid(self) -> str:
        return kid_of(ALGORITHM, self.raw)

    @cached_property
    def public_key(self) -> hpke.MLKEM768X25519PublicKey:
        if len(self.raw) != RECIPIENT_BYTES:
            raise KeyTextWrong
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.raw[:MLKEM_BYTES])
            point = X25519PublicKey.from_public_bytes(self.raw[MLKEM_BYTES:])
        except ValueError as error:
            raise KeyTextWrong from error
        return hpke.MLKEM768X25519PublicKey(mlkem, point)


@lru_cache(maxsize=KEPT)
def _parsed(text: str) -> Recipient:
    if text != text.lower():
        raise KeyTextWrong  # age refuses capitals here, and so do the scripts
    recipient = Recipient(bech32.decode(RECIPIENT_TEXT, text))
    recipient.public_key  # noqa: B018 - loading it is the check
    return recipient


class OpeningKey:
    """The private half: a 32-byte seed. Never shown by `repr`, never logged.

    `places`: in which stanza of a head (`age.place_name`) this key was found. It only says where to try first.
    """

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise KeyTextWrong
        expanded = hashlib.shake_256(seed).digest(96)
        self.seed = seed
        self.places: dict[bytes, int] = {}
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.private_key = hpke.MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    @classmethod
    def generate(cls) -> OpeningKey:
        return cls(os.urandom(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> OpeningKey:
        return cls(seed)

    @classmethod
    def from_text(cls, text: str) -> OpeningKey:
        """Parse `AGE-SECRET-KEY-PQ-1…`. Raises `KeyTextWrong`."""
        return cls(bech32.decode(KEY_TEXT, text))

    @property
    def text(self) -> str:
        return bech32.encode(KEY_TEXT, self.seed).upper()

    @cached_property
    def recipient(self) -> Recipient:
        return Recipient(self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"OpeningKey({self.recipient.kid})"
