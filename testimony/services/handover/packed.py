"""What is in an offer: the testimony in clear in an archive, checked against the statement that two lawyers signed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.errors import NotCanonical, Refused
from testimony.sealing.archive import archive, checks
from testimony.sealing.archive.archive import Index
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.parts import Revealed
from testimony.sealing.archive.zip import Container
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import ALWAYS, Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.handover import INTERVIEW, Offer
from testimony.sealing.testimony import media
from testimony.sealing.testimony.media import LIST
from testimony.sealing.verification import Finding, Holds
from testimony.services.consent import consents
from testimony.services.handover.errors import HandoverRefused
from testimony.services.opening.compartments import as_object


@dataclass(frozen=True, kw_only=True)
class Packed:
    """`parts`: everything in clear, by its name. `findings`: of all checks; none of them fails.

    `sha256`: of the archive. `uses`: those that the sealed consent shows today. `kinds`: of the recordings and pictures
    in clear.
    """

    manifest: Manifest
    parts: Mapping[str, Revealed]
    findings: tuple[Finding, ...]
    sha256: str
    uses: frozenset[Key]
    kinds: frozenset[str]


def examine(data: bytes, offer: Offer, *, day: date) -> Packed:
    """Check the archive `data` of an offer. Raises `HandoverRefused`: proofs, disagreed."""
    shown: list[Revealed] = []
    findings = tuple(checks.examine(io.BytesIO(data), show=shown.append))
    if not findings or any(one.holds is Holds.NO for one in findings):
        raise HandoverRefused("proofs")
    try:
        index, manifest = _named(data, offer)
        parts = {one.part: one for one in shown}
        consent = as_object(parts["consent"].content) if "consent" in parts else {}
        listed = media.read_list(parts[LIST].content, manifest) if LIST in parts else ()
    except (ArchiveUnreadable, NotCanonical, Refused, CannotOpen) as error:
        raise HandoverRefused("proofs") from error
    use = Key(Purpose.HANDOVER, offer.recipient)
    named = (index.organisation, index.purpose, index.recipient)
    if named != (offer.organisation, use.purpose, use.recipient) or manifest.tid != offer.tid:
        raise HandoverRefused("proofs")
    if not set(ALWAYS) <= parts.keys() or {one.tid for one in shown} != {offer.tid}:
        raise HandoverRefused("proofs")
    uses = consents.sealed_uses(manifest, consent, day)
    if offer.consent == INTERVIEW and use not in uses:
        raise HandoverRefused("disagreed")
    return Packed(
        manifest=manifest,
        parts=parts,
        findings=findings,
        sha256=canonical.sha256_hex(data),
        uses=uses,
        kinds=frozenset(item.kind for item in listed),
    )


def _named(data: bytes, offer: Offer) -> tuple[Index, Manifest]:
    """The list of the archive, and the manifest that the offer names. Raises `ArchiveUnreadable`, `NotCanonical`,
    `Refused`.
    """
    container = Container(io.BytesIO(data))
    name = f"records/{offer.manifest}.json"
    if name not in container.known:
        raise Refused("structure")
    signed = archive.signed(
        container.read(archive.LIST, archive.LARGEST_LIST), container.read(archive.LIST_SIGNED, archive.LARGEST_FILE)
    )
    record = SignedRecord(container.read(name, archive.LARGEST_FILE), ())
    return archive.parse_index(signed), Manifest.read(record.value)
