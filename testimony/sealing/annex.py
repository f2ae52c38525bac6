"""Annexes: sealed statements about a testimony. Outside stand a random id, a day and a signer, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from testimony.sealing.envelope import OpenedPart, Readers, SealedPart
from testimony.sealing.manifest import PartEntry
from testimony.sealing.records import SignedRecord
from testimony.sealing.recipients import OpeningKey
from testimony.sealing.roster import RosterChain
from testimony.sealing.signing import Signer


@dataclass(frozen=True)
class SealedAnnex:
    record: SignedRecord
    part: SealedPart


@dataclass(frozen=True, kw_only=True)
class Annex:
    """What anyone can see of an annex."""

    id: str
    day: str
    by: str
    part: PartEntry


def seal_annex(
    content: bytes, *, tid: str, day: str, roster: str, audiences: Mapping[str, Readers], signer: Signer
) -> SealedAnnex:
    """Seal `content` (JSON) about testimony `tid`; the tid goes into the header line, inside the seal."""
    raise NotImplementedError


def parse_annex(record: SignedRecord) -> Annex:
    """Raises `NotCanonical` or `Refused`; verifies no signature."""
    raise NotImplementedError


def verify_annex(record: SignedRecord, chain: RosterChain) -> Annex:
    """Raises `Refused` unless somebody of the roster signed it."""
    raise NotImplementedError


def open_annex(
    record: SignedRecord, head: bytes | None, body: bytes | None, *, key: OpeningKey, chain: RosterChain,
    grants: Sequence[SignedRecord] = (),
) -> OpenedPart:
    """Like `testimony.open_part`; `header["tid"]` says which testimony it concerns. Raises `CannotOpen`."""
    raise NotImplementedError
