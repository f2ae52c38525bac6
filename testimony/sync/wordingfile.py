"""Files of wordings and their recordings: from a desk to the holders of the roots, and with a roster to stations.

The desk saves one wording with its recordings; `roster sign` writes a bundle, the roster and every wording that it
names (docs/sync.md, "Wordings"). What a file holds proves itself: by hash, by signature, by the roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from testimony.canonical import sha256_hex
from testimony.errors import ContainerTorn, NotCanonical, WordingRefused
from testimony.sealing.records import SignedRecord
from testimony.sealing.wording import KIND, Wording, is_clip, parse_wording
from testimony.services import roster, wordings
from testimony.services.station import Station
from testimony.sync.messages import PREFACE, Frame, read_frames, write_frames


@dataclass(frozen=True, kw_only=True)
class WordingFile:
    """One wording and all of its recordings, by their hashes. Nobody's signature was verified."""

    record: SignedRecord
    wording: Wording
    clips: dict[str, bytes]


@dataclass(kw_only=True)
class BundleReport:
    """What came of a bundle. `refused`: a rule by the name of what was not kept; `new`: whether the roster is."""

    new: bool = False
    wordings: int = 0
    clips: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def write_file(records: Iterable[SignedRecord], clips: Iterable[bytes]) -> bytes:
    """A whole container: the records, then the recordings."""
    frames = [Frame("record", record.encode()) for record in records]
    return write_frames([*frames, *(Frame("object", data) for data in clips)])


def read_wording(source: BinaryIO) -> WordingFile:
    """The one wording of a file, with exactly the recordings that it names.

    Raises `WordingRefused`: torn, structure, newer, clip. Verifies no signature.
    """
    records, clips = [], {}
    for frame in _frames(source):
        if frame.kind == "record":
            records.append(_record(frame))
        elif frame.kind == "object":
            clips[sha256_hex(frame.payload)] = frame.payload
    if len(records) != 1:
        raise WordingRefused("structure")
    wording = parse_wording(records[0])
    require_whole(wording, clips)
    return WordingFile(record=records[0], wording=wording, clips=clips)


def require_whole(wording: Wording, clips: dict[str, bytes]) -> None:
    """Raise `WordingRefused("clip")` unless `clips` (by hash) are the recordings that `wording` names, and no more."""
    sizes = {clip.sha256: clip.size for clip in wording.clips.values()}
    if {name: len(data) for name, data in clips.items() if is_clip(data)} != sizes:
        raise WordingRefused("clip")


def is_container(source: BinaryIO) -> bool:
    """Whether a file, which is read from its beginning again, holds frames and not a roster alone."""
    beginning = source.read(len(PREFACE))
    source.seek(0)
    return beginning == PREFACE


def adopt(station: Station, source: BinaryIO) -> BundleReport:
    """Take a bundle's roster into force, and keep the wordings and recordings that it names; a bad one harms no other.

    Raises `RosterRefused`, and `WordingRefused("torn")` at a tear: what came before it stays, and the same file again
    brings the rest.
    """
    report = BundleReport()
    for frame in _frames(source):
        if frame.kind == "object":
            report.clips += _keep_clip(station, frame.payload, report)
        elif frame.kind == "record":
            _take_record(station, frame, report)
    return report


def _take_record(station: Station, frame: Frame, report: BundleReport) -> None:
    try:
        record = _record(frame)
        if record.kind == KIND:
            report.wordings += wordings.keep(station, record)
            return
    except (WordingRefused, NotCanonical) as error:
        reason = error.reason if isinstance(error, WordingRefused) else "structure"
        report.refused[sha256_hex(frame.payload)] = f"wording.{reason}"
        return
    with station.database.transaction() as session:
        report.new = roster.adopt(station, session, record) or report.new


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


def _record(frame: Frame) -> SignedRecord:
    try:
        return SignedRecord.decode(frame.payload)
    except NotCanonical as error:
        raise WordingRefused("structure") from error
