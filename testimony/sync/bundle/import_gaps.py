"""Takes from a bundle that is for another station what this one lacks: withdrawals, and records that central left out.

A record proves itself, so anybody may bring it. A stick of any station of the organisation can bring a withdrawal
past a central that hides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.custody import gaps as custody_gaps
from testimony.services.feed import missing_text
from testimony.services.intake import intake
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.records.validation import WITHDRAWALS
from testimony.station.station import Station
from testimony.sync.bundle.batches import in_shares
from testimony.sync.wire.frames import Frame
from testimony.sync.wire.selection import select

if TYPE_CHECKING:
    from testimony.sync.bundle.report import ImportReport

ABOUT_WITHDRAWALS: Final = frozenset({*WITHDRAWALS, "contest", "shredded"})
CARRIED: Final = ("record", "object")


def take_in(station: Station, frames: Iterable[Frame], audience: str | None, report: ImportReport) -> bool:
    """Take in what is lacking here and no more than `audience` (None: not at a desk) may have. Returns whether anything
    was new. A withdrawal that is new here is delivered to central like one that was made here.
    """
    with station.database.reading() as session:
        wanted = {one.ref for one in custody_gaps.find(session, station.chain, station.settings.role).wanted}
        texts = set() if audience is None else {one.name for one in missing_text.lacking(session, audience)}
    for share in in_shares(frame for frame in frames if frame.kind in CARRIED):
        _take_in(station, share, wanted, texts, audience, report)
    return bool(report.records or report.objects)


def _take_in(
    station: Station, share: list[Frame], wanted: set[str], texts: set[str], audience: str | None, report: ImportReport
) -> None:
    records = [record for frame in share if frame.kind == "record" and (record := _readable(frame)) is not None]
    withdrawals = _unknown(station, [one for one in records if one.kind in ABOUT_WITHDRAWALS])
    named = [one for one in records if one.id in wanted and one.kind not in ABOUT_WITHDRAWALS]
    objects = {sha256_hex(frame.payload): frame.payload for frame in share if frame.kind == "object"}
    others = select(named, objects, audience)
    known = {sha256_hex(one.payload) for one in others if one.kind == "object"}
    others += [Incoming("object", data) for name, data in objects.items() if name in texts - known]
    on_the_way = station.settings.role != "central"
    _store(station, [Incoming("record", one.encode()) for one in withdrawals], report, outbound=on_the_way)
    _store(station, others, report, outbound=False)


def _store(station: Station, incoming: list[Incoming], report: ImportReport, *, outbound: bool) -> None:
    if not incoming:
        return
    outcome = intake.take_in(station, incoming, outbound=outbound)
    for item, status in zip(incoming, outcome.statuses, strict=True):
        if status.status == "refused":
            report.refused[status.name] = status.rule
        elif status.status == "stored":
            report.records += item.kind == "record"
            report.held += item.kind == "record"
            report.objects += item.kind == "object"


def _unknown(station: Station, records: list[SignedRecord]) -> list[SignedRecord]:
    with station.database.reading() as session:
        return [one for one in records if record_queries.record_of(session, one.id) is None]


def _readable(frame: Frame) -> SignedRecord | None:
    """The record, or None for one that cannot be read: this file was not written for this station."""
    try:
        record = SignedRecord.decode(frame.payload)
        return record if record.kind else None
    except NotCanonical:
        return None
