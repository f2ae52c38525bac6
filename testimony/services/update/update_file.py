"""The file of an update: its signed statement, the successive lists of release keys, and the wheels.

It is a ZIP without compression. Only files that the statement names are written to a disk, and each is hashed while it
is copied.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from testimony import canonical, zips
from testimony.errors import NotCanonical
from testimony.platform import files
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.update import release_keys
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import Manifest, Wheel, parse
from testimony.services.certificates.errors import FileUnreadable
from testimony.store.files import durable, removable
from testimony.zips import ZipDamaged

STATEMENT: Final = "update.json"
LISTS: Final = "release-keys.json"
WHEELS: Final = "wheels/"
LONGEST: Final = 1 << 20
"""Bytes of the statement, and as many of the lists."""
A_PIECE: Final = 1 << 20
"""Bytes that are read at once."""
LONGEST_READ: Final = 2 << 20
"""The most bytes that are read at once. The directory, which is smaller, is read before a signature is checked."""


@dataclass(frozen=True)
class Update:
    """An opened update whose statement two release keys signed."""

    manifest: Manifest
    _archive: zipfile.ZipFile

    def verify(self) -> None:
        """Hash every file. Raises `UpdateRefused("altered")`, `StickRefused`."""
        for wheel in self.manifest.files:
            self._read(wheel, lambda _: None)

    def unpack(self, folder: Path) -> None:
        """Copy every file into the new `folder`, each hashed as it is copied.

        Raises `UpdateRefused("altered")`, `StickRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
        """
        with durable.named_errors(folder):
            folder.mkdir(parents=True)
        for wheel in self.manifest.files:
            with durable.named_errors(folder):
                file = (folder / wheel.name).open("xb")
            with file:
                self._read(wheel, lambda piece, file=file: _write(folder, file, piece))  # type: ignore[misc]

    def _read(self, wheel: Wheel, take: Callable[[bytes], object]) -> None:
        found, left = hashlib.sha256(), wheel.size
        try:
            for piece in _pieces(self._archive, wheel):
                left -= len(piece)
                found.update(piece)
                if left < 0:
                    break
                take(piece)
        except ZipDamaged as error:
            raise UpdateRefused("altered", member=wheel.name) from error
        if left or found.hexdigest() != wheel.sha256:
            raise UpdateRefused("altered", member=wheel.name)


def _pieces(archive: zipfile.ZipFile, wheel: Wheel) -> Iterator[bytes]:
    """Its bytes, of which there may be one more than the statement says. Raises `ZipDamaged`, `StickRefused`."""
    left = wheel.size
    with _from_stick():
        member = archive.open(WHEELS + wheel.name)
    with member:
        while True:
            with _from_stick():
                piece = member.read(min(A_PIECE, left + 1))
            if not piece:
                return
            left -= len(piece)
            yield piece


@contextmanager
def _from_stick() -> Iterator[None]:
    """What the system says of a stick is about the stick; the rest is about the file."""
    with zips.reading(), removable.named_errors():
        yield


class _InPieces(io.BufferedReader):
    """Gives nobody more at once than an honest update asks for, however long a directory says that it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises `ValueError`."""
        most = LONGEST_READ + 1
        data = super().read(most if size is None or size < 0 else min(size, most))
        if len(data) > LONGEST_READ:
            raise ValueError(size)
        return data


@contextmanager
def opened(path: Path) -> Iterator[Update]:
    """The update in the file `path`. Its statement is verified here, its files when they are read.

    Raises `FileUnreadable`, `StickRefused`, `UpdateRefused`: structure, altered, signature, keys, newer, list.
    """
    if not path.is_file():
        raise FileUnreadable(file=str(path))
    with removable.named_errors():
        stream = _InPieces(io.FileIO(path))
    with stream:
        files.forget_cached(stream.fileno())
        try:
            with _from_stick():
                archive = zipfile.ZipFile(stream)
        except ZipDamaged as error:
            raise UpdateRefused("structure", file=path.name) from error
        with archive:
            yield Update(_verified(archive, path.name), archive)


def _verified(archive: zipfile.ZipFile, name: str) -> Manifest:
    try:
        record = SignedRecord.decode(_small(archive, STATEMENT))
        lists = canonical.decode(_small(archive, LISTS))
    except (NotCanonical, ZipDamaged) as error:
        raise UpdateRefused("structure", file=name) from error
    if not isinstance(lists, list):
        raise UpdateRefused("structure", file=name)
    release_keys.follow(release_keys.shipped(), lists).verify(record)
    manifest = parse(record)
    _require_members(archive, manifest)
    return manifest


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """Raises `ZipDamaged` if the entry is missing, packed or too long."""
    entry = next((one for one in archive.infolist() if one.filename == name), None)
    if entry is None or entry.compress_type != zipfile.ZIP_STORED:
        raise ZipDamaged
    with _from_stick(), archive.open(entry) as member:
        data = member.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise ZipDamaged
    return data


def _require_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raise `UpdateRefused("altered")` unless the ZIP holds exactly the named files, with the named sizes."""
    there = {info.filename: info for info in archive.infolist()}
    wanted = {WHEELS + wheel.name: wheel.size for wheel in manifest.files}
    for name in sorted(there.keys() ^ {STATEMENT, LISTS, *wanted}):
        raise UpdateRefused("altered", member=name)
    for name, size in wanted.items():
        if there[name].compress_type != zipfile.ZIP_STORED or there[name].file_size != size:
            raise UpdateRefused("altered", member=name)


def write(out: Path, record: SignedRecord, lists: list[Any], folder: Path) -> None:
    """Make the new file `out` of the wheels in `folder`. The same parts give the same bytes.

    Raises `FileExistsError`, `StickRefused`, `UpdateRefused("files")`.
    """
    removable.sweep(out.parent, re.compile(re.escape(out.name)))
    new = removable.NewFile(out)
    try:
        with zipfile.ZipFile(_Stream(new), "w", zipfile.ZIP_STORED) as archive:
            _add(archive, STATEMENT, record.encode())
            _add(archive, LISTS, canonical.encode(lists))
            for wheel in parse(record).files:
                _add(archive, WHEELS + wheel.name, (folder / wheel.name).read_bytes())
        new.finish()
        new.keep()
    except BaseException:
        new.discard()
        raise


class _Stream:
    """The methods of `NewFile` that `zipfile` needs to write a ZIP without seeking."""

    def __init__(self, file: removable.NewFile) -> None:
        self._file = file

    def write(self, data: bytes, /) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        """Do nothing: `write` finishes the file."""

    def close(self) -> None:
        """Do nothing: `write` finishes the file."""


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def _write(folder: Path, file: IO[bytes], piece: bytes) -> None:
    with durable.named_errors(folder):
        file.write(piece)
