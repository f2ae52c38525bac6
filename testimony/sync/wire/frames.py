"""Frames: the single container for records and objects, over HTTP and by USB stick (docs/sync.md, "Frames").

    "testimony/1/frames\n" then frames; a frame is
    4-byte big-endian length of the header ‖ header (canonical JSON {"kind","len"}) ‖ `len` bytes of payload

The last frame is `end`: it counts and hashes what came before. A truncated container still gives every frame before the
break.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sync.errors import ContainerTorn

PREFACE: Final = b"testimony/1/frames\n"
KINDS: Final = frozenset(
    {"record", "object", "entry", "leaf", "checkpoint", "proof", "status", "bundle", "page", "seal", "end"}
)
PAYLOAD_LIMIT: Final = 256 * 1024
"""Bytes of one payload: an object on the wire is at most 256 KiB."""
HEADER_LIMIT: Final = 256
BATCH_LIMIT: Final = 1024 * 1024
"""Bytes of one whole container over HTTP; a sender stays at 512 kB and one frame."""
LENGTH: Final = struct.Struct(">I")
HEADER: Final = re.compile(rb'\{"kind":"([a-z]+)","len":(0|[1-9][0-9]{0,15})\}')
"""The one canonical JSON form of a header."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing on the move: what it is, and its bytes."""

    kind: str
    payload: bytes

    @property
    def size(self) -> int:
        """Bytes that this frame takes in a container."""
        return LENGTH.size + len(_header(self)) + len(self.payload)


class FrameWriter:
    """A container that is written as it comes, one frame at a time, whatever its length. `size`: bytes so far."""

    def __init__(self, stream: BinaryIO, kinds: frozenset[str] = KINDS) -> None:
        self.stream = stream
        self.size = self.count = 0
        self._kinds = kinds
        self._hash = hashlib.sha256()
        self._write(PREFACE)

    def add(self, frame: Frame) -> bytes:
        """Write the frame; its bytes, as they stand in the container."""
        data = encode(frame, self._kinds)
        self._write(data)
        self.count += 1
        return data

    def end(self, **trailer: object) -> None:
        """Write the `end` frame; `trailer` adds keys to what it says."""
        said = {**trailer, "frames": self.count, "sha256": self._hash.hexdigest()}
        self._write(encode(Frame("end", canonical.encode(said)), self._kinds))

    def _write(self, data: bytes) -> None:
        self.stream.write(data)
        self._hash.update(data)
        self.size += len(data)


def write_frames(frames: Iterable[Frame], **trailer: object) -> bytes:
    """A whole container with its preface and `end` frame; `trailer` adds keys to what `end` says."""
    out = io.BytesIO()
    writer = FrameWriter(out)
    for frame in frames:
        writer.add(frame)
    writer.end(**trailer)
    return out.getvalue()


def read_frames(source: bytes | BinaryIO, kinds: frozenset[str] = KINDS) -> Iterator[Frame]:
    """The frames of a container in order, `end` (checked) last; of other kinds than `kinds` it has none.

    Raises `ContainerTorn` at the first byte that does not belong, after giving everything before it. Reads no further
    than it must, holds one frame at a time, and never more than `PAYLOAD_LIMIT` bytes of it.
    """
    reader = _Reader(io.BytesIO(source) if isinstance(source, bytes) else source, kinds)
    reader.require_preface()
    count = 0
    while True:
        before = reader.digest()
        frame = reader.frame()
        if frame.kind == "end":
            reader.require_end(frame, count, before)
            yield frame
            return
        yield frame
        count += 1


class _Reader:
    def __init__(self, stream: BinaryIO, kinds: frozenset[str]) -> None:
        self.stream = stream
        self.kinds = kinds
        self.offset = 0
        self.start = 0
        self.hash = hashlib.sha256()

    def digest(self) -> str:
        self.start = self.offset
        return self.hash.hexdigest()

    def torn(self, rule: str = "container.torn") -> ContainerTorn:
        return ContainerTorn(rule, self.start)

    def read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            piece = self.stream.read(size - len(data))
            if not piece:
                raise self.torn()
            data += piece
        self.offset += size
        self.hash.update(data)
        return bytes(data)

    def require_preface(self) -> None:
        if self.read(len(PREFACE)) != PREFACE:
            raise self.torn("structure")

    def frame(self) -> Frame:
        (size,) = LENGTH.unpack(self.read(LENGTH.size))
        if size > HEADER_LIMIT:
            raise self.torn("structure")
        kind, length = self._parse(self.read(size))
        if length > PAYLOAD_LIMIT:
            raise self.torn("size.limit")
        return Frame(kind, self.read(length))

    def _parse(self, header: bytes) -> tuple[str, int]:
        found = HEADER.fullmatch(header)
        if found is None or found[1].decode() not in self.kinds:
            raise self.torn("structure")
        return found[1].decode(), int(found[2])

    def require_end(self, frame: Frame, count: int, before: str) -> None:
        try:
            value = canonical.decode_object(frame.payload)
        except NotCanonical as error:
            raise self.torn("structure") from error
        if value.get("frames") != count or value.get("sha256") != before or self.stream.read(1):
            raise self.torn("structure")


def _header(frame: Frame) -> bytes:
    return b'{"kind":"%s","len":%d}' % (frame.kind.encode(), len(frame.payload))


def encode(frame: Frame, kinds: frozenset[str] = KINDS) -> bytes:
    """The one form in which a frame stands in a container."""
    if frame.kind not in kinds or len(frame.payload) > PAYLOAD_LIMIT:
        raise ContainerTorn("size.limit", 0)
    header = _header(frame)
    return LENGTH.pack(len(header)) + header + frame.payload
