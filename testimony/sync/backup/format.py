"""The contents of a sealed backup: a sequence of frames with one SHA-256 per entry (docs/backup-format.md).

    backup {"v","role","station","root","day","revision"}, entries, sum, end
    an entry: entry {"name","bytes","sha256"}, then its bytes in pieces of 256 KiB

In this order: paper/…, rows/…, body/…, journal, lacking. Nothing counts until `end` has been read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.sealing.errors import CannotOpen
from testimony.services.backup.errors import BackupRefused
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame, FrameWriter, read_frames

VERSION: Final = "testimony/2/backup-file"
READ: Final = (VERSION, "testimony/1/backup-file")
"""A program that writes the first version knows no key file of a desk in it."""
KINDS: Final = frozenset({"backup", "entry", "piece", "sum", "end"})
PAPER, ROWS, BODY, JOURNAL, LACKING = "paper/", "rows/", "body/", "journal", "lacking"
ORDER: Final = (PAPER, ROWS, BODY, JOURNAL, LACKING)
LARGEST: Final = 1 << 30
"""Bytes of an entry, which is in memory as a whole; the largest that we write is a paper."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a backup says first: whose it is, and the revision of the tables whose rows are in it."""

    role: str
    station: str
    root: str
    day: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What it says last: how many of each there are, and one hash over all entries' frames (their payloads)."""

    entries: int
    bytes: int
    parts: int
    withdrawn: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    name: str
    data: bytes


class BackupWriter:
    """Entries into a stream, in their order; `finish` says the sum. `bytes`: of entries so far."""

    def __init__(self, stream: BinaryIO, opening: Opening) -> None:
        self._frames = FrameWriter(stream, KINDS)
        self._frames.add(Frame("backup", canonical.encode({"v": VERSION, **asdict(opening)})))
        self._hash = hashlib.sha256()
        self.entries = self.bytes = 0

    def add(self, name: str, data: bytes) -> None:
        said = canonical.encode({"name": name, "bytes": len(data), "sha256": sha256_hex(data)})
        self._frames.add(Frame("entry", said))
        for start in range(0, len(data), PAYLOAD_LIMIT):
            self._frames.add(Frame("piece", data[start : start + PAYLOAD_LIMIT]))
        self._hash.update(said)
        self.entries += 1
        self.bytes += len(data)

    def finish(self, *, parts: int, withdrawn: int) -> Sum:
        total = Sum(
            entries=self.entries,
            bytes=self.bytes,
            parts=parts,
            withdrawn=withdrawn,
            sha256=self._hash.hexdigest(),
        )
        self._frames.add(Frame("sum", canonical.encode(asdict(total))))
        self._frames.end()
        return total


class BackupReader:
    """Reads one: `opening` at once, then the entries, each checked, one in memory at a time; `sum` is there at the end.

    Raises `BackupRefused`: "torn" with `file`, or "newer".
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._file = file
        self._frames = read_frames(stream, KINDS)
        self.opening = self._read_opening()
        self.sum: Sum | None = None

    def __iter__(self) -> Iterator[Entry]:
        try:
            yield from self._entries()
        except (ContainerTorn, CannotOpen, NotCanonical, KeyError, TypeError) as error:
            raise self._torn() from error

    def _torn(self) -> BackupRefused:
        return BackupRefused("torn", file=self._file)

    def _read_opening(self) -> Opening:
        try:
            frame = next(self._frames)
            value = _frame_object(frame, "backup")
            if value.pop("v") not in READ:
                raise BackupRefused("newer")
            return Opening(**{key: _text(item) for key, item in value.items()})
        except (ContainerTorn, CannotOpen, NotCanonical, KeyError, TypeError, StopIteration) as error:
            raise self._torn() from error

    def _entries(self) -> Iterator[Entry]:
        hashed, count, size, stage = hashlib.sha256(), 0, 0, 0
        while (frame := next(self._frames)).kind == "entry":
            said = _frame_object(frame, "entry")
            entry = Entry(_text(said["name"]), self._data(said["bytes"], said["sha256"]))
            reached = [number for number, kind in enumerate(ORDER) if entry.name.startswith(kind)]
            if not reached or reached[0] < stage:
                raise self._torn()
            stage = reached[0]
            hashed.update(frame.payload)
            count, size = count + 1, size + len(entry.data)
            yield entry
        total = Sum(**_frame_object(frame, "sum"))
        if (total.entries, total.bytes, total.sha256) != (count, size, hashed.hexdigest()):
            raise self._torn()
        if next(self._frames).kind != "end" or next(self._frames, None) is not None:
            raise self._torn()
        self.sum = total

    def _data(self, size: int, sha256: str) -> bytes:
        if not isinstance(size, int) or not 0 <= size <= LARGEST:
            raise self._torn()
        pieces: list[bytes] = []
        while size:
            frame = next(self._frames)
            if frame.kind != "piece" or len(frame.payload) != min(size, PAYLOAD_LIMIT):
                raise self._torn()
            pieces.append(frame.payload)
            size -= len(frame.payload)
        data = b"".join(pieces)
        if sha256_hex(data) != sha256:
            raise self._torn()
        return data


def _frame_object(frame: Frame, kind: str) -> dict[str, Any]:
    if frame.kind != kind:
        raise KeyError(kind)
    return canonical.decode_object(frame.payload)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
