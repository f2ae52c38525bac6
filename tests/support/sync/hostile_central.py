"""A central, or somebody on the way, that leaves things out of true answers and signs nothing false."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import gaps
from testimony.services.custody.gaps import Gaps
from testimony.station.station import Station
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames

Change = Callable[[list[Frame]], list[Frame]]
"""The frames of one piece of a feed, or of a file, as they are and as they arrive."""
IN_FEEDS: Final = ("entry", "leaf")


def without_records(*ids: str, objects: Iterable[str] = ()) -> Change:
    """The entries stay; the records with these ids, and these objects, are gone."""
    names = {*ids, *objects}

    def change(frames: list[Frame]) -> list[Frame]:
        return [frame for frame in frames if frame.kind not in ("record", "object") or name_of(frame) not in names]

    return change


def only_hashes(*ids: str) -> Change:
    """In the place of each entry about these records, and of the records, the hash of the entry."""
    without = without_records(*ids)

    def change(frames: list[Frame]) -> list[Frame]:
        return [_hashed(frame) if _is_about(frame, ids) else frame for frame in without(frames)]

    return change


def hidden(how: str, digits: frozenset[str]) -> Change:
    """Leave out what has a name that begins with one of `digits` (hex). `how`: records, objects, or hashes, where an
    entry about such a record is a hash alone.
    """

    def change(frames: list[Frame]) -> list[Frame]:
        if how == "hashes":
            refs = {frame: _ref(frame) for frame in frames if frame.kind == "entry"}
            return only_hashes(*(ref for ref in refs.values() if ref[:1] in digits))(frames)
        kind = how.removesuffix("s")
        return [frame for frame in frames if frame.kind != kind or name_of(frame)[:1] not in digits]

    return change


def stripped(data: bytes, change: Change) -> bytes:
    """A file of a stick after somebody without a key changed its frames: its hashes fit, and its seal is gone."""
    return write_frames(change([frame for frame in read_frames(data) if frame.kind not in ("end", "seal")]))


def in_feed(change: Change) -> Callable[[str, Answer], Answer]:
    """The same for every piece of the feed; what a desk asks for by name is answered with nothing."""

    def changed(path: str, answer: Answer) -> Answer:
        if not path.startswith("/sync/feed") or answer.status != 200:
            return answer
        assert answer.body.startswith(PREFACE), "what is packed cannot be changed here"
        *frames, end = read_frames(answer.body)
        said = {key: value for key, value in canonical.decode(end.payload).items() if key not in ("frames", "sha256")}
        return Answer(200, answer.headers, write_frames(change(frames), **said))

    return changed


def names_of(sealed: SealedTestimony) -> set[str]:
    """Of the heads and bodies."""
    return {canonical.sha256_hex(data) for part in sealed.parts for data in (*part.heads.values(), part.body)}


def found_gaps(station: Station) -> Gaps:
    with station.database.reading() as session:
        return gaps.find(session, station.chain, station.settings.role)


def refs(found: Iterable[gaps.LogEntry]) -> list[str]:
    return [one.ref for one in found]


def name_of(frame: Frame) -> str:
    return SignedRecord.decode(frame.payload).id if frame.kind == "record" else canonical.sha256_hex(frame.payload)


def _ref(frame: Frame) -> str:
    return str(canonical.decode_object(frame.payload)["ref"])


def _is_about(frame: Frame, ids: Iterable[str]) -> bool:
    return frame.kind == "entry" and _ref(frame) in ids


def _hashed(frame: Frame) -> Frame:
    return Frame("leaf", merkle.leaf_hash(frame.payload))
