"""A whole testimony: sealing it, and opening it in the one order in which nothing is believed too early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from testimony.sealing.envelope import OpenedPart, SealedPart
from testimony.sealing.manifest import Manifest
from testimony.sealing.recipients import OpeningKey, Recipient
from testimony.sealing.records import SignedRecord
from testimony.sealing.roster import RosterChain
from testimony.sealing.signing import Signer


@dataclass(frozen=True)
class Content:
    """What is sealed as one part: its MIME type and its bytes."""

    type: str
    data: bytes


@dataclass(frozen=True)
class SealedTestimony:
    """The manifest, signed, and the parts that it names."""

    record: SignedRecord
    parts: tuple[SealedPart, ...]

    __test__ = False


@dataclass(frozen=True)
class Attestation:
    """Which interviewer (id in the roster) stands for the testimony, and when they finished it."""

    person_id: str
    at: str


def seal(
    contents: Mapping[str, Content],
    *,
    readers: Mapping[str, Mapping[str, Sequence[Recipient]]],
    slots: Mapping[str, int],
    roster_sha256: str,
    roster_no: int,
    device: Signer,
    interviewer: Signer,
    day: str,
    at: str,
    form: str,
    form_sha256: str,
    withdraw: str | None = None,
    tid: str | None = None,
) -> SealedTestimony:
    """Seal `contents` (by part name; missing compartments are sealed as `{}`) and sign the manifest with `device`.

    `readers[part][audience]` are the recipients; a missing audience gets a head of decoys alone. `contents["provenance"]`
    must be a JSON object; it gets the attestation by `interviewer`. Raises `SlotsTooFew`, `PartTooLarge`.
    """
    raise NotImplementedError


def verify_manifest(record: SignedRecord, chain: RosterChain) -> Manifest:
    """The manifest, once its form, version, signature and structure hold. Raises `Refused` with the rule it breaks."""
    raise NotImplementedError


def open_part(
    record: SignedRecord,
    part: str,
    audience: str | None,
    head: bytes | None,
    body: bytes | None,
    *,
    key: OpeningKey,
    chain: RosterChain,
    grants: Sequence[SignedRecord] = (),
) -> OpenedPart:
    """Open one part with `key`; the head may be the manifest's for `audience` (None: any) or a verified grant's.

    `None` for head or body means that it has not arrived. Raises `CannotOpen` with one of its four codes, nothing more.
    """
    raise NotImplementedError


def verify_attestation(provenance: bytes, manifest: Manifest, chain: RosterChain) -> Attestation:
    """Who attested the testimony, from the opened provenance part. Raises `CannotOpen("altered")`."""
    raise NotImplementedError
