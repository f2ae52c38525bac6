"""The interviewer's signed attestation, sealed in the provenance because interviewers are at risk too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import AttestedElsewhere, AttestedInVain, CannotOpen, SignatureBad, StructureWrong
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.roster import Entry

LABEL = "testimony/1/attest"
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Attestation:
    """Which interviewer (id in the roster) stands for the testimony, and when they finished it."""

    person_id: str
    at: str


def attest(provenance: bytes, *, tid: str, at: str, commits: Mapping[str, str], interviewer: Signer) -> bytes:
    """`provenance` (canonical JSON object) with "attest" and "sigs" added; `commits` are the other parts'."""
    statement = canonical.encode(
        {
            "v": LABEL,
            "tid": tid,
            "rev": 1,
            "by": [key.describe() for key in interviewer.public_keys],
            "at": at,
            "commits": dict(commits),
        }
    )
    signed = {"attest": statement.decode(), "sigs": signatures.sign(LABEL, statement, interviewer)}
    return canonical.encode({**canonical.decode_object(provenance), **signed})


def verify(provenance: bytes, manifest: Manifest, chain: RosterChain) -> Attestation:
    """The verified attestation of the testimony, from the opened provenance part. Raises `CannotOpen("altered")`.

    The interviewer must be active in the roster that the manifest names, and must have attested exactly its parts. An
    imported account has none: the lawyer who signed its manifest attests it.
    """
    roster = chain.by_sha256(manifest.roster)
    try:
        keys, at = verify_signature(provenance, manifest)
        _require_plausible(at, manifest, chain)
    except (NotCanonical, Refused, SignatureBad, StructureWrong) as error:
        raise CannotOpen("altered") from error
    person = roster.signer(keys[0].kid) if roster else None
    if person is None or not _may_attest(person, keys, manifest):
        raise CannotOpen("altered")
    return Attestation(person.id, at)


def fault(provenance: bytes, manifest: Manifest, chain: RosterChain) -> str:
    """What is wrong with it: "" nothing, parts (it is of others), key (no active interviewer's of that roster),
    signature, structure, time."""
    roster = chain.by_sha256(manifest.roster)
    try:
        keys, at = verify_signature(provenance, manifest)
        _require_plausible(at, manifest, chain)
    except AttestedElsewhere:
        return "parts"
    except AttestedInVain:
        return "time"
    except SignatureBad:
        return "signature"
    except (NotCanonical, Refused, StructureWrong):
        return "structure"
    person = roster.signer(keys[0].kid) if roster else None
    return "" if person is not None and _may_attest(person, keys, manifest) else "key"


def _may_attest(person: Entry, keys: tuple[PublicKey, ...], manifest: Manifest) -> bool:
    is_theirs = keys[0].kid == manifest.by if manifest.imported else person.role == "interviewer"
    return is_theirs and person.active and person.keys == keys


def _require_plausible(at: str, manifest: Manifest, chain: RosterChain) -> None:
    """Raise `AttestedInVain` unless it was signed since the organisation's first roster and not after its testimony's
    day, give or take a day."""
    signed = date.fromisoformat(at[:10])
    first, last = date.fromisoformat(chain.rosters[-1].issued), date.fromisoformat(manifest.day)
    if not first - A_DAY <= signed <= last + A_DAY:
        raise AttestedInVain


def verify_signature(provenance: bytes, manifest: Manifest) -> tuple[tuple[PublicKey, ...], str]:
    """The keys that attested `manifest`'s parts, and when; whose they are is not looked at.

    Raises `NotCanonical`, `Refused`, `StructureWrong` or `SignatureBad`.
    """
    value = canonical.decode_object(provenance)
    text, sigs = value.get("attest"), value.get("sigs")
    if not isinstance(text, str) or not isinstance(sigs, list):
        raise StructureWrong
    statement = fields.formed(SignedRecord(text.encode(), ()), "attest")
    keys = tuple(PublicKey.parse(key) for key in statement["by"])
    signatures.verify(LABEL, text.encode(), sigs, keys)
    commits = {entry.part: entry.commit for entry in manifest.parts if entry.part != "provenance"}
    if (statement["tid"], statement["rev"], statement["commits"]) != (manifest.tid, manifest.rev, commits):
        raise AttestedElsewhere
    return keys, statement["at"]
