"""Check a stored testimony without a key or a server: manifest, parts, receipt and log, each result in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.errors import Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.parts.manifest import Manifest, is_media, piece_name
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import testimony
from testimony.services.custody import log as custody_log
from testimony.services.custody import verification
from testimony.services.custody.verification import Holds
from testimony.services.delivery import outbox
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import number_of
from testimony.services.witnesses import first_seen
from testimony.station.station import Station
from testimony.store.errors import PartDamaged


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check. `subject` is one word, `words` a sentence."""

    subject: str
    holds: Holds
    words: str


def examine(station: Station, session: Session, tid: str) -> list[Finding]:
    """Everything that can be checked here about the testimony `tid`. Raises `TestimonyUnknown`."""
    records = record_queries.records_about(session, tid)
    manifests = [record for record in records if record.kind == "manifest"]
    if not manifests:
        raise TestimonyUnknown(tid=tid)
    record = manifests[0]
    found = [_manifest(station, record), *_parts(station, session, record)]
    found += _log(station, session, record) if station.settings.role == "desk" else _own_log(station, session, record)
    if station.settings.role != "field" and all(one.holds is Holds.YES for one in found if one.subject == "log"):
        found += _seen(station, session, record)
    found += _receipts(station, session, record)
    if not record_queries.is_served(session, tid):
        found.append(Finding(subject="withdrawal", holds=Holds.YES, words="It was withdrawn and is served to nobody."))
    return found


def held(session: Session) -> list[str]:
    """The ids of all testimonies here, in order of arrival."""
    tids, after = [], -1
    while page := record_queries.records_of_kind(session, "manifest", after=after):
        tids += [record.value["tid"] for _, record in page]
        after = page[-1][0]
    return tids


def whole(findings: list[Finding]) -> bool:
    """Whether nothing failed. What has not arrived yet is not a failure."""
    return all(finding.holds is not Holds.NO for finding in findings)


def _manifest(station: Station, record: SignedRecord) -> Finding:
    try:
        manifest = testimony.verify_manifest(record, station.chain)
    except Refused as refusal:
        return Finding(subject="manifest", holds=Holds.NO, words=str(refusal))
    device = station.chain.signer(manifest.by)
    name = device.id if device else manifest.by
    words = f"Taken down on {manifest.day}, signed by {name}, a device of roster no {manifest.roster_no}."
    return Finding(subject="manifest", holds=Holds.YES, words=words)


def _parts(station: Station, session: Session, record: SignedRecord) -> Iterator[Finding]:
    """One finding for each damaged object, and one for all others together."""
    held = missing = 0
    damaged: list[str] = []
    pieces: dict[str, bool] = {}  # of media: whether head and body are here
    for thing in record_queries.parts_of(session, record.id):
        data, broken = None, False
        if thing.held:
            try:
                reads_head = thing.audience is not None
                data = (
                    record_queries.read_head(station, session, thing.name)
                    if reads_head
                    else record_queries.read_body(station, thing.name)
                )
            except PartDamaged:
                broken = True
                damaged.append(f"{thing.part} ({thing.audience or 'body'})")
        if is_media(thing.part):
            never = station.settings.role == "desk" and thing.audience == Audience.RECOVERY  # not sent there
            pieces[thing.part] = pieces.get(thing.part, True) and (never or data is not None)
        elif not broken:
            held, missing = held + (data is not None), missing + (data is None)
    if damaged:
        yield Finding(subject="parts", holds=Holds.NO, words=f"Changed or damaged here: {', '.join(damaged)}.")
    words = f"{held} of its heads and bodies are here and are exactly those that the manifest names."
    if missing:
        words += f" {missing} are not held here."
    yield Finding(subject="parts", holds=Holds.YES if held and not missing else Holds.OPEN, words=words)
    if pieces:
        yield _pieces(pieces)


def _pieces(pieces: Mapping[str, bool]) -> Finding:
    """Recordings and pictures; incomplete pieces are named, since they arrive one by one."""
    lacking = [part for part, here in pieces.items() if not here]
    here = len(pieces) - len(lacking)
    words = f"{here} of {len(pieces)} pieces are here and are exactly those that the manifest names."
    if lacking:
        words += f" Not here whole: {_ranges(lacking)}."
    return Finding(subject="media", holds=Holds.OPEN if lacking else Holds.YES, words=words)


def _ranges(parts: Sequence[str]) -> str:
    """Such as "media-003 to media-007, media-012": consecutive numbers are shown as a range."""
    runs: list[list[int]] = []
    for number in map(number_of, parts):
        if runs and runs[-1][-1] == number - 1:
            runs[-1][-1:] = [number] if len(runs[-1]) > 1 else [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join(" to ".join(piece_name(number) for number in run) for run in runs)


def _own_log(station: Station, session: Session, record: SignedRecord) -> list[Finding]:
    """Its place in this station's own log, by an inclusion proof against the checkpoint that the station signs."""
    signer = station.chain.signer(station.kid)
    position = custody_log.position_of(session, record.id, "received")
    if position is None or signer is None:
        return [Finding(subject="log", holds=Holds.NO, words="This station's log does not say that it was received.")]
    head = checkpoint.verify(custody_log.checkpoint(station, session), custody_log.origin(station.kid), signer.keys[0])
    entry = custody_log.entries(session, position, 1)[0][1]
    try:
        proof = custody_log.inclusion(session, position, head.size)
        merkle.verify_inclusion(merkle.leaf_hash(entry), position, head.size, proof, head.root)
    except ProofBad as error:
        return [Finding(subject="log", holds=Holds.NO, words=str(error))]
    words = f"Entry {position} of {head.size} in the log of {signer.id}; the proof against its signed checkpoint holds."
    return [Finding(subject="log", holds=Holds.YES, words=words)]


def _log(station: Station, session: Session, record: SignedRecord) -> list[Finding]:
    """Its place in central's log, as mirrored at this desk."""
    checks = verification.check(station, session, record)
    words = {
        Holds.YES: f"Central received it on {checks.day}: entry {checks.position} of its log; the proof holds.",
        Holds.NO: "Central's log does not prove that it was received. Do not rely on it; report it.",
        Holds.OPEN: "No proof of central's log has arrived here yet. Pull, then check again.",
    }
    return [Finding(subject="log", holds=checks.log, words=words[checks.log])]


def _seen(station: Station, session: Session, record: SignedRecord) -> Iterator[Finding]:
    """Who else saw central's log with it, and when: only verified proofs, and only if the log itself holds."""
    for one in first_seen.first_sightings(station, session, record.id):
        log = f"the first {one.size} entries of central's log" if one.size > 1 else "the first entry of central's log"
        if one.kind == "stamped":
            words = f"The time stamp authority {one.by} signed that {log}, with it, existed at {one.time}. "
            words += f"SHA-256 of the root that the stamp goes back to: {one.root}."
        else:
            words = f"The partner {one.by} cosigned {log}, with it, at {one.time}."
        yield Finding(subject=one.kind, holds=Holds.YES, words=words)


def _receipts(station: Station, session: Session, record: SignedRecord) -> Iterator[Finding]:
    """Central's receipt at a field node, verified again."""
    if station.settings.role != "field":
        return
    for key in verification.central_keys(station):
        receipt = outbox.receipt_of(session, record.id, key.kid)
        if receipt is None:
            yield Finding(subject="receipt", holds=Holds.OPEN, words="Central has not signed for it yet.")
            continue
        try:
            receipt.verify((key,))
        except SignatureBad as error:
            yield Finding(subject="receipt", holds=Holds.NO, words=str(error))
            continue
        words = f"Central signed for {len(receipt.value['parts'])} heads and bodies."
        yield Finding(subject="receipt", holds=Holds.YES, words=words)


def manifest_of(session: Session, tid: str) -> Manifest:
    """The stored manifest of `tid`. Raises `TestimonyUnknown`."""
    for record in record_queries.records_about(session, tid):
        if record.kind == "manifest":
            return Manifest.parse(record.data)
    raise TestimonyUnknown(tid=tid)
