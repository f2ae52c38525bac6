"""A partner's cosigner: it cosigns a log head only if the head extends the one it cosigned before.

The request is the body of `add-checkpoint` (c2sp.org/tlog-witness), as a file. It needs no home, only the partner's
key and a small file of what it cosigned last.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, cosignature, merkle
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.log.errors import CosigningRefused, ProofBad, WitnessUnusable
from testimony.sealing.records import fields
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer

MOST_HASHES: Final = 63
VERSION: Final = "testimony/1/cosigner"
OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,15})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A head to be cosigned, and the proof that its log begins with that of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """Raises `CosigningRefused("form")`."""
        head, _, note = text.partition("\n\n")
        first, *hashes = head.split("\n")
        said = OLD.fullmatch(first)
        try:
            proof = tuple(base64.b64decode(one, validate=True) for one in hashes)
        except binascii.Error as error:
            raise CosigningRefused("form") from error
        if said is None or len(proof) > MOST_HASHES or any(len(one) != 32 for one in proof):
            raise CosigningRefused("form")
        return cls(old=int(said[1]), proof=proof, note=note)


@dataclass(frozen=True, kw_only=True)
class Last:
    """What was cosigned last of a log: `pub` its key (hex), `root` in hex."""

    pub: str
    size: int
    root: str
    epoch: str


def read_log(text: str) -> tuple[str, PublicKey]:
    """(origin, key) of a log from its vkey. Raises `WitnessUnusable`."""
    origin, _, rest = text.strip().partition("+")
    _, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise WitnessUnusable from error
    key = PublicKey(ED25519, raw[1:])
    if len(raw) != 33 or not origin or checkpoint.verifier_key(origin, key) != text.strip():
        raise WitnessUnusable
    return origin, key


def read_state(data: bytes) -> dict[str, Last]:
    """By origin, what was cosigned last. Raises `CosigningRefused("state")`: never taken for an empty one."""
    try:
        value = fields.exactly(canonical.decode_object(data), {"v", "logs"})
        if value["v"] != VERSION or not isinstance(value["logs"], list):
            raise Refused("structure")
        return dict(_last(one) for one in value["logs"])
    except (NotCanonical, Refused) as error:
        raise CosigningRefused("state") from error


def write_state(state: Mapping[str, Last]) -> bytes:
    logs = [{"origin": origin, **asdict(last)} for origin, last in sorted(state.items())]
    return canonical.encode({"v": VERSION, "logs": logs})


def cosign(
    wanted: Wanted,
    state: Mapping[str, Last],
    witness: Witness,
    signer: Signer,
    *,
    at: int,
    named: str = "",
    restored: bool = False,
) -> tuple[str, dict[str, Last]]:
    """(the note with the cosignature, what to remember). It must be on the disk before the note leaves.

    `at`: seconds since 1970; `named`: the log's key as it was compared, needed the first time; `restored`: follow into
    another epoch. Raises `CosigningRefused`: form, key, first, back, forked, epoch, proof; `WitnessUnusable`.
    """
    origin = wanted.note.partition("\n")[0]
    last = state.get(origin)
    key = _key(origin, last, named)
    try:
        head = checkpoint.verify(wanted.note, origin, key)
    except SignatureBad as error:
        raise CosigningRefused("form" if checkpoint.NOTE.fullmatch(wanted.note) is None else "key") from error
    if last is not None:
        _require_continued(wanted, last, head, restored=restored)
    made = cosignature.add(cosignature.plain(wanted.note, origin), witness, signer, at)
    kept = Last(pub=key.pub.hex(), size=head.size, root=head.root.hex(), epoch=head.epoch)
    return made, {**state, origin: kept}


def _key(origin: str, last: Last | None, named: str) -> PublicKey:
    if named:
        said, key = read_log(named)
        if said != origin or (last is not None and last.pub != key.pub.hex()):
            raise CosigningRefused("key")
        return key
    if last is None:
        raise CosigningRefused("first")
    return PublicKey(ED25519, bytes.fromhex(last.pub))


def _require_continued(wanted: Wanted, last: Last, head: Checkpoint, *, restored: bool) -> None:
    if head.epoch != last.epoch:
        if restored:
            return
        raise CosigningRefused("epoch")
    if head.size < last.size:
        raise CosigningRefused("back")
    old_root = bytes.fromhex(last.root)
    if head.size == last.size:
        if head.root != old_root:
            raise CosigningRefused("forked")
        return
    if wanted.old != last.size:
        raise CosigningRefused("proof", size=last.size)
    try:
        merkle.verify_consistency(last.size, head.size, old_root, head.root, wanted.proof)
    except ProofBad as error:
        raise CosigningRefused("forked") from error


def _last(value: Any) -> tuple[str, Last]:
    said = fields.exactly(value, {"origin", "pub", "size", "root", "epoch"})
    epoch = said["epoch"] if said["epoch"] == "" else fields.hexadecimal(said["epoch"], 16)
    last = Last(
        pub=fields.hexadecimal(said["pub"], 32),
        size=fields.integer(said["size"]),
        root=fields.sha256(said["root"]),
        epoch=epoch,
    )
    return fields.text(said["origin"]), last
