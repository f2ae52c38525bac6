"""The journal of withdrawals: a file outside the database and its backups, so that a restored backup forgets none.

One line each: word, day, due day or "-", testimony, and the record's envelope in base64. The last line of a record is
the one that counts.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testimony.platform import files, locks
from testimony.store.files import durable

DAY = rb"\d{4}-\d{2}-\d{2}"
LINE = re.compile(
    rb"(shredded|ended|kept|suspended|doubted|narrowed|void) (%b) (%b|-) ([0-9a-f]{32}) ([A-Za-z0-9+/]+=*)"
    % (DAY, DAY),
    re.ASCII,
)
log = logging.getLogger("testimony.journal")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a withdrawal, or the end of keeping, did here, on the station's `day`.

    `word`: "shredded", the testimony is destroyed; "suspended", it is held back until `due`; "doubted", that too, from
    a day that one clock alone told; "narrowed", the heads that it names are deleted; "void", it counts no more.
    `record` is the envelope. "ended": the testimony is destroyed since keeping ended, and `record` is the name of its
    manifest (64 hex). "kept": a lawyer said until when it is kept, and `record` is that envelope.
    """

    word: str
    day: str
    tid: str
    record: bytes
    due: str | None = None

    @property
    def destroys(self) -> bool:
        """Whether the testimony is destroyed."""
        return self.word in ("shredded", "ended")

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
        new = not self._file.exists()
        with durable.named_errors(self._file.parent), self._alone() as descriptor:
            _append(descriptor, b"".join(line.encode() for line in lines))
            if new:
                durable.sync_folder(self._file.parent)

    def mend(self) -> None:
        """Take away a last line that a power cut or a failing disk tore: it was acknowledged to nobody.

        What it said of the database is written anew by who knows that. Raises as `append` does.
        """
        if self._file.exists():
            with durable.named_errors(self._file.parent), self._alone() as descriptor:
                _take_torn_away(descriptor)

    def read(self) -> list[Line]:
        """In the order of writing; of a line that a power cut tore or that is damaged only the others."""
        if not self._file.exists():
            return []
        with durable.named_errors(self._file.parent):
            return list(_lines(self._file.read_bytes()))

    @contextmanager
    def _alone(self) -> Iterator[int]:
        with locks.alone(files.open_bytes(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT)) as descriptor:
            yield descriptor


def merge(journals: Iterable[Iterable[Line]]) -> list[Line]:
    """Every line of all, each once; the older journals first. What destroys stands last, so that nothing undoes it."""
    lines = list(dict.fromkeys(line for journal in journals for line in journal))
    return sorted(lines, key=lambda line: line.destroys)


def _append(descriptor: int, data: bytes) -> None:
    size = _take_torn_away(descriptor)
    try:
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        files.sync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _take_torn_away(descriptor: int) -> int:
    """The size of the file without what stands behind its last whole line."""
    size = os.fstat(descriptor).st_size
    if not size or files.read_at(descriptor, 1, size - 1) == b"\n":
        return size
    data = files.read_at(descriptor, size, 0)
    size = data.rfind(b"\n") + 1
    os.ftruncate(descriptor, size)
    return size


def parse(data: bytes) -> list[Line]:
    """The lines in `data`, without those that cannot be read."""
    return list(_lines(data))


def damaged(file: Path) -> list[int]:
    """Numbers, from 1, of the lines that nobody can read. Raises `OSError`."""
    texts = enumerate(file.read_bytes().split(b"\n"), 1) if file.exists() else ()
    return [number for number, text in texts if text and _line(text) is None]


def _lines(data: bytes) -> Iterator[Line]:
    for number, text in enumerate(data.split(b"\n"), 1):
        line = _line(text)
        if line is not None:
            yield line
        elif text:
            log.warning("line %d of the journal of withdrawals is damaged", number)


def _line(text: bytes) -> Line | None:
    found = LINE.fullmatch(text)
    if found is None:
        return None
    word, day, due, tid = (part.decode("ascii") for part in found.groups()[:4])
    try:
        record = base64.b64decode(found[5], validate=True)
    except binascii.Error:
        return None
    return Line(word=word, day=day, due=None if due == "-" else due, tid=tid, record=record)
