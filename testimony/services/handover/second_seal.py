"""Seals what another organisation handed over for the own readers, as an imported testimony with its origin."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from testimony import canonical
from testimony.domain.consent import compartments
from testimony.domain.consent.conditions import DOCUMENTED, OF_DOCUMENTS
from testimony.domain.consent.purposes import Purpose
from testimony.domain.handover.acts import ORIGIN
from testimony.sealing.parts.manifest import IMPORTED, is_media
from testimony.sealing.roster.roster import Roster
from testimony.sealing.testimony.testimony import Content, SealedTestimony, seal
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import permissions
from testimony.services.handover.packed import Packed
from testimony.services.handover.partners import Partner
from testimony.services.imports import sealing as import_sealing
from testimony.services.opening.compartments import as_object
from testimony.services.opening.reader import Reader

SIGNED: Final = frozenset({"attest", "sigs"})
"""The interviewer's signature in the provenance: it is about the original, which the archive of the offer proves."""
COMPARTMENTS: Final = ("identity", "narrative", "incident", "coded")


def sealed(
    roster: Roster, reader: Reader, packed: Packed, sender: Partner, handover: str, *, now: datetime
) -> SealedTestimony:
    """The testimony, sealed for the lawyers and the recovery key under `roster`. `handover`: the name of the offer.

    Its consent covers what papers do: keeping, the lawyers, and each kind of recordings and pictures that is there and
    that the witness agreed to in the interview. Raises `PartTooLarge`,
    `SlotsTooFew`, `StationKeyless`.
    """
    signer, day = consent_acts.signer_of(reader), now.date()
    table = compartments.narrow(compartments.readers(OF_DOCUMENTS), roster.policy)
    media = {part: Content(one.type, one.content) for part, one in packed.parts.items() if is_media(part)}
    contents = {part: Content(packed.parts[part].type, packed.parts[part].content) for part in COMPARTMENTS}
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    for part, value in (
        ("consent", _consent(roster, packed, now)),
        ("provenance", _provenance(reader, packed, sender, handover, now)),
    ):
        contents[part] = Content("application/json", canonical.encode(value))
    return seal(
        contents | media,
        readers={
            part: {str(audience): roster.recipients(audience) for audience in audiences}
            for part, audiences in table.items()
        },
        slots=roster.slots,
        roster_sha256=roster.sha256,
        roster_no=roster.no,
        device=signer,
        interviewer=signer,
        day=day.isoformat(),
        at=moment,
        form=packed.manifest.form,
        form_sha256=packed.manifest.form_sha256,
        version=IMPORTED,
        keep_until=_earlier(import_sealing.kept_until(roster, day), packed.manifest.keep_until),
    )


def _consent(roster: Roster, packed: Packed, now: datetime) -> dict[str, Any]:
    agreed = {key.purpose for key in packed.uses}
    purposes = OF_DOCUMENTS | {permissions.MEDIA[kind] for kind in packed.kinds} & agreed
    language = as_object(packed.parts["consent"].content).get("language")
    return {
        "events": import_sealing.documented_events(roster, now.date(), purposes),
        "language": language if isinstance(language, str) else "en",
        DOCUMENTED: True,
    }


def _provenance(reader: Reader, packed: Packed, sender: Partner, handover: str, now: datetime) -> dict[str, Any]:
    """That of the original without its signature, and where it comes from."""
    told = as_object(packed.parts["provenance"].content)
    original = {name: value for name, value in told.items() if name not in {*SIGNED, import_sealing.KIND}}
    brought = {
        "source": f"{sender.name} ({sender.words})",
        "consent": f"{Purpose.HANDOVER}, {handover}",
        "by": reader.id,
        "day": now.date().isoformat(),
        "file_sha256": packed.sha256,
        "row": packed.manifest.tid,
        "row_sha256": canonical.sha256_hex(packed.manifest.tid.encode()),
        "number": handover,
        "kept": [],
    }
    origin = {
        "organisation": sender.fingerprint,
        "tid": packed.manifest.tid,
        "day": packed.manifest.day,
        "offer": handover,
    }
    return {**original, import_sealing.KIND: brought, ORIGIN: origin}


def _earlier(own: str | None, original: str | None) -> str | None:
    """The earlier of two months, None: without an end. The witness agreed to keeping until then."""
    return min(own, original) if own and original else own or original
