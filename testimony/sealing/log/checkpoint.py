"""Checkpoints: the signed head of a log, as a C2SP signed note (c2sp.org/tlog-checkpoint, c2sp.org/signed-note)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from testimony.sealing.errors import SignatureBad
from testimony.sealing.records import forms
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer

ED25519_NOTE = b"\x01"  # the algorithm byte of signed-note
NOTE = re.compile(r"(?P<text>.+\n)\n(?P<signatures>(?:\u2014 [^ \n]+ [^ \n]+\n)+)", re.DOTALL)
TEXT = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"(?:epoch (?P<epoch>[0-9a-f]{32})\n)?(?:[^\n]+\n)*"
)
ORIGIN = re.compile(r"[^\s+]+")


@dataclass(frozen=True)
class Checkpoint:
    """`size` entries have the Merkle root `root` (32 bytes).

    `epoch`: 32 hex digits, another one after the station was restored; empty in notes of stations that have none.
    """

    size: int
    root: bytes
    epoch: str = ""


def sign(origin: str, size: int, root: bytes, signer: Signer, *, epoch: str = "") -> str:
    """The signed note. `origin` names the log (no white space, no plus sign); `epoch` stands in an extension line."""
    if not ORIGIN.fullmatch(origin):
        raise ValueError(origin)
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    text += f"epoch {epoch}\n" if epoch else ""
    key = signer.public_keys[0]
    signature = key_hash(origin, key) + signer.sign_raw(text.encode())[0]
    return f"{text}\n\u2014 {origin} {base64.b64encode(signature).decode()}\n"


def verify(text: str, origin: str, key: PublicKey) -> Checkpoint:
    """Raises `SignatureBad` unless `key` signed this checkpoint of `origin`; other signatures are ignored."""
    note = NOTE.fullmatch(text)
    body = TEXT.fullmatch(note["text"]) if note else None
    if note is None or body is None or body["origin"] != origin:
        raise SignatureBad
    key.verify_raw(note["text"].encode(), _signature(note["signatures"], origin, key))
    root, size = base64.b64decode(body["root"]), int(body["size"])
    if base64.b64encode(root).decode() != body["root"] or not forms.holds("count", size):
        raise SignatureBad
    return Checkpoint(size, root, body["epoch"] or "")


def verifier_key(origin: str, key: PublicKey) -> str:
    """The key as text for other tools: origin+hash+base64 (a "vkey")."""
    return f"{origin}+{key_hash(origin, key).hex()}+{base64.b64encode(ED25519_NOTE + key.pub).decode()}"


def key_hash(origin: str, key: PublicKey) -> bytes:
    """The four bytes by which a note names its key."""
    if key.alg != ED25519:
        raise ValueError(key.alg)
    return hashlib.sha256(origin.encode() + b"\n" + ED25519_NOTE + key.pub).digest()[:4]


def _signature(lines: str, origin: str, key: PublicKey) -> bytes:
    for line in lines.split("\n")[:-1]:
        _, name, encoded = line.split(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue  # somebody else's line
        if name == origin and raw[:4] == key_hash(origin, key) and base64.b64encode(raw).decode() == encoded:
            return raw[4:]
    raise SignatureBad
