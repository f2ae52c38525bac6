"""Seals a whole testimony, and opens one in the only order in which nothing is trusted before it is verified."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts import part as sealed_part
from testimony.sealing.parts.decoys import SECRET_BYTES
from testimony.sealing.parts.manifest import ALWAYS, KIND, Manifest, PartEntry, audiences_of, maker_of
from testimony.sealing.parts.part import OpenedPart, Readers, SealedPart, seal_part
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import require_signature, verify_grant
from testimony.sealing.testimony import attestation
from testimony.sealing.testimony.attestation import Attestation
from testimony.sealing.testimony.attestation import verify as verify_attestation

__all__ = [
    "Attestation",
    "Content",
    "OpenedPart",
    "SealedTestimony",
    "authentic_part",
    "open_part",
    "open_verified",
    "seal",
    "verify_attestation",
    "verify_manifest",
]


@dataclass(frozen=True)
class Content:
    """What is sealed as one part: its MIME type and its bytes."""

    type: str
    data: bytes


EMPTY = Content("application/json", b"{}")


@dataclass(frozen=True)
class SealedTestimony:
    """The manifest, signed, and the parts that it names."""

    record: SignedRecord
    parts: tuple[SealedPart, ...]


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
    version: int = 1,
    keep_until: str | None = None,
) -> SealedTestimony:
    """Seal `contents` (by part name; missing compartments are sealed as `{}`) and sign the manifest with `device`.

    `readers[part][audience]` are the recipients; a missing audience gets a head of decoys alone. Media parts that
    `readers` does not name use its "media". `contents["provenance"]` must be a canonical JSON object; it gets the
    attestation by `interviewer`. `version`: of the manifest; from 2 on it says `keep_until` (YYYY-MM, None: no end),
    and the header lines name their decoys. 3 is an account from elsewhere: one lawyer is `device` and `interviewer`.
    Raises `SlotsTooFew`, `PartTooLarge`.
    """
    tid = tid or os.urandom(16).hex()
    filled = dict.fromkeys(ALWAYS, EMPTY) | dict(contents)

    def sealed(name: str, content: Content, consent: str | None) -> SealedPart:
        return seal_part(
            content.data,
            part=name,
            type=content.type,
            tid=tid,
            form_sha256=form_sha256,
            roster=roster_sha256,
            consent=consent,
            audiences=_audiences(name, readers, slots),
            decoys=None if version == 1 else os.urandom(SECRET_BYTES),
        )

    parts = {"consent": sealed("consent", filled.pop("consent"), None)}
    consent = parts["consent"].commit
    provenance = filled.pop("provenance")
    parts |= {name: sealed(name, content, consent) for name, content in filled.items()}
    attested = attestation.attest(
        provenance.data,
        tid=tid,
        at=at,
        commits={name: part.commit for name, part in parts.items()},
        interviewer=interviewer,
    )
    parts["provenance"] = sealed("provenance", Content(provenance.type, attested), consent)
    ordered = tuple(parts[name] for name in sorted(parts))
    record = SignedRecord.sign(
        {
            "v": f"testimony/{version}/{KIND}",
            "tid": tid,
            "rev": 1,
            "prev": None,
            "day": day,
            "form": form,
            "form_sha256": form_sha256,
            "roster": roster_sha256,
            "roster_no": roster_no,
            "by": device.kid,
            "withdraw": withdraw,
            "parts": [part.describe() for part in ordered],
            **({} if version == 1 else {"keep_until": keep_until}),
        },
        device,
    )
    return SealedTestimony(record, ordered)


def verify_manifest(record: SignedRecord, chain: RosterChain) -> Manifest:
    """The manifest, once its form, version, signature and structure hold. Raises `Refused` with the rule it breaks."""
    try:
        fields.require_version(record.value, KIND)
    except NotCanonical as error:
        raise Refused("structure") from error
    roster = chain.by_sha256(fields.sha256(record.value.get("roster")))
    if roster is None:
        raise Refused("roster.unknown")
    signer = roster.signer(fields.kid(record.value.get("by")))
    if signer is None or signer.role != maker_of(fields.version_of(record.value)):
        raise Refused("signer.unknown")
    if not signer.active:
        raise Refused("signer.inactive")
    require_signature(record, signer.keys)
    manifest = Manifest.read(record.value)
    if manifest.roster_no != roster.no:
        raise Refused("structure")
    return manifest


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
    manifest, _ = authentic_part(record, part, chain)
    return open_verified(record.id, manifest, part, audience, head, body, key=key, chain=chain, grants=grants)


def open_verified(
    record_id: str,
    manifest: Manifest,
    part: str,
    audience: str | None,
    head: bytes | None,
    body: bytes | None,
    *,
    key: OpeningKey,
    chain: RosterChain,
    grants: Sequence[SignedRecord] = (),
) -> OpenedPart:
    """The same for a manifest from `authentic_part`, for callers that open many pieces of one testimony."""
    entry = manifest.part(part)
    if entry is None:
        raise CannotOpen("altered")
    require_objects(record_id, entry, audience, head, body, chain=chain, grants=grants)
    if head is None or body is None:
        raise CannotOpen("incomplete")
    consent = manifest.part("consent")
    expected: dict[str, Any] = {
        "tid": manifest.tid,
        "rev": manifest.rev,
        "part": part,
        "form_sha256": manifest.form_sha256,
        "roster": manifest.roster,
        "consent": consent.commit if consent and part != "consent" else None,
    }
    opened = sealed_part.open_part(head, body, key=key, commit=entry.commit, expected=expected)
    if (opened.head is None) != (manifest.version == 1):
        raise CannotOpen(
            "altered"
        )  # one version for the whole testimony, so that no decoys are hidden by an older line
    return opened


def authentic_part(record: SignedRecord, part: str, chain: RosterChain) -> tuple[Manifest, PartEntry]:
    """The verified manifest and its entry for `part`. Raises `CannotOpen`."""
    try:
        manifest = verify_manifest(record, chain)
    except (Refused, NotCanonical) as error:
        raise CannotOpen(_reason(error, record, chain)) from error
    entry = manifest.part(part)
    if entry is None:
        raise CannotOpen("altered")
    return manifest, entry


def require_objects(
    record_id: str,
    entry: PartEntry,
    audience: str | None,
    head: bytes | None,
    body: bytes | None,
    *,
    chain: RosterChain,
    grants: Sequence[SignedRecord],
) -> None:
    """Raise `CannotOpen("altered")` unless head and body, where they have arrived, are the ones that were signed."""
    if head is not None:
        name = canonical.sha256_hex(head)
        named = entry.heads.values() if audience is None else [entry.heads.get(audience)]
        if name not in named and not _granted(name, record_id, entry.part, grants, chain):
            raise CannotOpen("altered")
    if body is not None and (len(body) != entry.len or canonical.sha256_hex(body) != entry.body):
        raise CannotOpen("altered")


def _audiences(
    part: str, readers: Mapping[str, Mapping[str, Sequence[Recipient]]], slots: Mapping[str, int]
) -> dict[str, Readers]:
    allowed = readers.get(part, readers.get("media", {}) if part.startswith("media-") else {})
    return {audience: (allowed.get(audience, ()), slots[audience]) for audience in audiences_of(part)}


def _granted(head: str, record_id: str, part: str, grants: Sequence[SignedRecord], chain: RosterChain) -> bool:
    return any(_is_grant(grant, head, record_id, part, chain) for grant in grants)


def _is_grant(record: SignedRecord, head: str, record_id: str, part: str, chain: RosterChain) -> bool:
    try:
        grant = verify_grant(record, chain)
    except (Refused, NotCanonical):
        return False  # a grant that does not verify grants nothing
    return (grant.head, grant.manifest, grant.part) == (head, record_id, part)


def _reason(error: Refused | NotCanonical, record: SignedRecord, chain: RosterChain) -> str:
    rule = error.rule if isinstance(error, Refused) else "structure"
    if rule == "version.newer":
        return "newer_version"
    if rule == "roster.unknown":
        number = record.value.get("roster_no")
        return "incomplete" if isinstance(number, int) and number > chain.latest.no else "altered"
    return "altered"
