"""The journal of withdrawals: a file outside the database and its backups, so that a restoration forgets none.

One line each: word, day, due day or "-", testimony, and the record's envelope in base64. The last line of a record is
the one that counts.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import logging
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from testimony.store import disk

DAY = rb"\d{4}-\d{2}-\d{2}"
LINE = re.compile(
    rb"(shredded|suspended|narrowed|void) (%b) (%b|-) ([0-9a-f]{32}) ([A-Za-z0-9+/]+=*)" % (DAY, DAY), re.ASCII
)
log = logging.getLogger("testimony.journal")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a withdrawal did here, on the station's `day`.

    `word`: "shredded", the testimony is destroyed; "suspended", it is held back until `due`; "narrowed", the heads that
    it names are deleted; "void", it counts no more. `record` is the envelope.
    """

    word: str
    day: str
    tid: str
    record: bytes
    due: str | None = None

    def encode(self) -> bytes:
        words = (self.word, self.day, self.due or "-", self.tid, base64.b64encode(self.record).decode("ascii"))
        return " ".join(words).encode("ascii") + b"\n"


class Journal:
    """Several threads and processes may append to the same file."""

    def __init__(self, file: Path) -> None:
        """The file is made by the first line."""
        self._file = file

    def append(self, lines: Collection[Line]) -> None:
        """They are on the disk when this returns. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        if not lines:
            return
        with disk.named_errors(self._file.parent):
            new = not self._file.exists()
            descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                _append(descriptor, b"".join(line.encode() for line in lines))
            finally:
                os.close(descriptor)
            if new:
                disk.sync_folder(self._file.parent)

    def read(self) -> list[Line]:
        """In the order of writing; of a line that a power cut tore or that is damaged only the others."""
        if not self._file.exists():
            return []
        with disk.named_errors(self._file.parent):
            return list(_lines(self._file.read_bytes()))


def _append(descriptor: int, data: bytes) -> None:
    size = os.fstat(descriptor).st_size
    try:
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data  # behind a line that was torn
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _lines(data: bytes) -> Iterator[Line]:
    for number, text in enumerate(data.split(b"\n"), 1):
        found = LINE.fullmatch(text)
        try:
            if found is not None:
                word, day, due, tid = (part.decode("ascii") for part in found.groups()[:4])
                record = base64.b64decode(found[5], validate=True)
                yield Line(word=word, day=day, due=None if due == "-" else due, tid=tid, record=record)
                continue
        except binascii.Error:
            found = None
        if text:
            log.warning("line %d of the journal of withdrawals is damaged", number)
