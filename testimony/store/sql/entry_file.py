"""A file of sealed entries that may be lost at any time: a small SQLite database beside that of the station.

It never waits for the disk, so a power cut may damage it. Then it is removed, and its entries are made again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from testimony.errors import TestimonyError
from testimony.platform import files
from testimony.store.errors import StoreDamaged
from testimony.store.files import durable
from testimony.store.sql import sqlite

BUSY_SECONDS: Final = 5.0
BESIDE: Final = ("", "-journal")
"""Endings of the names of its files."""
PRAGMAS: Final = ("synchronous=OFF", "secure_delete=ON", "temp_store=MEMORY", "mmap_size=0", "trusted_schema=OFF")
TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS entries (name TEXT, kind TEXT, data BLOB NOT NULL, PRIMARY KEY (name, kind))",
)


class EntryFile:
    """`about` holds what describes the file, `entries` the rest. Each call opens the file and closes it again.

    Every method raises `StoreDamaged` (then `remove` it), `StoreFull`, `StoreUnwritable`, `StoreFailing`,
    `StoreLocked`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def about(self) -> dict[str, bytes]:
        """What describes the file; nothing if there is none yet."""
        if not self._file.exists():
            return {}
        with self._opened() as held:
            return dict(_pairs(held.execute("SELECT name, data FROM about")))

    def begin(self, about: Mapping[str, bytes], *, kept: str = "") -> None:
        """Drop all entries but those of the kind `kept`, and describe the file anew."""
        with durable.named_errors(self._file.parent):
            files.make_folder(self._file.parent)
        with self._opened() as held:
            held.execute("DELETE FROM entries WHERE kind <> ?", (kept,))
            held.execute("DELETE FROM about")
            held.executemany("INSERT INTO about (name, data) VALUES (?, ?)", about.items())

    def names(self, kind: str) -> set[str]:
        """The names of all entries of this kind."""
        with self._opened() as held:
            return {str(name) for (name,) in held.execute("SELECT name FROM entries WHERE kind = ?", (kind,))}

    def read(self, kind: str, names: Collection[str]) -> dict[str, bytes]:
        """Name -> data, of those entries in `names` that exist."""
        found: dict[str, bytes] = {}
        with self._opened() as held:
            for name in names:
                row = held.execute("SELECT data FROM entries WHERE name = ? AND kind = ?", (name, kind)).fetchone()
                if row is not None:
                    found[name] = _bytes(row[0])
        return found

    def write(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Write each of `entries`, in place of one of the same name."""
        rows = [(name, kind, data) for name, data in entries.items()]
        with self._opened() as held:
            held.executemany("INSERT OR REPLACE INTO entries (name, kind, data) VALUES (?, ?, ?)", rows)

    def delete(self, names: Iterable[str], kind: str | None = None) -> None:
        """Delete these entries of the kind `kind`, or of all kinds if it is None, and overwrite their bytes."""
        with self._opened() as held:
            if kind is None:
                held.executemany("DELETE FROM entries WHERE name = ?", [(name,) for name in names])
            else:
                held.executemany("DELETE FROM entries WHERE name = ? AND kind = ?", [(name, kind) for name in names])

    def remove(self) -> None:
        """Remove the file."""
        with durable.named_errors(self._file.parent):
            for ending in BESIDE:
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection with one transaction."""
        try:
            with closing(sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)) as held:
                for pragma in PRAGMAS:
                    held.execute(f"PRAGMA {pragma}")
                held.execute("BEGIN IMMEDIATE")
                for table in TABLES:
                    held.execute(table)
                yield held
                held.execute("COMMIT")
        except sqlite3.Error as error:
            raise sqlite.named(error, str(self._file.parent)) from error


def delete_everywhere(folder: Path, names: Collection[str]) -> None:
    """Delete the entries `names` in every file of `folder`. A file in which this fails is removed as a whole.

    Raises `StoreUnwritable`, `StoreFailing` if it cannot be removed either.
    """
    for file in sorted(folder.glob("*.db")):
        try:
            EntryFile(file).delete(names)
        except TestimonyError:
            EntryFile(file).remove()


def remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove the files of `folder` that do not have one of these names."""
    for file in sorted(folder.glob("*.db")):
        if file.name not in kept:
            EntryFile(file).remove()


def _pairs(rows: Iterable[tuple[object, object]]) -> Iterator[tuple[str, bytes]]:
    return ((str(name), _bytes(data)) for name, data in rows)


def _bytes(value: object) -> bytes:
    """`value` if it is bytes. Raises `StoreDamaged`: a file that somebody else wrote may hold anything."""
    if not isinstance(value, bytes):
        raise StoreDamaged(folder="")
    return value
