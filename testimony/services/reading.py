"""Reading at a desk: see what is there, open a testimony. Plaintext lives in memory and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.domain import consent
from testimony.domain.roles import Audience
from testimony.errors import (
    CannotOpen,
    EventUnreadable,
    NotCanonical,
    PartDamaged,
    Refused,
    TestimonyUnknown,
)
from testimony.sealing import age, testimony
from testimony.sealing.manifest import Manifest
from testimony.sealing.records import SignedRecord
from testimony.services import collect, custody, verification
from testimony.services.readers import Reader
from testimony.services.station import Station
from testimony.services.verification import Checks, Holds
from testimony.store.records import RecordRow

ORDER = ("narrative", "identity", "incident", "coded", "consent", "provenance")
MAY_OPEN = {Audience.COORDINATORS: frozenset({"coded", "consent"}), Audience.LAWYERS: frozenset(ORDER)}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of the list. `day`: when central took it in, else when it was taken down. `parts`: what this key opens."""

    tid: str
    manifest: str
    day: str
    parts: tuple[str, ...]
    seal: Holds
    withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class Compartment:
    """One part, opened (`content`) or not (`closed`: a code of `CannotOpen`). Never both."""

    part: str
    type: str = ""
    content: Mapping[str, Any] | None = None
    data: bytes = field(default=b"", repr=False)
    closed: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentLine:
    """How one consent stands today; `usable` is the one thing that counts."""

    purpose: consent.Purpose
    recipient: str
    state: consent.State
    on_hold: bool
    usable: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A testimony as this reader may see it. `consent` is None where it cannot be read: nothing counts as agreed."""

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
    consent: tuple[ConsentLine, ...] | None

    @property
    def parts(self) -> Holds:
        """Whether every part that is here and opens is the one that was sealed."""
        return Holds.NO if any(held.closed == "altered" for held in self.compartments) else Holds.YES

    @property
    def seal(self) -> Holds:
        """NO if any check or any part fails."""
        return Holds.NO if self.parts == Holds.NO else self.checks.seal

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
) -> list[Listed]:
    """A page of the testimonies here, the last to arrive first.

    `known` remembers for the caller what opens (manifest -> parts): finding out means trying the key on every head.
    """
    wanted = (
        select(RecordRow.name)
        .where(RecordRow.kind == "manifest", RecordRow.data != b"")
        .order_by(RecordRow.arrival.desc())
        .limit(size)
        .offset(page * size)
    )
    names = list(session.scalars(wanted))
    records = collect.records_of(session, names)
    kept = {} if known is None else known
    return [_listed(station, session, reader, records[name], kept) for name in names if name in records]


def count(session: Session) -> int:
    """How many testimonies are here."""
    kept = select(func.count()).where(RecordRow.kind == "manifest", RecordRow.data != b"")
    return session.scalar(kept) or 0


def open_testimony(station: Station, session: Session, reader: Reader, tid: str, *, at: date) -> Opened:
    """Open everything that `reader` may, and write down in the desk's own log that it was opened.

    Raises `TestimonyUnknown` when it is not here.
    """
    record = _manifest_of(session, tid)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    custody.append(session, kind="opened", ref=record.id, by=reader.id, day=at.isoformat())
    manifest = _parsed(record)
    grants = grants_of(session, tid)
    compartments = tuple(
        open_compartment(station, session, reader, record, entry.part, grants) for entry in _ordered(manifest)
    )
    attestation, attested = _attestation(station, manifest, compartments)
    checks = verification.check(station, session, record, attested)
    return Opened(
        tid=tid,
        manifest=record.id,
        form=manifest.form,
        form_sha256=manifest.form_sha256,
        day=manifest.day,
        device=_device(station, manifest.by),
        roster_no=manifest.roster_no,
        withdrawn=not collect.is_served(session, tid),
        checks=checks,
        attestation=attestation,
        compartments=compartments,
        consent=consent_lines(compartments, at),
    )


def open_compartment(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    part: str,
    grants: Sequence[SignedRecord] = (),
) -> Compartment:
    """One part of the testimony `record`, opened with the reader's key, through the manifest's head or a grant's."""
    if part not in MAY_OPEN[reader.audience] and not part.startswith("media-"):
        return Compartment(part=part, closed="not_for_you")  # code, not the roster, keeps coordinators out
    if part.startswith("media-") and reader.audience is not Audience.LAWYERS:
        return Compartment(part=part, closed="not_for_you")
    closed = "incomplete"
    for head, grant in _heads(session, reader, record, part, grants):
        try:
            return _open(station, session, reader, record, part, head, grant)
        except CannotOpen as refusal:
            closed = refusal.reason
            if refusal.reason == "altered":
                break
        except PartDamaged:
            closed = "altered"
            break
    return Compartment(part=part, closed=closed)


def grants_of(session: Session, tid: str) -> list[SignedRecord]:
    """The grants that were made on a testimony."""
    return [record for record in collect.records_about(session, tid) if record.kind == "grant"]


def consent_lines(compartments: Sequence[Compartment], at: date) -> tuple[ConsentLine, ...] | None:
    """The consent as it stands at `at`, purpose by purpose; None where it cannot be read."""
    held = next((one for one in compartments if one.part == "consent"), None)
    if held is None or held.content is None:
        return None
    try:
        events = [consent.ConsentEvent.parse(value) for value in held.content.get("events", ())]
    except EventUnreadable:
        return None
    usable = consent.usable(events, at)
    return tuple(
        ConsentLine(
            purpose=key.purpose,
            recipient=key.recipient,
            state=standing.state,
            on_hold=standing.on_hold,
            usable=key in usable,
        )
        for key, standing in sorted(consent.states(events, at).items())
    )


def _manifest_of(session: Session, tid: str) -> SignedRecord | None:
    return next((record for record in collect.records_about(session, tid) if record.kind == "manifest"), None)


def _parsed(record: SignedRecord) -> Manifest:
    try:
        return Manifest.parse(record.data)
    except (NotCanonical, Refused) as error:  # intake let it in, so the disk was altered
        raise CannotOpen("altered") from error


def _ordered(manifest: Manifest) -> list[Any]:
    rank = {part: place for place, part in enumerate(ORDER)}
    return sorted(manifest.parts, key=lambda entry: (rank.get(entry.part, len(ORDER)), entry.part))


def _heads(
    session: Session, reader: Reader, record: SignedRecord, part: str, grants: Sequence[SignedRecord]
) -> list[tuple[str, SignedRecord | None]]:
    entry = _parsed(record).part(part)
    own = entry.heads.get(reader.audience) if entry else None
    heads: list[tuple[str, SignedRecord | None]] = [(own, None)] if own else []
    heads.extend((grant.value["head"], grant) for grant in grants if grant.value.get("part") == part)
    return heads


def _open(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    part: str,
    head: str,
    grant: SignedRecord | None,
) -> Compartment:
    entry = _parsed(record).part(part)
    opened = testimony.open_part(
        record,
        part,
        reader.audience if grant is None else None,
        collect.read_head(station, session, head),
        collect.read_body(station, entry.body) if entry else None,
        key=reader.key,
        chain=station.chain,
        grants=() if grant is None else (grant,),
    )
    mime = str(opened.header["type"])
    content = _json(opened.content) if mime == "application/json" else {}
    return Compartment(part=part, type=mime, content=content, data=opened.content)


def _json(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:  # sealed by a dishonest device
        raise CannotOpen("altered") from error
    if not isinstance(value, dict):
        raise CannotOpen("altered")
    return value


def _listed(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    known: MutableMapping[str, tuple[str, ...]],
) -> Listed:
    manifest = _parsed(record)
    checks = verification.check(station, session, record)
    if record.id not in known:
        known[record.id] = tuple(
            entry.part for entry in _ordered(manifest) if _opens(station, session, reader, record, entry)
        )
    return Listed(
        tid=manifest.tid,
        manifest=record.id,
        day=checks.day or manifest.day,
        parts=known[record.id],
        seal=checks.seal,
        withdrawn=not collect.is_served(session, manifest.tid),
    )


def _opens(station: Station, session: Session, reader: Reader, record: SignedRecord, entry: Any) -> bool:
    """Whether some head here yields a file key to this reader: the part itself is not decrypted for a list."""
    if reader.audience is Audience.COORDINATORS and entry.part not in MAY_OPEN[reader.audience]:
        return False
    for name, _ in _heads(session, reader, record, entry.part, grants_of(session, _parsed(record).tid)):
        head = collect.read_head(station, session, name)
        try:
            if head is not None and age.open_head(head, reader.key):
                return True
        except CannotOpen:
            continue
    return False


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
