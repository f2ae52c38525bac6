"""An interviewer's seeds, encrypted with their passphrase: the node stores them and the browser unlocks them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from testimony.errors import Refused
from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.errors import StructureWrong
from testimony.sealing.keys import passphrase
from testimony.sealing.records import fields
from testimony.sealing.records.signatures import from_hex, labelled

VERSION = "testimony/1/locked"
COSTS = {"m_kib": passphrase.MEMORY_KIB, "t": passphrase.TIME, "p": passphrase.LANES}
SEED_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def lock(seeds: Mapping[str, bytes], passphrase: str, *, person: str, device: str) -> dict[str, Any]:
    """`seeds` {"interviewer": 32 bytes, "device": 32 bytes} as the JSON object that the browser's twin unlocks.

    {"v": "testimony/1/locked", "person", "device", "argon2id": {"m_kib", "t", "p", "salt"}, "nonce", "ct"}.
    """
    salt, nonce = os.urandom(16), os.urandom(NONCE_BYTES)
    plaintext = seeds["interviewer"] + seeds["device"]
    if len(plaintext) != 2 * SEED_BYTES:
        raise StructureWrong
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plaintext, _context(person, device))
    return {
        "v": VERSION,
        "person": person,
        "device": device,
        "argon2id": {**COSTS, "salt": salt.hex()},
        "nonce": nonce.hex(),
        "ct": sealed.hex(),
    }


def unlock(locked: Mapping[str, Any], passphrase: str) -> dict[str, bytes]:
    """{"interviewer": seed, "device": seed}. Raises `PassphraseWrong`, or `StructureWrong` for another object."""
    salt, nonce, sealed, context = _parse(locked)
    try:
        plaintext = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, context)
    except InvalidTag as error:
        raise PassphraseWrong from error
    return {"interviewer": plaintext[:SEED_BYTES], "device": plaintext[SEED_BYTES:]}


def _parse(locked: Mapping[str, Any]) -> tuple[bytes, bytes, bytes, bytes]:
    try:
        value = fields.exactly(dict(locked), {"v", "person", "device", "argon2id", "nonce", "ct"})
        costs = fields.exactly(value["argon2id"], {*COSTS, "salt"})
        context = _context(fields.text(value["person"], 64), fields.text(value["device"], 64))
    except Refused as error:
        raise StructureWrong from error
    if value["v"] != VERSION or {name: costs[name] for name in COSTS} != COSTS:
        raise StructureWrong
    sealed = from_hex(value["ct"], 2 * SEED_BYTES + TAG_BYTES)
    return from_hex(costs["salt"], passphrase.SALT_BYTES), from_hex(value["nonce"], NONCE_BYTES), sealed, context


def _context(person: str, device: str) -> bytes:
    return labelled(VERSION, person.encode() + b"\0" + device.encode())


def _key(words: str, salt: bytes) -> bytes:
    stretched = passphrase.argon2id(passphrase.normalised(words).encode(), salt)
    return hkdf(stretched, salt, VERSION.encode())
