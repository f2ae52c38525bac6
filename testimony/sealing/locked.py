"""An interviewer's seeds under their passphrase, as the node keeps them and the browser unlocks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lock(seeds: Mapping[str, bytes], passphrase: str, *, person: str, device: str) -> dict[str, Any]:
    """`seeds` {"interviewer": 32 bytes, "device": 32 bytes} as the JSON object that the browser's twin unlocks.

    {"v": "testimony/1/locked", "person", "device", "argon2id": {"m_kib", "t", "p", "salt"}, "nonce", "ct"}.
    """
    raise NotImplementedError


def unlock(locked: Mapping[str, Any], passphrase: str) -> dict[str, bytes]:
    """{"interviewer": seed, "device": seed}. Raises `PassphraseWrong`, or `StructureWrong` for another object."""
    raise NotImplementedError
