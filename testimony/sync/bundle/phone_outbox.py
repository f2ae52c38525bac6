"""Imports a carry file: a phone's outbox, saved as frames in a file, that any field node accepts (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, Final

from testimony.sealing.records.records import SignedRecord
from testimony.services.certificates.errors import StationRoleWrong
from testimony.services.intake import intake, rejections
from testimony.services.records.types import Incoming
from testimony.services.tracking import record_status
from testimony.station.station import Station
from testimony.sync.bundle.batches import in_shares
from testimony.sync.errors import CarryForeign, ContainerTorn
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames

TAKEN: Final = ("record", "object")


@dataclass(kw_only=True)
class CarryReport:
    """What became of a file. `refused`: a rule by the name of the record that it, or an object of it, broke."""

    records: int = 0
    held: set[str] = field(default_factory=set)  # the records of the file that are now here completely
    refused: dict[str, str] = field(default_factory=dict)
    receipts: list[SignedRecord] = field(default_factory=list)  # this node's, then central's where there are any
    torn: bool = False


def take_in(station: Station, source: BinaryIO) -> CarryReport:
    """Take in every whole testimony of a carry-file, also of a torn one; the same file again changes nothing.

    Only at a field node: central believes an enrolled node that a revoked phone's manifests came before the
    revocation, and nobody vouches for a file. Raises `CarryForeign` when this is no carry-file, `StationRoleWrong`,
    and what `intake.take_in` raises; what was taken in before that stays.
    """
    if station.settings.role != "field":
        raise StationRoleWrong(folder=str(station.settings.home), role=station.settings.role, wanted="field node")
    report = CarryReport()
    taking = _Taking(station, report)
    for share in in_shares(_frames(source, report)):
        taking.take_in(share)
    with station.database.reading() as session:
        found = record_status.find(station, session, taking.receipts)
    report.receipts += taking.receipts.values()
    report.held |= {name for name, place in found.items() if place.pieces is None or not place.pieces.lacking}
    report.receipts += [place.receipt for place in found.values() if place.receipt is not None]
    return report


def receipts_file(report: CarryReport) -> bytes:
    """The receipts as a file that the phone reads back: a container of records."""
    return write_frames(Frame("record", receipt.encode()) for receipt in report.receipts)


def _frames(source: BinaryIO, report: CarryReport) -> Iterator[Frame]:
    """The frames up to the end or the tear, which is noted."""
    beginning = source.read(len(PREFACE))
    if beginning != PREFACE:
        raise CarryForeign
    try:
        yield from (frame for frame in read_frames(_Again(beginning, source)) if frame.kind in TAKEN)
    except ContainerTorn:
        report.torn = True


class _Again(BytesIO):
    """A stream whose first bytes were read already."""

    def __init__(self, beginning: bytes, rest: BinaryIO) -> None:
        super().__init__(beginning)
        self.rest = rest

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size) or self.rest.read(-1 if size is None else size)


class _Taking:
    """Takes shares in, one after the other; `receipts` by record: a later one says more than an earlier one."""

    def __init__(self, station: Station, report: CarryReport) -> None:
        self.station = station
        self.report = report
        self.receipts: dict[str, SignedRecord] = {}
        self.record = ""  # of the group before, which may go on

    def take_in(self, share: list[Frame]) -> None:
        incoming = [Incoming("record" if frame.kind == "record" else "object", frame.payload) for frame in share]
        outcome = intake.take_in(self.station, incoming)
        for frame, status in zip(share, outcome.statuses, strict=True):
            if frame.kind == "record":
                self.record = status.name
                self.report.records += 1
            if status.status == "refused":
                self.report.refused.setdefault(self.record, status.rule)
        rejections.note(self.station, [(one.name, one.rule) for one in outcome.statuses if one.status == "refused"])
        self.receipts |= {str(receipt.value["record"]): receipt for receipt in outcome.receipts}
