"""The trust bundle: root, rosters, checked wordings, questionnaires and authority in one self-verifying file.

`roster sign` and similar commands write it; a waiting station joins with it, a running one adopts it. Its container is
that of sync (docs/enrolment-format.md, "The trust bundle"). The roots prove the rosters; the newest roster proves
everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused, WordingRefused
from testimony.sealing.roster.trusted_files import Trust
from testimony.sealing.roster.wording import KIND
from testimony.services.roster import adoption, trusted_files
from testimony.services.roster import adoption as roster_adoption
from testimony.services.wordings import wordings
from testimony.station.station import Station
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames

ROOT_MARK = b'"v":"testimony/1/root"}'


@dataclass(frozen=True)
class Offer:
    """The contents of a bundle for a waiting station: none is in force, and the root is still to be confirmed."""

    root: Root
    chain: RosterChain


@dataclass(kw_only=True)
class BundleReport:
    """The result. `refused`: a rule by the name of what was not kept; `new`: whether the roster is."""

    new: bool = False
    wordings: int = 0
    clips: int = 0
    files: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    last: str = ""  # the newest roster in it


def write(
    root: bytes, rosters: Iterable[SignedRecord], words: Iterable[SignedRecord], objects: Iterable[bytes]
) -> bytes:
    """A whole bundle. `objects`: pieces of trusted files, then recordings."""
    records = [Frame("record", record.encode()) for record in (*rosters, *words)]
    return write_frames([Frame("object", root), *records, *(Frame("object", data) for data in objects)])


def is_container(source: BinaryIO) -> bool:
    """Whether a file, which is read from its beginning again, holds frames and not a roster alone."""
    beginning = source.read(len(PREFACE))
    source.seek(0)
    return beginning == PREFACE


def read_offer(source: BinaryIO) -> Offer:
    """The root and the rosters of a bundle that was read to its end and is whole. It is not believed by this.

    Raises `EnrolmentRefused("bundle")`, and `RosterRefused` for rosters that do not follow from its own root.
    """
    root: Root | None = None
    records: list[SignedRecord] = []
    for frame in _whole(source):
        if root is None:
            root = _root(frame)
        elif frame.kind == "record":
            records.append(_record(frame))
    if root is None:
        raise EnrolmentRefused("bundle")
    return Offer(root, RosterChain(root, [record for record in records if _kind(record) != KIND]))


def files_in(source: BinaryIO, trust: Trust) -> dict[str, bytes]:
    """The files that `trust` names and a bundle that was read to its end brings whole, by their SHA-256.

    Raises `EnrolmentRefused("bundle")`.
    """
    objects = ((sha256_hex(frame.payload), frame.payload) for frame in _whole(source) if frame.kind == "object")
    held = {name: data for name, data in objects if name in trust.pieces}
    return {file.sha256: data for file in trust.files if (data := file.joined(held)) is not None}


def adopt(station: Station, source: BinaryIO) -> BundleReport:
    """Take a bundle's rosters into force, and keep what the newest one names; a bad object harms no other.

    Raises `RosterRefused`, and `WordingRefused("torn")` at a tear: what came before it stays, and the same file again
    brings the rest. `EnrolmentRefused("older")` for one whose rosters all came before the one in force.
    """
    report = BundleReport()
    for frame in _frames(source):
        if frame.kind == "object":
            _take_object(station, frame.payload, report)
        elif frame.kind == "record":
            _take_record(station, frame, report)
    if report.last and report.last != station.chain.latest.sha256:
        raise EnrolmentRefused("older")
    report.refused |= trusted_files.settle(station) | dict.fromkeys(trusted_files.lacking(station), "file.lacking")
    return report


def of_station(station: Station) -> bytes:
    """The bundle for a station that wants to join: all but the recordings, which come at the first sync."""
    with station.database.reading() as session:
        adoption.refresh(station, session)  # what a command beside this server adopted is given at once
    named = dict.fromkeys(wordings.named(station.chain.latest).values())
    words = [record for name in named if (record := wordings.find(station, name)) is not None]
    wanted = dict.fromkeys(piece for file in Trust.from_roster(station.chain.latest).files for piece in file.pieces)
    pieces = [data for name in wanted if (data := trusted_files.read_piece(station, name)) is not None]
    return write(station.root.data, station.chain.records, words, pieces)


def _take_object(station: Station, data: bytes, report: BundleReport) -> None:
    if data.endswith(ROOT_MARK):
        if data != station.root.data:
            raise RosterRefused("foreign")
    elif trusted_files.keep(station, data):
        report.files += 1
    else:
        report.clips += _keep_clip(station, data, report)


def _take_record(station: Station, frame: Frame, report: BundleReport) -> None:
    try:
        record = _signed(frame)
        if record.kind == KIND:
            report.wordings += wordings.keep(station, record)
            return
    except (WordingRefused, NotCanonical) as error:
        reason = error.reason if isinstance(error, WordingRefused) else "structure"
        report.refused[sha256_hex(frame.payload)] = f"wording.{reason}"
        return
    with station.database.transaction() as session:
        report.new = roster_adoption.adopt(station, session, record) or report.new
    report.last = record.id if record.kind == "roster" else report.last


def _keep_clip(station: Station, data: bytes, report: BundleReport) -> bool:
    try:
        return wordings.keep_clip(station, data)
    except WordingRefused as error:
        report.refused[sha256_hex(data)] = f"wording.{error.reason}"
        return False


def _frames(source: BinaryIO) -> Iterator[Frame]:
    try:
        yield from read_frames(source)
    except ContainerTorn as error:
        raise WordingRefused("torn") from error


def _whole(source: BinaryIO) -> Iterator[Frame]:
    try:
        yield from read_frames(source)
    except ContainerTorn as error:
        raise EnrolmentRefused("bundle") from error


def _root(frame: Frame) -> Root:
    """The first frame of a bundle. Raises `EnrolmentRefused("bundle")` for a file of another kind."""
    try:
        if frame.kind != "object":
            raise RosterRefused("structure")
        return Root.parse(frame.payload)
    except RosterRefused as error:
        raise EnrolmentRefused("bundle") from error


def _record(frame: Frame) -> SignedRecord:
    try:
        return SignedRecord.decode(frame.payload)
    except NotCanonical as error:
        raise EnrolmentRefused("bundle") from error


def _kind(record: SignedRecord) -> str:
    try:
        return record.kind
    except NotCanonical as error:
        raise EnrolmentRefused("bundle") from error


def _signed(frame: Frame) -> SignedRecord:
    try:
        return SignedRecord.decode(frame.payload)
    except NotCanonical as error:
        raise WordingRefused("structure") from error
