"""View testimonies at a desk: list what is here and open one. Plaintext stays in memory."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.media import LIST
from testimony.services.consent import consents
from testimony.services.consent.consents import Consents
from testimony.services.custody import log as custody_log
from testimony.services.custody import verification
from testimony.services.custody.verification import Checks, Holds
from testimony.services.opening import media
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import Compartment, grants_of, open_compartment, opens, ordered, parsed
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.media import Gallery
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.testimony import proofs, timeline
from testimony.services.testimony.proofs import Finding
from testimony.services.testimony.timeline import Step
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.station.station import Station
from testimony.store.models.records import RecordRow


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of the list. `day`: when central received it, else the day of the interview. `parts`: what this key
    opens.
    """

    tid: str
    manifest: str
    day: str
    parts: tuple[str, ...]
    seal: Holds
    withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A testimony as this reader may see it. `consent`: that of the interview, and later changes."""

    tid: str
    manifest: str
    form: str
    form_sha256: str
    day: str
    device: str
    roster_no: int
    withdrawn: bool
    checks: Checks
    attestation: testimony.Attestation | None
    compartments: tuple[Compartment, ...]
    consent: Consents
    gallery: Gallery | None = None  # None: no recordings and no pictures
    findings: tuple[Finding, ...] = ()
    trail: tuple[Step, ...] = ()
    seen: tuple[FirstSeen, ...] = ()

    @property
    def parts(self) -> Holds:
        """Whether every opened part is the one that was sealed. For media only the list is checked."""
        closed = {held.closed for held in self.compartments} | {self.gallery.closed if self.gallery else None}
        return Holds.NO if "altered" in closed else Holds.YES

    @property
    def seal(self) -> Holds:
        """NO if any proof fails; YES only if all are present and hold."""
        return proofs.stands(self.findings)

    def compartment(self, part: str) -> Compartment | None:
        return next((held for held in self.compartments if held.part == part), None)


def shelf(
    station: Station,
    session: Session,
    reader: Reader,
    *,
    page: int = 0,
    size: int = 50,
    known: MutableMapping[str, tuple[str, ...]] | None = None,
    only: Callable[[str], bool] | None = None,
) -> list[Listed]:
    """A page of the testimonies here, newest arrival first; `only` those whose id it accepts.

    `known` caches for the caller what opens (manifest -> parts): finding out means trying the key on every head.
    """
    wanted = _kept(RecordRow.name, RecordRow.subject).order_by(RecordRow.arrival.desc())
    if only is None:
        names = list(session.scalars(wanted.limit(size).offset(page * size)))
    else:
        found = [name for name, tid in session.execute(wanted) if only(tid)]
        names = found[page * size : (page + 1) * size]
    records = record_queries.records_of(session, names)
    kept = {} if known is None else known
    return [_listed(station, session, reader, records[name], kept) for name in names if name in records]


def count(session: Session, *, only: Callable[[str], bool] | None = None) -> int:
    """How many testimonies are here; `only` those whose id it accepts."""
    if only is not None:
        return sum(1 for tid in session.scalars(_kept(RecordRow.subject)) if only(tid))
    return session.scalar(_kept(func.count())) or 0


def open_testimony(
    station: Station, session: Session, reader: Reader, tid: str, *, at: date, annexes: AnnexIndex | None = None
) -> Opened:
    """Open everything that `reader` may, and record in the desk's own log that it was opened.

    `annexes` caches the annexes for the caller: without it they are all opened again. Raises `TestimonyUnknown` if it
    is not here.
    """
    record = _manifest_of(session, tid)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    custody_log.append(session, kind="opened", ref=record.id, by=reader.id, day=at.isoformat())
    manifest = parsed(record)
    grants = grants_of(session, tid)
    compartments = tuple(
        open_compartment(station, session, reader, record, entry.part, grants) for entry in ordered(manifest)
    )
    attestation, attested = _attestation(station, manifest, compartments)
    checks = verification.check(station, session, record, attested)
    index = annexes or AnnexIndex()
    index.refresh(station, session, reader)
    held = next((one for one in compartments if one.part == "consent"), None)
    gallery = media.gallery(station, session, reader, record)
    findings = proofs.findings(
        station, session, reader, record, proofs.Held(compartments=compartments, gallery=gallery)
    )
    seen = tuple(one.seen for one in findings if one.seen is not None)
    logged = next((one for one in findings if one.subject == "log"), None)
    steps = timeline.trail(
        station, session, record, attestation,
        position=logged.position if logged else None, logged=logged.day if logged else "", seen=seen,
    )  # fmt: skip
    return Opened(
        tid=tid,
        manifest=record.id,
        form=manifest.form,
        form_sha256=manifest.form_sha256,
        day=manifest.day,
        device=_device(station, manifest.by),
        roster_no=manifest.roster_no,
        withdrawn=not record_queries.is_served(session, tid),
        checks=checks,
        attestation=attestation,
        compartments=compartments,
        consent=consents.consents_of(station, session, record, held, annexes=index, at=at),
        gallery=gallery,
        findings=findings,
        trail=tuple(steps),
        seen=seen,
    )


def _kept(*columns: Any) -> Select[Any]:
    return select(*columns).where(RecordRow.kind == "manifest", RecordRow.data != b"")


def _manifest_of(session: Session, tid: str) -> SignedRecord | None:
    return next((record for record in record_queries.records_about(session, tid) if record.kind == "manifest"), None)


def _listed(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    known: MutableMapping[str, tuple[str, ...]],
) -> Listed:
    manifest = parsed(record)
    checks = verification.check(station, session, record)
    if record.id not in known:
        text = [entry.part for entry in ordered(manifest) if opens(station, session, reader, record, entry)]
        listed = manifest.part(LIST)  # one for all pieces: there may be hundreds
        has_media = listed is not None and opens(station, session, reader, record, listed)
        known[record.id] = (*text, *(["media"] if has_media else []))
    return Listed(
        tid=manifest.tid,
        manifest=record.id,
        day=checks.day or manifest.day,
        parts=known[record.id],
        seal=checks.seal,
        withdrawn=not record_queries.is_served(session, manifest.tid),
    )


def _attestation(
    station: Station, manifest: Manifest, compartments: Sequence[Compartment]
) -> tuple[testimony.Attestation | None, Holds]:
    held = next((one for one in compartments if one.part == "provenance"), None)
    if held is None or held.content is None:
        return None, Holds.NO if held and held.closed == "altered" else Holds.OPEN
    try:
        return testimony.verify_attestation(held.data, manifest, station.chain), Holds.YES
    except CannotOpen:
        return None, Holds.NO


def _device(station: Station, kid: str) -> str:
    entry = station.chain.signer(kid)
    return entry.id if entry else ""
