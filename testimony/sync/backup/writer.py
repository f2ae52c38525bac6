"""Writes a station's backup to one file, sealed to the people who may restore it, in a single pass.

`services/backup/backup.py` decides what the backup contains. Nothing else is written to the disk. The station need not
be able to open the backup: it keeps this one file's key in memory until it has read back what is on the disk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

from sqlalchemy import RowMapping

from testimony.canonical import sha256_hex
from testimony.platform import files
from testimony.sealing.age import age
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.age.stream import Decrypting, Encrypting
from testimony.sealing.errors import CannotOpen
from testimony.services.backup import backup, external_files, key_files, own_files
from testimony.services.backup.errors import BackupRefused
from testimony.store.files import durable
from testimony.store.models.records import ObjectRow
from testimony.store.sql import migrate, transfer
from testimony.sync.backup.format import BODY, JOURNAL, LACKING, PAPER, ROWS, BackupReader, BackupWriter, Opening, Sum

if TYPE_CHECKING:
    from testimony.station.station import Station

FLUSHED: Final = 16 << 20
"""Bytes after which the disk must have what was written: it is not to fill the memory of a small machine."""
HALF: Final = ".part"


@dataclass(frozen=True, kw_only=True)
class Sealed(backup.Faults):
    """What a backup did: `sum` of what is in the file, its own `size` in bytes and `sha256`, by which somebody can know
    it again.
    """

    sum: Sum
    size: int
    sha256: str


def back_up(
    station: Station,
    file: Path,
    recipients: Sequence[Recipient],
    *,
    shred_keys: Path | None = None,
    station_key: bool = True,
    told: Callable[[int], None] = lambda _: None,
) -> Sealed:
    """Write the backup `file`, in the place of an older one; `shred_keys`: where to keep the only copy, sealed too.

    `station_key` False leaves the station's key file out. `told` gets the number of bytes after each piece that was
    written; what it raises ends the backup, and an older `file` is as it was.

    Until it was read back it is called FILE.part. The station may be running, and its bodies in a bucket. Raises
    `BackupRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`, `StoreNewer`; then an older `file` is as it was,
    and opens with the copy of the shred keys, which may be newer.
    """
    if not recipients:
        raise BackupRefused("recipients")
    _require_place(station, file, shred_keys)
    keys = key_files.of_station(station) if station_key else {}
    half = file.with_name(file.name + HALF)
    try:
        with _new(half, told) as out:
            key, head, total, lacking = _write(station, out, recipients, keys)
            size, sha256 = out.size, out.hash.hexdigest()
        _require_as_written(half, key, head, total)
        own_files.note(station.settings.home, head)
        # The copy first: a newer one lacks only what was destroyed, an older one what came since.
        unkeyed = backup.keep_shred_keys(station, shred_keys, recipients) if shred_keys is not None else 0
        with durable.named_errors(file.parent):
            durable.replace(half, file)
            durable.sync_folder(file.parent)
    except BaseException:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise
    return Sealed(
        sum=total,
        size=size,
        sha256=sha256,
        damaged=backup.damaged(station, lacking),
        left_out=external_files.left_out(station.settings, has_reader_key=bool(keys) and not station.kid),
        unkeyed=unkeyed,
    )


class _Rows:
    """Notes which bodies the copied rows name, in 80 bytes each: there may be millions."""

    def __init__(self) -> None:
        self._names: list[bytes] = []

    def see(self, table: str, row: RowMapping) -> None:
        if table == ObjectRow.__tablename__ and row["audience"] is None and row["held"] in backup.HERE:
            self._names.append(bytes.fromhex(row["name"]))

    def names(self) -> Iterator[str]:
        """Ascending."""
        self._names.sort()
        return (name.hex() for name, _ in groupby(self._names))


def _write(
    station: Station, out: _Flushing, recipients: Sequence[Recipient], keys: dict[str, bytes]
) -> tuple[bytes, bytes, Sum, set[str]]:
    key = age.new_file_key()
    head = age.seal_head(key, recipients, len(recipients))
    out.write(head)
    sealing = Encrypting(key, out.write)
    writer = BackupWriter(cast(BinaryIO, sealing), _opening(station))
    for path, data in {**backup.papers_of(station), **keys}.items():
        writer.add(PAPER + path, data)
    rows, lacking = _Rows(), set[str]()
    with station.database.reading() as session:
        for table, piece in transfer.pieces(session.connection(), rows.see):
            writer.add(ROWS + table, piece)
    parts = 0
    for batch in backup.batches(station, rows.names(), lacking):
        for name, data in batch.items():
            writer.add(BODY + name, data)
        parts += len(batch)
    lines = station.journal.read()  # last, so that it knows of every withdrawal before this moment
    writer.add(JOURNAL, b"".join(line.encode() for line in lines))
    writer.add(LACKING, "".join(f"{name}\n" for name in sorted(lacking)).encode())
    total = writer.finish(parts=parts, withdrawn=len(lines))
    sealing.end()
    return key, head, total, lacking


def _opening(station: Station) -> Opening:
    return Opening(
        role=station.settings.role,
        station=station.kid,
        root=sha256_hex(station.root.data),
        day=station.today(),
        revision=migrate.HEAD,
    )


def _require_place(station: Station, file: Path, shred_keys: Path | None) -> None:
    home = station.settings.home.resolve()
    if home in file.resolve().parents:
        raise BackupRefused("within")
    if shred_keys is not None and shred_keys.resolve() == file.resolve():
        raise BackupRefused("together")
    if not file.exists():
        return
    if not file.is_file() or not _begins_as_age(file):
        raise BackupRefused("other", file=str(file))


def _begins_as_age(file: Path) -> bool:
    with durable.named_errors(file.parent), file.open("rb") as source:
        return source.read(len(age.FIRST_LINE)) == age.FIRST_LINE


@contextmanager
def _new(path: Path, told: Callable[[int], None]) -> Iterator[_Flushing]:
    """A new file that nobody else may read, in the place of one that was left half written; on the disk at the end."""
    with durable.named_errors(path.parent):
        path.unlink(missing_ok=True)
        descriptor = files.create(path)
        with os.fdopen(descriptor, "wb") as file:
            yield _Flushing(file, told)
            file.flush()
            files.sync(descriptor)


class _Flushing:
    """A file that the disk has soon after it was written to. `size` and `hash` are of what went into it."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None]) -> None:
        self._file, self._told = file, told
        self._since = self.size = 0
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self.hash.update(data)
        self.size += len(data)
        self._since += len(data)
        if self._since >= FLUSHED:
            self._since = 0
            self._file.flush()
            files.sync(self._file.fileno())
        self._told(len(data))
        return len(data)


def _require_as_written(file: Path, key: bytes, head: bytes, total: Sum) -> None:
    """From the disk and not from what this machine remembers, as far as it can be told so."""
    try:
        with durable.named_errors(file.parent), file.open("rb") as source:
            files.forget_cached(source.fileno())
            if source.read(len(head)) != head:
                raise BackupRefused("unread", file=str(file))
            reader = BackupReader(cast(BinaryIO, Decrypting(key, cast(BinaryIO, source))), str(file))
            for _ in reader:
                pass
    except CannotOpen as error:
        raise BackupRefused("unread", file=str(file)) from error
    if reader.sum != total:
        raise BackupRefused("unread", file=str(file))
