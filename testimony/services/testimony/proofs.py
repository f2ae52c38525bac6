"""Verify every proof of a testimony at a desk, and report which fail. The testimony is valid only if all hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.parts.manifest import Manifest, is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.statements import statements
from testimony.sealing.statements.statements import STATIONS, Receipt
from testimony.sealing.testimony import attestation, testimony
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.custody.verification import Holds, central_keys
from testimony.services.opening.compartments import MAY_OPEN, Compartment
from testimony.services.opening.media import Gallery
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.witnesses import first_seen
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.station.station import Station
from testimony.store.errors import PartDamaged
from testimony.store.models.log import ASIDE, LogHead, LogLeaf
from testimony.store.models.records import ReceiptRow

MANIFEST = {
    "signature.bad": "manifest.signature",
    "signer.unknown": "manifest.unknown",
    "signer.inactive": "manifest.revoked",
    "roster.unknown": "manifest.roster",
}
"""By the rule that it breaks; all others are `manifest.altered`."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One proof. `code`: the result; before the dot is what was checked. `part`: which one, or numbers of pieces.

    `position`, `day`: of the entry in central's log; for a fork the day on which it was found. `seen`: who else saw the
    log.
    """

    code: str
    holds: Holds
    part: str = ""
    number: int = 0
    position: int | None = None
    day: str = ""
    seen: FirstSeen | None = None

    @property
    def subject(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the desk has opened of the testimony."""

    compartments: Sequence[Compartment]
    gallery: Gallery | None


def findings(
    station: Station, session: Session, reader: Reader, record: SignedRecord, held: Held
) -> tuple[Finding, ...]:
    """Every proof about the testimony `record`, in chronological order.

    Who else saw the log is reported only if the log itself holds: cosignatures on another version of it prove nothing
    about this one.
    """
    log = _log(station, session, record)
    receipts, promised = _receipts(station, session, record)
    if log.code == "log.waiting" and promised:
        log = Finding(code="log.dropped", holds=Holds.NO)  # central signed for an entry that is missing from its log
    proved, story = log.holds is Holds.YES, _one_story(station, session)
    seen = first_seen.first_sightings(station, session, record.id) if proved and story.holds is Holds.YES else ()
    if not receipts:
        code, holds = ("receipt.log", Holds.YES) if proved else ("receipt.missing", Holds.OPEN)
        receipts = [Finding(code=code, holds=holds)]
    return (
        _manifest(station, record, proved=proved),
        *_parts(station, session, reader, record, held),
        _attestation(station, record, held),
        *receipts,
        log,
        *(Finding(code=f"seen.{one.kind}", holds=Holds.YES, seen=one) for one in seen),
        story,
    )


def stands(found: Iterable[Finding]) -> Holds:
    """NO if any proof fails; YES if all are present and hold."""
    each = {one.holds for one in found}
    if Holds.NO in each:
        return Holds.NO
    return Holds.YES if each == {Holds.YES} else Holds.OPEN


def _manifest(station: Station, record: SignedRecord, *, proved: bool) -> Finding:
    """`proved`: whether central's log has it, so that a key that was revoked later still counted then."""
    try:
        manifest = testimony.verify_manifest(record, station.chain)
    except Refused as refusal:
        return Finding(code=MANIFEST.get(refusal.rule, "manifest.altered"), holds=Holds.NO)
    except NotCanonical:
        return Finding(code="manifest.altered", holds=Holds.NO)
    now = station.chain.latest.signer(manifest.by)
    if not proved and (now is None or not now.active):
        return Finding(code="manifest.revoked", holds=Holds.NO)
    return Finding(code="manifest.sound", holds=Holds.YES)


def _attestation(station: Station, record: SignedRecord, held: Held) -> Finding:
    found = next((one for one in held.compartments if one.part == "provenance"), None)
    if found is None or found.content is None:
        closed = found.closed if found else None
        codes = {"altered": "attestation.structure", "not_for_you": "attestation.closed"}
        holds = Holds.NO if closed == "altered" else Holds.OPEN
        return Finding(code=codes.get(closed or "", "attestation.missing"), holds=holds)
    fault = attestation.fault(found.data, Manifest.parse(record.data), station.chain)
    return Finding(code=f"attestation.{fault or 'sound'}", holds=Holds.NO if fault else Holds.YES)


def _parts(station: Station, session: Session, reader: Reader, record: SignedRecord, held: Held) -> Iterator[Finding]:
    """Each damaged or missing part by name; one finding for all others together."""
    wrong = [*_texts(reader, held.compartments), *_media(station, session, record, held.gallery)]
    yield from wrong or [Finding(code="part.sound", holds=Holds.YES)]


def _texts(reader: Reader, compartments: Iterable[Compartment]) -> Iterator[Finding]:
    for one in compartments:
        if one.part not in MAY_OPEN[reader.audience]:
            continue
        if one.closed == "altered":
            yield Finding(code="part.altered", holds=Holds.NO, part=one.part)
        elif one.closed in ("incomplete", "newer_version"):
            yield Finding(code="part.missing", holds=Holds.OPEN, part=one.part)


def _media(station: Station, session: Session, record: SignedRecord, gallery: Gallery | None) -> Iterator[Finding]:
    """Hash every body of a piece again: the result must not be green for what was not checked."""
    if gallery is None:
        return
    if gallery.closed in ("altered", "incomplete"):
        no = gallery.closed == "altered"
        yield Finding(code=f"part.{'altered' if no else 'missing'}", holds=Holds.NO if no else Holds.OPEN, part="media")
    bodies = {
        one.part: one.name for one in record_queries.parts_of(session, record.id) if one.audience is None and one.held
    }
    for medium in gallery.media:
        damaged = sum(_is_damaged(station, bodies[part]) for part in medium.item.parts if part in bodies)
        if damaged:
            yield Finding(code="part.pieces", holds=Holds.NO, part=medium.item.kind, number=medium.number)
        if medium.missing:
            yield Finding(code="part.lacking", holds=Holds.OPEN, part=medium.item.kind, number=medium.number)


def _is_damaged(station: Station, body: str) -> bool:
    try:
        record_queries.read_body(station, body)
    except PartDamaged:
        return True
    return False


def _receipts(station: Station, session: Session, record: SignedRecord) -> tuple[list[Finding], bool]:
    """What the receipts stored here say, and whether central promised an entry at a position that this desk has read
    past.
    """
    found: list[Finding] = []
    promised = False
    for data in session.scalars(select(ReceiptRow.data).where(ReceiptRow.record == record.id)):
        code, said = _receipt(station, record, data)
        if said is not None and code == "receipt.sound" and _read_past(station, session, said):
            promised = True
            if not _is_of_its_log(session, said):
                code = "receipt.forked"
        found.append(Finding(code=code, holds=Holds.YES if code == "receipt.sound" else Holds.NO))
    return found, promised


def _receipt(station: Station, record: SignedRecord, data: bytes) -> tuple[str, Receipt | None]:
    try:
        receipt = SignedRecord.decode(data)
        entry = station.chain.signer(receipt.by)
        if entry is None or entry.role not in STATIONS:
            return "receipt.signer", None
        said = statements.verify_receipt(receipt, entry.keys)
    except (Refused, NotCanonical):
        return "receipt.signature", None
    named = {one.body for one in Manifest.parse(record.data).parts if not is_media(one.part)}
    if said.record != record.id or not named <= set(said.parts):
        return "receipt.other", None
    return "receipt.sound", said


def _read_past(station: Station, session: Session, said: Receipt) -> bool:
    """Whether this desk has read the log of the receipt as far as the receipt covers it."""
    is_central = said.station in {key.kid for key in central_keys(station)}
    return is_central and 0 < said.log_size <= MerkleLog(session, said.station).size()


def _is_of_its_log(session: Session, said: Receipt) -> bool:
    """Whether the log that was read, or one set aside when central was restored, began as promised."""
    aside = session.scalars(select(LogHead.log).where(LogHead.log.startswith(ASIDE)))
    for name in (said.station, *aside):
        log = MerkleLog(session, name)
        try:
            if said.log_size <= log.size() and log.root(said.log_size).hex() == said.root:
                return True
        except NoResultFound:
            continue
    return False


def _log(station: Station, session: Session, record: SignedRecord) -> Finding:
    """Its entry in central's log as mirrored here, and the proof up to the head that central signed."""
    for key in central_keys(station):
        found = custody_log.mirror_find(session, key.kid, record.id, "received")
        if found is None:
            continue
        position, entry = found
        if custody_log.mirror_find(session, key.kid, record.id, "dropped") is not None:
            return Finding(code="log.dropped", holds=Holds.NO)
        code = _included(session, key, position, entry)
        holds = {"log.sound": Holds.YES, "log.waiting": Holds.OPEN}.get(code, Holds.NO)
        return Finding(code=code, holds=holds, position=position, day=_day(entry))
    return Finding(code="log.waiting", holds=Holds.OPEN)


def _included(session: Session, key: PublicKey, position: int, entry: bytes) -> str:
    try:
        proof = custody_log.mirror_inclusion(session, key.kid, position)
        if proof is None:
            return "log.waiting"
        note, size, path = proof
        head = checkpoint.verify(note, custody_log.origin(key.kid), key)
        merkle.verify_inclusion(merkle.leaf_hash(entry), position, size, path, head.root)
    except NoResultFound:
        return "log.gap"
    except SignatureBad:
        return "log.head"
    except ProofBad:
        return "log.proof"
    return "log.sound"


def _day(entry: bytes) -> str:
    try:
        return str(canonical.decode_object(entry).get("day", ""))
    except NotCanonical:
        return ""  # the proof shows that it is not the logged entry


def _one_story(station: Station, session: Session) -> Finding:
    """Whether central shows everybody the same log, and every entry up to its newest head is here and only appended."""
    for key in central_keys(station):
        day = split_view.forked_since(session, key.kid)
        if day:
            return Finding(code="story.forked", holds=Holds.NO, day=day)
    notes = [(key, custody_log.mirror_head(session, key.kid)) for key in central_keys(station)]
    heads = [(key, note) for key, note in notes if note]
    if not heads:
        return Finding(code="story.unread", holds=Holds.OPEN)
    for key, note in heads:
        code = _whole(session, key, note)
        if code:
            return Finding(code=code, holds=Holds.NO)
    return Finding(code="story.one", holds=Holds.YES)


def _whole(session: Session, key: PublicKey, note: str) -> str:
    """What is wrong with the mirror up to the head `note`, "" for nothing. Costs O(log n) and one count."""
    count = session.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.log == key.kid)) or 0
    try:
        head = checkpoint.verify(note, custody_log.origin(key.kid), key)
        if count < head.size:
            return "story.gap"
        return "" if MerkleLog(session, key.kid).root(head.size) == head.root else "story.changed"
    except NoResultFound:
        return "story.gap"
    except SignatureBad:
        return "story.changed"
