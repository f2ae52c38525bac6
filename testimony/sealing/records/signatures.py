"""Signatures over labelled bytes: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204, pure, empty context).

The signed bytes are L(label, data) = ASCII label, 0x00, data, so a signature made for one purpose fits no other.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.records import forms

ED25519 = "ed25519"
ML_DSA_65 = "ml-dsa-65"
ROOT_ALGORITHMS = (ED25519, ML_DSA_65)

Signature = dict[str, str]
"""{"alg", "kid", "sig" (hex)}, as it stands beside the signed bytes."""


def labelled(label: str, data: bytes) -> bytes:
    """L(label, data) of the format. Raises `UnicodeEncodeError` for a label that is not ASCII."""
    return label.encode("ascii") + b"\0" + data


def kid_of(algorithm: str, public: bytes) -> str:
    """The short name of a public key: 16 hex digits."""
    return hashlib.sha256(labelled("testimony/1/kid", algorithm.encode() + b"\0" + public)).hexdigest()[:16]


@dataclass(frozen=True)
class PublicKey:
    """One public signature key: `alg` "ed25519" or "ml-dsa-65", and its raw bytes."""

    alg: str
    pub: bytes

    @classmethod
    def parse(cls, value: Any) -> PublicKey:
        """From {"alg", "pub" (hex)}. Raises `StructureWrong`, also for a weak key: under a point of small order
        signatures hold that nobody made, and a second spelling of a point would be a second name of one key."""
        if not forms.holds("key", value):
            raise StructureWrong
        return cls(value["alg"], bytes.fromhex(value["pub"]))

    def describe(self) -> dict[str, str]:
        """{"alg", "pub" (hex)}, as it stands in a roster."""
        return {"alg": self.alg, "pub": self.pub.hex()}

    @cached_property
    def kid(self) -> str:
        return kid_of(self.alg, self.pub)

    @cached_property
    def _verifier(self) -> Ed25519PublicKey | MLDSA65PublicKey:
        if self.alg == ED25519:
            return Ed25519PublicKey.from_public_bytes(self.pub)
        return MLDSA65PublicKey.from_public_bytes(self.pub)

    @cached_property
    def _is_weak(self) -> bool:
        """Whether signatures of nobody hold under it; `parse` lets none in, and one may come by another way."""
        return self.alg == ED25519 and not forms.holds("point", self.pub.hex())

    def verify_raw(self, message: bytes, signature: bytes) -> None:
        """Raise `SignatureBad` unless `signature` is this key's over `message` as it is, without a label."""
        if self._is_weak:
            raise SignatureBad
        try:
            self._verifier.verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise SignatureBad from error


class Signer:
    """A signer: one 32-byte seed, one key for each algorithm. Never shown by `repr`, never logged."""

    def __init__(self, seed: bytes, algorithms: Sequence[str] = (ED25519,)) -> None:
        self.seed = seed
        self._private = [_private_key(algorithm, seed) for algorithm in algorithms]
        self.public_keys = tuple(
            PublicKey(algorithm, key.public_key().public_bytes_raw())
            for algorithm, key in zip(algorithms, self._private, strict=True)
        )

    @classmethod
    def generate(cls, algorithms: Sequence[str] = (ED25519,)) -> Signer:
        return cls(os.urandom(32), algorithms)

    @property
    def kid(self) -> str:
        """The short name of the first key, by which records name their signer."""
        return self.public_keys[0].kid

    def sign_raw(self, message: bytes) -> list[bytes]:
        """One signature a key over `message` as it is; only for formats that bring their own separation."""
        return [key.sign(message) for key in self._private]

    def __repr__(self) -> str:
        return f"Signer({self.kid})"


def sign(label: str, data: bytes, signer: Signer) -> list[Signature]:
    """The signatures of all of the signer's keys over L(label, data), in the order of its keys."""
    made = signer.sign_raw(labelled(label, data))
    return [
        {"alg": key.alg, "kid": key.kid, "sig": signature.hex()}
        for key, signature in zip(signer.public_keys, made, strict=True)
    ]


def verify(label: str, data: bytes, sigs: Sequence[Any], keys: Sequence[PublicKey]) -> None:
    """Raise `SignatureBad` unless `sigs` holds exactly one good signature for each of `keys`, in that order.

    The label may come from whoever sent the bytes: one that is not ASCII cannot have been signed.
    """
    if not keys or not isinstance(sigs, list | tuple) or len(sigs) != len(keys) or not label.isascii():
        raise SignatureBad
    message = labelled(label, data)
    for signature, key in zip(sigs, keys, strict=True):
        if not isinstance(signature, Mapping) or set(signature) != {"alg", "kid", "sig"}:
            raise SignatureBad
        if signature["alg"] != key.alg or signature["kid"] != key.kid:
            raise SignatureBad
        try:
            raw = from_hex(signature["sig"])
        except StructureWrong as error:
            raise SignatureBad from error
        key.verify_raw(message, raw)


def from_hex(text: Any, size: int | None = None) -> bytes:
    """The bytes of lower-case hex `text`, `size` of them if given. Raises `StructureWrong` for anything else."""
    try:
        raw = bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise StructureWrong from error
    if raw.hex() != text or (size is not None and len(raw) != size):
        raise StructureWrong
    return raw


def _private_key(algorithm: str, seed: bytes) -> Ed25519PrivateKey | MLDSA65PrivateKey:
    if algorithm == ED25519:
        return Ed25519PrivateKey.from_private_bytes(seed)
    if algorithm == ML_DSA_65:
        derived = hashlib.sha256(labelled("testimony/1/mldsa-seed", seed)).digest()
        return MLDSA65PrivateKey.from_seed_bytes(derived)
    raise ValueError(algorithm)
