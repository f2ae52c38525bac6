"""Stores bodies of parts as content-addressed files: a file with its final name is complete and on disk."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from testimony.canonical import sha256_hex
from testimony.store.errors import PartDamaged, PartMissing, StoreFailing
from testimony.store.files import durable
from testimony.store.files.shred_keys import ShredKeys

__all__ = ["PartStore", "ShredKeys"]

NAME = re.compile(r"[0-9a-f]{64}")
INCOMING = "incoming"


class PartStore:
    """A folder of bodies, each named by its SHA-256 (lower-case hex), in folders by the first two digits.

    A `store.blobs.blobs.Bodies`, and where papers are kept.
    """

    on_disk: Final = True

    def __init__(self, folder: Path) -> None:
        """Make `folder` when missing. Raises `StoreUnwritable`, `StoreFull`."""
        self.folder = folder
        self._root = str(folder)
        self._incoming = folder / INCOMING
        self._shards: set[str] = set()  # known to be there
        with durable.named_errors(folder):
            self._make_folder()

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Keep `bodies` (name -> bytes, the caller has hashed them). Returns only after all are on the disk.

        What is there already is written again, which mends a damaged file. Raises `StoreFull`, `StoreUnwritable`.
        """
        if not bodies:
            return
        paths = {name: self._path(name) for name in bodies}
        batch = secrets.token_hex(4)
        with durable.named_errors(self.folder), durable.opened_folder(self.folder) as folder:
            made = self._make_shards({name[:2] for name in bodies})
            new = {name: f"{self._root}/{INCOMING}/{batch}-{name}" for name in bodies}
            try:
                for name, data in bodies.items():
                    durable.write_new(new[name], data)
                self._sync(folder, new.values())
            except OSError:
                for path in new.values():
                    Path(path).unlink(missing_ok=True)
                raise
            for name, path in new.items():
                durable.replace(path, paths[name])
            self._sync(folder, {os.path.dirname(path) for path in paths.values()} | ({self._root} if made else set()))

    def read(self, name: str) -> bytes:
        """The bytes, hashed again. Raises `PartMissing` or `PartDamaged`."""
        try:
            with open(self._path(name), "rb", buffering=0) as file:
                data = file.read()
        except FileNotFoundError as error:
            raise PartMissing from error
        except OSError as error:
            raise PartDamaged from error
        if sha256_hex(data) != name:
            raise PartDamaged
        return data

    def read_each(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | PartMissing | PartDamaged]]:
        """Each of `names` in this order with what `read` gives or raises."""
        for name in names:
            found: bytes | PartMissing | PartDamaged
            try:
                found = self.read(name)
            except (PartMissing, PartDamaged) as error:
                found = error
            yield name, found

    def not_whole(self, names: Iterable[str]) -> set[str]:
        """The `names` that are missing or damaged."""
        return {name for name, found in self.read_each(names) if not isinstance(found, bytes)}

    def require_whole(self, names: Iterable[str]) -> None:
        """Raise `StoreFailing` unless each of `names` is read as it was put."""
        if self.not_whole(names):
            raise StoreFailing

    def require_reachable(self) -> None:
        """A folder is there, or the store would not have been made."""

    def holds(self, name: str) -> bool:
        """Whether the file is there (not whether it is undamaged: `read` says that)."""
        return os.path.exists(self._path(name))

    def remove(self, name: str) -> None:
        """Delete; nothing happens when it is not there."""
        with durable.named_errors(self.folder):
            Path(self._path(name)).unlink(missing_ok=True)

    def remove_all(self, names: Iterable[str]) -> None:
        """Delete each of `names`."""
        for name in names:
            self.remove(name)

    def names(self) -> set[str]:
        """The names of everything that is stored, whole or not."""
        return names_in(self.folder)

    def _path(self, name: str) -> str:
        """As text: there are thousands of them, and `Path` takes longer than the system to open the file."""
        if not NAME.fullmatch(name):
            raise ValueError("a part is named by its SHA-256")
        return f"{self._root}/{name[:2]}/{name}"

    def _make_folder(self) -> None:
        if is_whole(self.folder):
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._incoming.mkdir(exist_ok=True, mode=0o700)
        durable.sync_folder(self.folder)
        durable.sync_folder(self.folder.parent)

    def _make_shards(self, wanted: set[str]) -> bool:
        """Make the folders of these first two digits, before anything is written; whether any was new."""
        made = False
        for shard in wanted - self._shards:
            with suppress(FileExistsError):
                os.mkdir(f"{self._root}/{shard}", 0o700)
                made = True
            self._shards.add(shard)
        return made

    def _sync(self, folder: int, changed: Iterable[str]) -> None:
        """Make `changed` last: one call for the whole file system where there is one, else each by itself."""
        if durable.syncfs:
            durable.syncfs(folder)
            return
        for path in changed:
            durable.sync_file(Path(path))


def names_in(folder: Path) -> set[str]:
    """Everything that has its name in the `PartStore` at `folder`, which may be missing."""
    return {file.name for file in folder.glob("[0-9a-f][0-9a-f]/*")}


def is_whole(folder: Path) -> bool:
    """Whether the `PartStore` at `folder` is there, so that opening it makes nothing."""
    return (folder / INCOMING).is_dir()


def half_written(folder: Path) -> int:
    """How many files in the `PartStore` at `folder` a delivery of this moment, or a crash, left without their name."""
    return sum(1 for _ in (folder / INCOMING).glob("*"))


def clear_half_written(folder: Path) -> None:
    """Remove what a crash left half written in the `PartStore` at `folder`, which may be missing.

    Only for who knows that no other process is delivering: to `put_all` these files are what it is about to name.
    """
    incoming = folder / INCOMING
    with durable.named_errors(folder):
        for left in incoming.iterdir() if incoming.is_dir() else ():
            left.unlink(missing_ok=True)
