"""Annexes: sealed statements about a testimony. Only a random id, a day and a signer are visible outside."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from testimony.errors import NotCanonical, Refused
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts import part as sealed_part
from testimony.sealing.parts.manifest import PartEntry
from testimony.sealing.parts.part import OpenedPart, Readers, SealedPart, seal_part
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import WITHDRAWERS, require_signature, require_signed
from testimony.sealing.testimony.testimony import require_objects

PART = "annex"


@dataclass(frozen=True)
class SealedAnnex:
    record: SignedRecord
    part: SealedPart


@dataclass(frozen=True, kw_only=True)
class Annex:
    """What anyone can see of an annex. `key`: of the withdrawal code that signed it (64 hex); None: a worker did."""

    id: str
    day: str
    by: str
    part: PartEntry
    key: str | None = None


def seal_annex(
    content: bytes,
    *,
    tid: str,
    day: str,
    roster: str,
    audiences: Mapping[str, Readers],
    signer: Signer,
    by_code: bool = False,
) -> SealedAnnex:
    """Seal `content` (JSON) about testimony `tid`, which is named in the header line, inside the seal, alone.

    `roster` is the SHA-256 of the roster in force; `audiences` are those that shall read it, with their slots.
    `by_code`: `signer` is the key of the testimony's withdrawal code, which no roster knows, so it is named too.
    """
    sealed = seal_part(
        content,
        part=PART,
        type="application/json",
        tid=tid,
        form_sha256=None,
        roster=roster,
        consent=None,
        audiences=audiences,
    )
    outside = {name: value for name, value in sealed.describe().items() if name != "part"}
    value = {
        "v": "testimony/1/annex",
        "id": os.urandom(16).hex(),
        "day": day,
        "by": signer.kid,
        "part": outside,
    }
    if by_code:
        value["key"] = signer.public_keys[0].pub.hex()
    return SealedAnnex(SignedRecord.sign(value, signer), sealed)


def parse_annex(record: SignedRecord) -> Annex:
    """Raises `NotCanonical` or `Refused`, also where `by` is not the name of `key`; verifies no signature."""
    found = Annex(**{**(said := fields.formed(record, PART)), "part": PartEntry.read(said["part"], PART)})
    if found.key is not None and PublicKey(ED25519, bytes.fromhex(found.key)).kid != found.by:
        raise Refused("structure")
    return found


def verify_annex(record: SignedRecord, chain: RosterChain) -> Annex:
    """Raises `Refused` unless somebody of the roster signed it, or a phone, for the request of a witness, or the code
    whose key it names. Callers that know the manifests check whether a testimony has that code."""
    return _verified(record, parse_annex(record), chain)


def _verified(record: SignedRecord, annex: Annex, chain: RosterChain) -> Annex:
    if annex.key is None:
        require_signed(record, chain, WITHDRAWERS)
    else:
        require_signature(record, [PublicKey(ED25519, bytes.fromhex(annex.key))])
    return annex


def open_annex(
    record: SignedRecord,
    head: bytes | None,
    body: bytes | None,
    *,
    key: OpeningKey,
    chain: RosterChain,
    grants: Sequence[SignedRecord] = (),
    parsed: Annex | None = None,
) -> OpenedPart:
    """Like `testimony.open_part`; `header["tid"]` says which testimony it concerns. Raises `CannotOpen`.

    `parsed`: the result of `parse_annex` for this same record, for callers that open thousands.
    """
    try:
        annex = _verified(record, parsed or parse_annex(record), chain)
    except (Refused, NotCanonical) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise CannotOpen("newer_version" if newer else "altered") from error
    require_objects(record.id, annex.part, None, head, body, chain=chain, grants=grants)
    if head is None or body is None:
        raise CannotOpen("incomplete")
    expected = {"rev": 1, "part": PART, "form_sha256": None, "consent": None}
    opened = sealed_part.open_part(head, body, key=key, commit=annex.part.commit, expected=expected)
    if chain.by_sha256(opened.header["roster"]) is None:
        raise CannotOpen("altered")
    return opened
