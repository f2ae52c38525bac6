"""Reads a sealed backup to restore a station: one complete pass before anything changes, then a second pass."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from testimony.canonical import sha256_hex
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.age.stream import Decrypting
from testimony.sealing.errors import CannotOpen
from testimony.services.backup import backup
from testimony.services.backup.backup import A_BATCH, Contents, Paper
from testimony.services.backup.errors import BackupRefused
from testimony.services.certificates.errors import FileUnreadable
from testimony.store.errors import StoreNewer
from testimony.store.files import journal
from testimony.store.files.journal import Line
from testimony.store.sql import migrate, transfer
from testimony.sync.backup.format import BODY, JOURNAL, LACKING, PAPER, ROWS, BackupReader, Entry

NAME: Final = re.compile(r"body/[0-9a-f]{64}")


class SealedSource:
    """The backup in `file`, opened with `key`. Everything in it was read and checked when this is made. `sha256`: of
    the file. `told` gets the number of bytes after each piece that was read; what it raises ends the reading.

    Raises `BackupRefused` ("torn", "key", "newer"), `FileUnreadable`. A `services.backup.restore.Source`.
    """

    def __init__(self, file: Path, key: OpeningKey, told: Callable[[int], None] = lambda _: None) -> None:
        self.file, self._key, self._told = file, key, told
        self._again: Iterator[Entry] = iter(())
        self._ahead: Entry | None = None
        with self._reading() as reader:
            papers, lines, lacking = self._look(reader)
            total, said = reader.sum, reader.opening
            self.sha256 = self._hash.hexdigest()
        if total is None:
            raise self._torn()
        self._lines = lines
        self._revision = said.revision
        self.contents = Contents(
            role=said.role,
            root=said.root,
            station=said.station,
            day=said.day,
            database="",
            papers=papers,
            parts=total.parts,
            parts_sha256="",
            withdrawn=total.withdrawn,
            lacking=lacking,
        )

    def lines(self) -> list[Line]:
        return list(self._lines)

    @contextmanager
    def opened(self) -> Iterator[SealedSource]:
        """For `papers`, `put_database` and `bodies`, once and in this order."""
        with self._reading() as reader:
            self._again = iter(reader)
            self._ahead = next(self._again, None)
            yield self

    def papers(self) -> Iterator[tuple[str, bytes]]:
        for entry in self._those(PAPER):
            yield entry.name.removeprefix(PAPER), entry.data

    def put_database(self, file: Path) -> None:
        pieces = ((entry.name.removeprefix(ROWS), entry.data) for entry in self._those(ROWS))
        try:
            transfer.from_pieces(file, self._revision, pieces)
        except StoreNewer as error:
            raise BackupRefused("newer") from error
        except ValueError as error:
            raise self._torn() from error

    def bodies(self) -> Iterator[Mapping[str, bytes]]:
        batch: dict[str, bytes] = {}
        size = 0
        for entry in self._those(BODY):
            batch[entry.name.removeprefix(BODY)] = entry.data
            size += len(entry.data)
            if size >= A_BATCH:
                yield batch
                batch, size = {}, 0
        if batch:
            yield batch
        for _ in self._again:  # to the end, which proves the rest
            pass

    def _those(self, kind: str) -> Iterator[Entry]:
        while self._ahead is not None and self._ahead.name.startswith(kind):
            entry, self._ahead = self._ahead, None
            yield entry
            self._ahead = next(self._again, None)

    def _look(self, reader: BackupReader) -> tuple[tuple[Paper, ...], list[Line], tuple[str, ...]]:
        if not migrate.is_known(reader.opening.revision):
            raise BackupRefused("newer")
        papers: list[Paper] = []
        lines: list[Line] = []
        lacking: Sequence[str] = ()
        parts = 0
        for entry in reader:
            if entry.name.startswith(PAPER):
                papers.append(Paper(path=entry.name.removeprefix(PAPER), sha256=sha256_hex(entry.data)))
            elif entry.name.startswith(BODY):
                self._require(NAME.fullmatch(entry.name) is not None and _is_named(entry))
                parts += 1
            elif entry.name == JOURNAL:
                lines = journal.parse(entry.data)
            elif entry.name == LACKING:
                lacking = entry.data.decode("ascii", "replace").split()
        self._require(all(backup.is_ours(paper) for paper in papers))
        self._require(reader.sum is not None and (parts, len(lines)) == (reader.sum.parts, reader.sum.withdrawn))
        return tuple(papers), lines, tuple(lacking)

    @contextmanager
    def _reading(self) -> Iterator[BackupReader]:
        try:
            with self.file.open("rb") as source:
                hashing = _Hashing(cast(BinaryIO, source), self._told)
                self._hash = hashing.hash
                yield BackupReader(cast(BinaryIO, self._opened(cast(BinaryIO, hashing))), str(self.file))
        except OSError as error:
            raise FileUnreadable(file=str(self.file)) from error
        except CannotOpen as error:
            raise self._torn() from error

    def _opened(self, source: BinaryIO) -> Decrypting:
        head = age.read_head(source)
        try:
            key = age.open_head(head, self._key)
        except CannotOpen as error:
            if error.reason == "not_for_you":
                raise BackupRefused("key") from error
            raise
        return Decrypting(key, source)

    def _require(self, true: bool) -> None:
        if not true:
            raise self._torn()

    def _torn(self) -> BackupRefused:
        return BackupRefused("torn", file=str(self.file))


class _Hashing:
    """A file to read from; `hash` is of what was read."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        self._file, self._told = file, told
        self.hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        return self._seen(self._file.read(size))

    def readline(self, size: int) -> bytes:
        return self._seen(self._file.readline(size))

    def _seen(self, data: bytes) -> bytes:
        self.hash.update(data)
        self._told(len(data))
        return data


def _is_named(entry: Entry) -> bool:
    return sha256_hex(entry.data) == entry.name.removeprefix(BODY)
