"""Files of wordings and their recordings, from a desk to the holders of the roots (docs/sync.md, "Wordings").

The desk saves one wording with its recordings; `sync.bundle.trust` delivers it to stations once a roster names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import Wording, is_clip, parse_wording
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import Frame, read_frames, write_frames


@dataclass(frozen=True, kw_only=True)
class WordingFile:
    """One wording and all of its recordings, by their hashes. Nobody's signature was verified."""

    record: SignedRecord
    wording: Wording
    clips: dict[str, bytes]


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
