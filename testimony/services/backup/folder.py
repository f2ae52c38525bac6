"""Read the folder of a backup that a station is restored from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from testimony.services.backup import backup
from testimony.services.backup.errors import BackupRefused
from testimony.station.station import JOURNAL
from testimony.store.files.journal import Journal, Line

A_BATCH: Final = 64


class FolderSource:
    """The backup in `folder`, as a `services.backup.restore.Source`. Raises `BackupRefused`."""

    file = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.contents = backup.read(folder)

    def lines(self) -> list[Line]:
        lines = Journal(self._folder / JOURNAL).read()
        if len(lines) < self.contents.withdrawn:
            raise BackupRefused("damaged", file=JOURNAL)
        return lines

    @contextmanager
    def opened(self) -> Iterator[FolderSource]:
        """Yield after every file was hashed."""
        self._names = self._require_whole()
        yield self

    def papers(self) -> Iterator[tuple[str, bytes]]:
        for paper in self.contents.papers:
            yield paper.path, self._kept(backup.PAPERS, paper.sha256).read_bytes()

    def put_database(self, file: Path) -> None:
        shutil.copyfile(self._folder / self.contents.database, file)

    def bodies(self) -> Iterator[Mapping[str, bytes]]:
        for start in range(0, len(self._names), A_BATCH):
            names = self._names[start : start + A_BATCH]
            yield {name: self._kept(backup.PARTS, name).read_bytes() for name in names}

    def _require_whole(self) -> list[str]:
        """Names of the bodies, after hashing each of them."""
        contents = self.contents
        database = self._folder / contents.database
        _require_hash(database, contents.database.removesuffix(".db"))
        for paper in contents.papers:
            _require_hash(self._kept(backup.PAPERS, paper.sha256), paper.sha256)
        lacking = set(contents.lacking)
        names = [name for name in backup.bodies_of(database) if name not in lacking]
        if backup.digest(names) != contents.parts_sha256:
            raise BackupRefused("damaged", file=backup.MANIFEST)
        for name in names:
            _require_hash(self._kept(backup.PARTS, name), name)
        return names

    def _kept(self, store: str, name: str) -> Path:
        return self._folder / store / name[:2] / name


def _require_hash(file: Path, sha256: str) -> None:
    try:
        whole = backup.file_sha256(file) == sha256
    except OSError:
        whole = False
    if not whole:
        raise BackupRefused("damaged", file=file.name)
