"""Opens a testimony for a reader at a desk, with its proofs and timeline. Plaintext stays in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from testimony.sealing import verification
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony import attestation
from testimony.sealing.testimony.attestation import Attestation
from testimony.sealing.verification import Finding, Holds
from testimony.services.consent import permissions
from testimony.services.consent.consents import Consents
from testimony.services.consent.permissions import Consented
from testimony.services.custody import log as custody_log
from testimony.services.opening import media
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import (
    CONSENT,
    Compartment,
    grants_of,
    open_compartment,
    ordered,
    parsed,
)
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.media import Gallery
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.roster import removed_readers
from testimony.services.roster.removed_readers import Removed
from testimony.services.testimony import evidence as testimony_evidence
from testimony.services.testimony import proofs, slots, timeline
from testimony.services.testimony.proofs import Contents
from testimony.services.testimony.timeline import Step
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A testimony as this reader may see it. `consent`: that of the interview, and later changes; `permission`: what
    they let this reader open today."""

    tid: str
    manifest: str
    form: str
    form_sha256: str
    day: str
    device: str
    roster_no: int
    withdrawn: bool
    attestation: Attestation | None
    compartments: tuple[Compartment, ...]
    consent: Consents
    permission: Permission
    gallery: Gallery | None = None  # None: no recordings and no pictures
    findings: tuple[Finding, ...] = ()
    trail: tuple[Step, ...] = ()
    seen: tuple[FirstSeen, ...] = ()
    imported: bool = False  # a lawyer brought it from elsewhere, and no phone took it down: its signed list says so
    removed: tuple[Removed, ...] = ()  # readers to whom it was sealed though they had been removed before

    @property
    def parts(self) -> Holds:
        """Whether every opened part is the one that was sealed. For media only the list is checked."""
        closed = {held.closed for held in self.compartments} | {self.gallery.closed if self.gallery else None}
        return Holds.NO if "altered" in closed else Holds.YES

    @property
    def seal(self) -> Holds:
        """NO if any proof fails; YES only if all are present and hold."""
        return verification.verdict(self.findings)

    @property
    def received(self) -> str:
        """The day on which central received it, as its log says; "" if it does not yet."""
        return str(self._log.values.get("day", ""))

    @property
    def is_logged(self) -> bool:
        """Whether central's log proves that it received it."""
        return self._log.holds is Holds.YES

    @property
    def _log(self) -> Finding:
        return next(one for one in self.findings if one.subject == "log")

    def compartment(self, part: str) -> Compartment | None:
        return next((held for held in self.compartments if held.part == part), None)


def open_testimony(
    station: Station, session: Session, reader: Reader, tid: str, *, at: date, annexes: AnnexIndex | None = None
) -> Opened:
    """Open what `reader` may by the consent at `at`, and record in the desk's own log that it was opened.

    `annexes` caches the annexes for the caller: without it they are all opened again. Raises `TestimonyUnknown` if it
    is not here.
    """
    record = _manifest_of(session, tid)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    custody_log.append(session, kind="opened", ref=record.id, by=reader.id, day=at.isoformat())
    index = annexes or AnnexIndex()
    index.refresh(station, session, reader)
    reading = ReadingSession.at(station, session, reader)
    consented = permissions.read_consent(reading, record, annexes=index, at=at)
    manifest, contents = _contents(reading, record, consented)
    evidence = testimony_evidence.collect(session, station.chain, station.settings.role, station.own_signer, record.id)
    findings = proofs.findings(session, station.chain, record, evidence, contents)
    named = station.chain.by_sha256(manifest.roster)
    findings += slots.findings(manifest, named, reader, contents, consented)
    log = next(one for one in findings if one.subject == "log")
    seen = evidence.seen if any(one.subject == "seen" for one in findings) else ()
    attested = _attestation(manifest, contents, station.chain)
    device = station.chain.signer(manifest.by)
    return Opened(
        tid=tid,
        manifest=record.id,
        form=manifest.form,
        form_sha256=manifest.form_sha256,
        day=manifest.day,
        device=device.id if device else "",
        roster_no=manifest.roster_no,
        withdrawn=not record_queries.is_served(session, tid),
        attestation=attested,
        compartments=tuple(contents.compartments),
        consent=consented.stands,
        permission=consented.permission,
        gallery=contents.gallery,
        findings=findings,
        trail=tuple(timeline.trail(station.chain, session, record, attested, log, seen)),
        seen=seen,
        imported=manifest.imported,
        removed=tuple(removed_readers.of_manifest(record.value, station.chain)),
    )


def _contents(reading: ReadingSession, record: SignedRecord, consented: Consented) -> tuple[Manifest, Contents]:
    """Everything that the reader may open."""
    manifest, grants = parsed(record), grants_of(reading.session, str(record.value["tid"]))
    permission = consented.permission
    gallery = media.gallery(reading, record, permission=permission)
    return manifest, Contents(
        audience=reading.reader.audience,
        compartments=tuple(
            consented.held
            if entry.part == CONSENT
            else open_compartment(reading, record, entry.part, grants, permission=permission)
            for entry in ordered(manifest)
        ),
        gallery=gallery,
        damaged=media.damaged(reading, record) if gallery is not None and gallery.media else (),
    )


def _manifest_of(session: Session, tid: str) -> SignedRecord | None:
    return next((record for record in record_queries.records_about(session, tid) if record.kind == "manifest"), None)


def _attestation(manifest: Manifest, contents: Contents, chain: RosterChain) -> Attestation | None:
    """Who signed for the parts, if that was opened and holds."""
    provenance = contents.compartment("provenance")
    if provenance is None or provenance.content is None:
        return None
    try:
        return attestation.verify(provenance.data, manifest, chain)
    except CannotOpen:
        return None
