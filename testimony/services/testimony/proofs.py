"""Verifies every proof of a testimony, opened or not, and lists what was found. It is valid only if all proofs hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.sealing import verification
from testimony.sealing.parts.manifest import Manifest, is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony import attestation
from testimony.sealing.verification import Finding, Holds
from testimony.services.opening.compartments import MAY_OPEN, Compartment
from testimony.services.opening.media import Gallery
from testimony.services.testimony import evidence as testimony_evidence
from testimony.services.testimony.evidence import Evidence
from testimony.services.witnesses.first_seen import FirstSeen


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a reader opened. `damaged`: the parts whose stored body is not the one that was sealed."""

    audience: Audience
    compartments: Sequence[Compartment]
    gallery: Gallery | None
    damaged: Collection[str]

    def compartment(self, part: str) -> Compartment | None:
        """The compartment of that name, opened or closed."""
        return next((held for held in self.compartments if held.part == part), None)

    def findings(self) -> list[Finding]:
        """Each part that is damaged or missing; one finding for all others together."""
        wrong = [*self._text_findings(), *self._media_findings()]
        return wrong or [Finding(code="part.holds", holds=Holds.YES)]

    def attestation(self, manifest: Manifest, chain: RosterChain) -> Finding:
        """Whether the interviewer signed for the parts."""
        found = self.compartment("provenance")
        if found is None or found.content is None:
            closed = found.closed if found else None
            codes = {
                "altered": "attestation.structure",
                "not_for_you": "attestation.closed",
                "withdrawn": "attestation.withdrawn",
            }
            holds = Holds.NO if closed == "altered" else Holds.OPEN
            return Finding(code=codes.get(closed or "", "attestation.missing"), holds=holds)
        fault = attestation.fault(found.data, manifest, chain)
        signed = "imported" if manifest.imported else "holds"
        return Finding(code=f"attestation.{fault or signed}", holds=Holds.NO if fault else Holds.YES)

    def _text_findings(self) -> Iterator[Finding]:
        for one in self.compartments:
            if one.part not in MAY_OPEN[self.audience]:
                continue
            if one.closed == "altered":
                yield Finding(code="part.altered", holds=Holds.NO, values={"part": one.part})
            elif one.closed in ("incomplete", "newer_version"):
                yield Finding(code="part.missing", holds=Holds.OPEN, values={"part": one.part})
            elif one.closed == "withdrawn":
                yield Finding(code="part.withdrawn", holds=Holds.OPEN, values={"part": one.part})

    def _media_findings(self) -> Iterator[Finding]:
        if self.gallery is None:
            return
        if self.gallery.closed == "altered":
            yield Finding(code="part.altered", holds=Holds.NO, values={"part": "media"})
        elif self.gallery.closed == "incomplete":
            yield Finding(code="part.missing", holds=Holds.OPEN, values={"part": "media"})
        elif self.gallery.closed == "withdrawn":
            yield Finding(code="part.withdrawn", holds=Holds.OPEN, values={"part": "media"})
        for medium in self.gallery.media:
            values: dict[str, str | int] = {"part": medium.item.kind, "number": medium.number}
            if not set(self.damaged).isdisjoint(medium.item.parts):
                yield Finding(code="part.pieces", holds=Holds.NO, values=values)
            if medium.missing:
                yield Finding(code="part.lacking", holds=Holds.OPEN, values=values)


def findings(
    session: Session, chain: RosterChain, record: SignedRecord, evidence: Evidence, contents: Contents
) -> tuple[Finding, ...]:
    """Every proof of an opened testimony, in chronological order."""
    first, *others = check(session, chain, record, evidence)
    attested = contents.attestation(Manifest.parse(record.data), chain)
    return (first, *contents.findings(), attested, *others)


def check(session: Session, chain: RosterChain, record: SignedRecord, evidence: Evidence) -> list[Finding]:
    """The proofs that need no key: manifest, receipts, log entry, who else saw the log, and the log as a whole.

    Who else saw the log is reported only if the log itself holds: cosignatures on another version of it prove nothing
    about this one.
    """
    found, manifest = verification.check_manifest(record, chain)
    entry, promised = verification.check_entry(evidence.entry), False
    receipts, stored = [], Manifest.parse(record.data)
    for data in evidence.receipts:
        receipt, covered = _check_receipt(session, chain, record.id, stored, data)
        receipts.append(receipt)
        promised = promised or covered
    if evidence.dropped or (entry.code == "log.waiting" and promised):
        # central signed for an entry that is missing from its log, or that the log calls destroyed
        entry = replace(entry, code="log.dropped", holds=Holds.NO)
    proved = entry.holds is Holds.YES
    if manifest is not None and not proved and not _is_active(chain, manifest.by):
        found = Finding(code="manifest.revoked", holds=Holds.NO)  # revoked, and nothing shows that it counted then
    if not receipts and evidence.role != "central":
        receipts = [_no_receipt(evidence.role, proved=proved)]
    log = [] if evidence.log is None else [evidence.log]
    seen = evidence.seen if proved and verification.nothing_fails(log) else ()
    day = None if manifest is None else verification.check_day(manifest, chain, evidence.day if proved else "")
    return [found, *([day] if day else []), *receipts, entry, *map(_seen, seen), *log]


def _no_receipt(role: str, *, proved: bool) -> Finding:
    """Without a receipt. At a desk the log of central shows what a receipt only promises."""
    if role == "field":
        return Finding(code="receipt.waiting", holds=Holds.OPEN)
    code, holds = ("receipt.log", Holds.YES) if proved else ("receipt.missing", Holds.OPEN)
    return Finding(code=code, holds=holds)


def _is_active(chain: RosterChain, kid: str) -> bool:
    now = chain.latest.signer(kid)
    return now is not None and now.active


def _seen(one: FirstSeen) -> Finding:
    values: dict[str, str | int] = {"by": one.by, "time": one.time, "size": one.size, "root": one.root}
    return Finding(code=f"seen.{one.kind}", holds=Holds.YES, values=values)


def _check_receipt(
    session: Session, chain: RosterChain, record: str, manifest: Manifest, data: bytes
) -> tuple[Finding, bool]:
    """The finding, and whether central promised an entry at a position that this desk has read past."""
    found, receipt = verification.check_receipt(data, record, manifest, chain)
    if receipt is None:
        return found, False
    if not {part.body for part in manifest.parts if not is_media(part.part)} <= set(receipt.parts):
        return replace(found, code="receipt.other", holds=Holds.NO), False
    promised = testimony_evidence.covers(session, chain, receipt)
    if promised and not testimony_evidence.is_of_its_log(session, receipt):
        return replace(found, code="receipt.forked", holds=Holds.NO), True
    return found, promised
