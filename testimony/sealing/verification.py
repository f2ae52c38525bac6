"""Verifies the manifest, receipts and log entry of a testimony, and says what was found in one kind of result.

Desks, commands, pages and archives all use these checks. Nothing here reads a disk: the caller brings the evidence,
from a station's database or from the bytes of an archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records import forms
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.roster.chain import Roster, RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.statements.statements import STATIONS, Receipt
from testimony.sealing.testimony.testimony import verify_manifest

MANIFEST: Final = {
    "version.newer": "manifest.newer",
    "signature.bad": "manifest.signature",
    "signer.unknown": "manifest.unknown",
    "signer.inactive": "manifest.revoked",
    "roster.unknown": "manifest.roster",
}
"""The code for each rule that a manifest can break; for every other rule it is `manifest.altered`."""

PROVEN: Final = frozenset({"manifest", "received", "log"})
"""What must hold before it may be said that a testimony is proven."""
A_DAY: Final = 1


class Holds(StrEnum):
    """Whether a check holds. `OPEN`: what would show it is not here."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check.

    `code` names the result, and before its dot what was checked: "manifest.holds". `tid` is the testimony's, "" for a
    check of a whole archive. `values` are for the sentence that belongs to the code.
    """

    code: str
    holds: Holds
    tid: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What was checked, in one word."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """An entry of a station's log and the proof that the log contains it.

    `key` is the station's and `origin` the name of its log. `note` is the signed head of `size` entries, "" if no head
    covers the entry. `path`: the inclusion proof (32-byte hashes, leaf upwards), None if parts of the log are lost.
    """

    key: PublicKey
    origin: str
    position: int
    entry: bytes
    note: str = ""
    size: int = 0
    path: Sequence[bytes] | None = ()

    @property
    def day(self) -> str:
        """The day of the entry, "" if it is not an entry: then the proof fails too."""
        try:
            day = canonical.decode_object(self.entry).get("day")
        except NotCanonical:
            return ""
        return str(day) if forms.holds("day", day) else ""


def nothing_fails(findings: Iterable[Finding]) -> bool:
    """Whether no check failed. Missing evidence is not a failure."""
    return all(finding.holds is not Holds.NO for finding in findings)


def conclusion(findings: Iterable[Finding]) -> Holds:
    """Of an archive, or of what a station holds: OPEN if nothing fails and a testimony is not proven to be in a log, or
    its day is in doubt. Sealed parts that are not here leave nothing open.
    """
    each = list(findings)
    if not nothing_fails(each):
        return Holds.NO
    open_ = any(one.holds is Holds.OPEN and one.subject in PROVEN for one in each)
    return Holds.OPEN if open_ else Holds.YES


def verdict(findings: Iterable[Finding]) -> Holds:
    """NO if any check fails; YES if there are checks and all of them hold."""
    each = {finding.holds for finding in findings}
    if Holds.NO in each:
        return Holds.NO
    return Holds.YES if each == {Holds.YES} else Holds.OPEN


def check_manifest(record: SignedRecord, chain: RosterChain) -> tuple[Finding, Manifest | None]:
    """Whether it is signed by who may: a device, or the lawyer who imported it, active in the roster that it names.

    The manifest is None if it fails.
    """
    try:
        manifest = verify_manifest(record, chain)
    except Refused as refusal:
        return Finding(code=MANIFEST.get(refusal.rule, "manifest.altered"), holds=Holds.NO), None
    except NotCanonical:
        return Finding(code="manifest.altered", holds=Holds.NO), None
    device = chain.signer(manifest.by)
    values: dict[str, str | int] = {
        "day": manifest.day,
        "device": device.id if device else manifest.by,
        "no": manifest.roster_no,
    }
    code = "manifest.imported" if manifest.imported else "manifest.holds"
    return Finding(code=code, holds=Holds.YES, tid=manifest.tid, values=values), manifest


def check_day(manifest: Manifest, chain: RosterChain, received: str) -> Finding | None:
    """What is wrong with the day of a testimony, None for nothing.

    It lies within the validity of its roster and its device and not after the day `received` of the log entry, "" if
    no log proves one. Clocks and midnights differ: a day's difference is none. A phone that could not fetch newer
    rosters goes on sealing, so that an expired roster is in doubt and no failure; so is a device that was removed,
    unless a station took the testimony in all the same.
    """
    roster, day = chain.by_sha256(manifest.roster), _ordinal(manifest.day)
    if roster is None:
        return None
    values: dict[str, str | int] = {"day": manifest.day}
    later = (one for one in reversed(chain.rosters) if one.no > roster.no)
    removed = next((one.issued for one in later if not _is_active(one, manifest)), "")
    if day < _ordinal(roster.issued) - A_DAY:
        return Finding(code="manifest.early", holds=Holds.NO, tid=manifest.tid, values=values)
    if received and day > _ordinal(received) + A_DAY:
        return Finding(code="manifest.late", holds=Holds.NO, tid=manifest.tid, values=values)
    if removed and not received and day > _ordinal(removed) + A_DAY:
        return Finding(code="manifest.removed", holds=Holds.OPEN, tid=manifest.tid, values=values)
    if day > _ordinal(roster.expires) + A_DAY:
        return Finding(code="manifest.expired", holds=Holds.OPEN, tid=manifest.tid, values=values)
    return None


def check_receipt(
    data: bytes, record_id: str, manifest: Manifest, chain: RosterChain
) -> tuple[Finding, Receipt | None]:
    """Whether a station signed that it holds the testimony of `record_id`, and names nothing that is not part of it.

    `data` is the encoded receipt. The receipt is None if it fails. One that is not durable, or names nothing, promises
    nothing.
    """
    try:
        record = SignedRecord.decode(data)
        station = chain.signer(record.by)
        if station is None or station.role not in STATIONS:
            return Finding(code="receipt.signer", holds=Holds.NO, tid=manifest.tid), None
        receipt = statements.verify_receipt(record, station.keys)
    except (Refused, NotCanonical):
        return Finding(code="receipt.signature", holds=Holds.NO, tid=manifest.tid), None
    if not receipt.durable or not receipt.parts:
        return Finding(code="receipt.empty", holds=Holds.NO, tid=manifest.tid), None
    if receipt.record != record_id or not manifest.names.issuperset(receipt.parts):
        return Finding(code="receipt.other", holds=Holds.NO, tid=manifest.tid), None
    values: dict[str, str | int] = {"station": station.id, "number": len(receipt.parts)}
    return Finding(code="receipt.holds", holds=Holds.YES, tid=manifest.tid, values=values), receipt


def verified_head(note: str, origin: str, key: PublicKey) -> Checkpoint | None:
    """The signed head of a log, None if `key` did not sign it for the log `origin`."""
    try:
        return checkpoint.verify(note, origin, key)
    except SignatureBad:
        return None


def is_included(entry: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the inclusion proof `path` shows that `entry` is at `position` of the log of `size` entries."""
    try:
        merkle.verify_inclusion(merkle.leaf_hash(entry), position, size, path, root)
    except ProofBad:
        return False
    return True


def check_entry(entry: LogEntry | None) -> Finding:
    """Whether the log of a station proves that it received the testimony."""
    if entry is None:
        return Finding(code="log.waiting", holds=Holds.OPEN)
    values: dict[str, str | int] = {"position": entry.position, "size": entry.size, "day": entry.day}
    code = _entry_code(entry)
    holds = {"log.holds": Holds.YES, "log.waiting": Holds.OPEN}.get(code, Holds.NO)
    return Finding(code=code, holds=holds, values=values)


def _entry_code(entry: LogEntry) -> str:
    if entry.path is None:
        return "log.gap"
    if not entry.note:
        return "log.waiting"
    head = verified_head(entry.note, entry.origin, entry.key)
    if head is None:
        return "log.head"
    return "log.holds" if is_included(entry.entry, entry.position, entry.size, entry.path, head.root) else "log.proof"


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _is_active(roster: Roster, manifest: Manifest) -> bool:
    device = roster.signer(manifest.by)
    return device is not None and device.active
