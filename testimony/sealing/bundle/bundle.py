"""The two signed statements of a sync bundle: its sender and recipient, and a digest of its whole contents."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from testimony.canonical import LARGEST
from testimony.errors import Refused
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer

HEADER: Final = "bundle"
SEAL: Final = "bundle-seal"
DELIVERY, ANSWER = "delivery", "answer"
LONGEST_EPOCH: Final = 64


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a bundle says first. `by` signed it; `to`: the kid that an answer is for, "" for a delivery to central.

    `id` (32 hex) is the same in all files of one bundle, `no` counts them from 1. `read`, in a delivery: how many
    entries of the log of `log` (kid of a central, or "") its writer holds; in an answer: where the log begins in it.
    `epoch`: of that central, as known; `incarnation`: of the writer, "" at a desk. `waiting`: records that were to go.
    """

    kind: str
    id: str
    no: int
    by: str
    to: str
    organisation: str
    incarnation: str
    epoch: str
    log: str
    read: int
    waiting: int
    day: str

    def sign(self, signer: Signer) -> SignedRecord:
        return SignedRecord.sign({"v": f"testimony/1/{HEADER}", **asdict(self)}, signer)


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What a bundle says last: the frames before the seal and the Merkle root over them. `last`: no file follows."""

    bundle: str
    by: str
    frames: int
    root: str
    last: bool

    def sign(self, signer: Signer) -> SignedRecord:
        return SignedRecord.sign({"v": f"testimony/1/{SEAL}", **asdict(self)}, signer)


def new_id() -> str:
    """For the files of one bundle: random, 32 hex digits."""
    return os.urandom(16).hex()


def parse_header(record: SignedRecord) -> Header:
    """No signature is verified. Raises `NotCanonical`; `Refused`: version.newer, kind.unknown, structure."""
    said = fields.statement(record, HEADER, Header.__dataclass_fields__)
    if said["kind"] not in (DELIVERY, ANSWER):
        raise Refused("kind.unknown")
    return Header(
        kind=said["kind"],
        id=fields.hexadecimal(said["id"], 16),
        no=fields.integer(said["no"], 1, 1_000_000),
        by=fields.kid(said["by"]),
        to=_kid_or_none(said["to"]),
        organisation=fields.sha256(said["organisation"]),
        incarnation="" if said["incarnation"] == "" else fields.hexadecimal(said["incarnation"], 16),
        epoch="" if said["epoch"] == "" else fields.text(said["epoch"], LONGEST_EPOCH),
        log=_kid_or_none(said["log"]),
        read=fields.integer(said["read"], 0, LARGEST),
        waiting=fields.integer(said["waiting"], 0, LARGEST),
        day=fields.day(said["day"]),
    )


def verify_seal(record: SignedRecord, keys: Sequence[PublicKey]) -> Seal:
    """Raises `NotCanonical`, `Refused`, `SignatureBad`."""
    said = fields.statement(record, SEAL, Seal.__dataclass_fields__)
    record.verify(keys)
    return Seal(
        bundle=fields.sha256(said["bundle"]),
        by=fields.kid(said["by"]),
        frames=fields.integer(said["frames"]),
        root=fields.sha256(said["root"]),
        last=fields.boolean(said["last"]),
    )


def _kid_or_none(value: Any) -> str:
    return "" if value == "" else fields.kid(value)
