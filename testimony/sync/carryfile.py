"""A carry-file: what waits on a phone, saved as frames in a file and taken in at any field node (docs/sync.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, Final

from testimony.errors import CarryForeign, ContainerTorn, StationRoleWrong
from testimony.sealing.records import SignedRecord
from testimony.services import collect, whereabouts
from testimony.services.collect import Incoming
from testimony.services.station import Station
from testimony.sync.messages import PREFACE, Frame, read_frames, write_frames

SHARE: Final = 512 * 1024
"""Bytes that are taken in at once: a record and its objects stay together."""
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
    and what `collect.take_in` raises; what was taken in before that stays.
    """
    if station.settings.role != "field":
        raise StationRoleWrong(folder=str(station.settings.home), role=station.settings.role, wanted="field node")
    report = CarryReport()
    for share in _shares(_groups(_frames(source, report))):
        _take_in(station, share, report)
    with station.database.reading() as session:
        found = whereabouts.find(station, session, report.held)
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


def _groups(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Each record with the objects behind it; objects before the first record belong to nothing."""
    group: list[Frame] = []
    for frame in frames:
        if frame.kind == "record":
            if group:
                yield group
            group = [frame]
        elif group:
            group.append(frame)
    if group:
        yield group


def _shares(groups: Iterable[list[Frame]]) -> Iterator[list[list[Frame]]]:
    share: list[list[Frame]] = []
    size = 0
    for group in groups:
        weight = sum(frame.size for frame in group)
        if share and size + weight > SHARE:
            yield share
            share, size = [], 0
        share.append(group)
        size += weight
    if share:
        yield share


def _take_in(station: Station, share: list[list[Frame]], report: CarryReport) -> None:
    incoming = [
        Incoming("record" if frame.kind == "record" else "object", frame.payload) for group in share for frame in group
    ]
    outcome = collect.take_in(station, incoming)
    statuses = iter(outcome.statuses)
    for group in share:
        record, *objects = [next(statuses) for _ in group]
        rules = [status.rule for status in (record, *objects) if status.status == "refused"]
        if rules:
            report.refused[record.name] = rules[0]
    report.records += len(share)
    report.held |= {str(receipt.value["record"]) for receipt in outcome.receipts}
    report.receipts += outcome.receipts
