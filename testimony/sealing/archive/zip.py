"""The container of an archive: a minimal zip file with one way to write it and one strict way to read it.

Stored without compression, no dates, no comments, no extra fields, no gaps: any unzip program of the last thirty years
can unpack it, and two archives of the same contents have the same bytes. A reader never uses anything from it as a path
(docs/archive.md, "The container").
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO, Final

from testimony.sealing.archive.errors import ArchiveUnreadable

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
LONGEST_NAME: Final = 200
MOST_FILES: Final = 65_000
LARGEST_DIRECTORY: Final = 20 << 20
LARGEST: Final = 0xFFFF_0000
"""Bytes of a container: beyond them zip needs another, less plain form."""
LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
VERSION, MIDNIGHT, FIRST_DAY = 20, 0, 0x21
"""PKZIP 2.0; 1980-01-01, the first day that zip knows, for every file."""


@dataclass(frozen=True)
class Entry:
    """One file: where its local header begins, and its length and CRC-32 as the directory says."""

    name: str
    at: int
    len: int
    crc: int

    @property
    def local(self) -> bytes:
        """The one form of its local header."""
        sizes = (self.crc, self.len, self.len, len(self.name), 0)
        return LOCAL.pack(b"PK\x03\x04", VERSION, 0, 0, MIDNIGHT, FIRST_DAY, *sizes) + self.name.encode()

    @property
    def central(self) -> bytes:
        """The one form of its line in the directory."""
        sizes = (self.crc, self.len, self.len, len(self.name), 0, 0, 0, 0, 0, self.at)
        head = CENTRAL.pack(b"PK\x01\x02", VERSION, VERSION, 0, 0, MIDNIGHT, FIRST_DAY, *sizes)
        return head + self.name.encode()

    @property
    def end(self) -> int:
        """The offset at which the next one begins."""
        return self.at + LOCAL.size + len(self.name) + self.len


class StoredZip:
    """A container that is being written, file after file; only one of them is in memory."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._entries: list[Entry] = []

    def add(self, name: str, data: bytes) -> None:
        """Raises `ArchiveUnreadable("large")` beyond what the form can hold."""
        at = self._entries[-1].end if self._entries else 0
        entry = Entry(name, at, len(data), zlib.crc32(data))
        if not _is_name(name) or entry.end > LARGEST or len(self._entries) >= MOST_FILES:
            raise ArchiveUnreadable("large")
        self._entries.append(entry)
        self._write(entry.local)
        self._write(data)

    def finish(self) -> None:
        """Write the directory: before it, it is not a container."""
        directory = b"".join(entry.central for entry in self._entries)
        at = self._entries[-1].end if self._entries else 0
        if at + len(directory) > LARGEST:
            raise ArchiveUnreadable("large")
        self._write(directory)
        count = len(self._entries)
        self._write(END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0))


class Container:
    """What `StoredZip` wrote, and nothing that looks like it: every byte of it is of a file or of the one form."""

    def __init__(self, source: BinaryIO) -> None:
        """Raises `ArchiveUnreadable`: not, truncated, form, large."""
        self._source = source
        size = source.seek(0, 2)
        if size > LARGEST + LARGEST_DIRECTORY:
            raise ArchiveUnreadable("large")
        if self._at(0, 4) != b"PK\x03\x04":
            raise ArchiveUnreadable("not")
        self._entries = {entry.name: entry for entry in self._directory(size)}

    @property
    def names(self) -> list[str]:
        """The names of all files, in order."""
        return list(self._entries)

    @property
    def known(self) -> Collection[str]:
        """The same, for asking whether one is among them."""
        return self._entries.keys()

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file. Raises `ArchiveUnreadable`: form, large (over `most` bytes), damaged."""
        entry = self._entries[name]
        if entry.len > most:
            raise ArchiveUnreadable("large")
        if self._at(entry.at, len(entry.local)) != entry.local:
            raise ArchiveUnreadable("form")
        data = self._source.read(entry.len)
        if len(data) != entry.len or zlib.crc32(data) != entry.crc:
            raise ArchiveUnreadable("damaged")
        return data

    def _directory(self, size: int) -> list[Entry]:
        end = self._at(max(0, size - END.size), END.size)
        if len(end) != END.size or end[:4] != b"PK\x05\x06":
            raise ArchiveUnreadable("truncated")
        _, _, _, count, _, length, start, _ = END.unpack(end)
        if count > MOST_FILES or length > LARGEST_DIRECTORY:
            raise ArchiveUnreadable("large")
        if end != END.pack(b"PK\x05\x06", 0, 0, count, count, length, start, 0) or start + length + END.size != size:
            raise ArchiveUnreadable("form")
        entries = _entries(self._at(start, length))
        if len(entries) != count or (entries[-1].end if entries else 0) != start:
            raise ArchiveUnreadable("form")
        return entries

    def _at(self, position: int, length: int) -> bytes:
        self._source.seek(position)
        return self._source.read(length)


def _entries(directory: bytes) -> list[Entry]:
    """Its lines, each in the one form, the files without a gap behind each other, no name twice."""
    found: list[Entry] = []
    at = position = 0
    while position < len(directory):
        head = directory[position : position + CENTRAL.size]
        if len(head) != CENTRAL.size:
            raise ArchiveUnreadable("form")
        fields = CENTRAL.unpack(head)
        crc, length, name_length = fields[7], fields[8], fields[10]
        name = directory[position + CENTRAL.size : position + CENTRAL.size + name_length].decode("latin-1")
        entry = Entry(name, at, length, crc)
        if not _is_name(name) or not directory.startswith(entry.central, position):
            raise ArchiveUnreadable("form")
        found.append(entry)
        at, position = entry.end, position + len(entry.central)
    if len({entry.name for entry in found}) != len(found):
        raise ArchiveUnreadable("form")
    return found


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and NAME.fullmatch(name) is not None
