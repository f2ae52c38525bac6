"""Checkpoints: the signed head of a log, as a C2SP signed note (c2sp.org/tlog-checkpoint, c2sp.org/signed-note)."""

from __future__ import annotations

from dataclasses import dataclass

from testimony.sealing.signing import PublicKey, Signer


@dataclass(frozen=True)
class Checkpoint:
    """`size` entries have the Merkle root `root` (32 bytes)."""

    size: int
    root: bytes


def sign(origin: str, size: int, root: bytes, signer: Signer) -> str:
    """The signed note. `origin` names the log (no space, no plus sign)."""
    raise NotImplementedError


def verify(text: str, origin: str, key: PublicKey) -> Checkpoint:
    """Raises `SignatureBad` unless `key` signed this checkpoint of `origin`; other signatures are ignored."""
    raise NotImplementedError


def verifier_key(origin: str, key: PublicKey) -> str:
    """The key as text for other tools: origin+hash+base64 (a "vkey")."""
    raise NotImplementedError
