"""Back up a station, so that a broken disk loses nothing and a restore brings back nothing that was withdrawn.

A backup holds the database at one moment, the sealed bodies that it names, and the station's files (settings, root,
questionnaires, wordings, releases, certificates that the settings name). All but the list of files is named by SHA-256.
New files are added before the list is written and old ones are deleted after it, so that an interrupted backup leaves
the previous one intact. The station's key file is in it only as an age file, sealed to those who may restore it. A
backup never holds the shred keys, which make heads readable, or the incarnation. docs/decisions/backup.md gives the
reasons.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import make_url, select

from testimony import canonical, settings
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.platform import files
from testimony.sealing.age.recipients import Recipient
from testimony.services.backup import external_files, key_files, own_files
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.external_files import LeftOut
from testimony.station import key_copy
from testimony.station.station import JOURNAL, RELEASES, ROOT, SHRED_KEYS
from testimony.store.blobs.folder import NAME, PartStore, clear_half_written
from testimony.store.files import durable
from testimony.store.files.journal import Journal
from testimony.store.models.records import Held, ObjectRow
from testimony.store.sql import transfer
from testimony.store.sql.connect import reader_of

if TYPE_CHECKING:
    from testimony.station.station import Station

VERSION: Final = "testimony/2/backup"
READ: Final = (VERSION, "testimony/1/backup")
"""The first version had the station's key in the clear, or not at all."""
MANIFEST, PARTS, PAPERS = "backup.json", "parts", "papers"
FOLDERS: Final = ("forms", "wordings", "trust", "views", RELEASES)
"""Folders of a home whose files count as papers: they hold no secrets and no testimony."""
DATABASE: Final = re.compile(r"[0-9a-f]{64}\.db")
A_BATCH: Final = 8 << 20
"""Bytes of bodies that are synced to disk together."""
HERE: Final = (Held.HELD, Held.SUSPENDED)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A file of the home, stored under its hash."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The content of backup.json. `lacking`: bodies that the database names and that were damaged or missing at the
    station.
    """

    role: str
    root: str
    station: str  # kid of the station's key; empty at a desk
    day: str
    database: str
    papers: tuple[Paper, ...]
    parts: int
    parts_sha256: str
    withdrawn: int  # lines of the journal
    lacking: tuple[str, ...]

    def encode(self) -> bytes:
        value = {name: getattr(self, name) for name in self.__dataclass_fields__}
        papers = [{"path": paper.path, "sha256": paper.sha256} for paper in self.papers]
        return canonical.encode({"v": VERSION, **value, "papers": papers, "lacking": list(self.lacking)})


@dataclass(frozen=True, kw_only=True)
class Faults:
    """What a backup lacks: `damaged` bodies exist nowhere intact; `left_out`: files that the settings name and that are
    not in it; `unkeyed`: testimonies and annexes without a key here, because of which an older copy of the keys was
    kept.
    """

    damaged: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    unkeyed: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged or missing."""
        return not (self.damaged or self.unkeyed or any(file.is_damage for file in self.left_out))


@dataclass(frozen=True, kw_only=True)
class Made(Faults):
    """The result of a backup: `added` bodies (`bytes` in all) were new."""

    contents: Contents
    added: int
    bytes: int


def back_up(
    station: Station,
    folder: Path,
    *,
    recipients: Sequence[Recipient] = (),
    shred_keys: Path | None = None,
    station_key: bool = True,
) -> Made:
    """Update the backup in `folder`, or create one; `shred_keys`: where to keep the only copy of those keys.

    `recipients` open that copy and the station's key file in the folder. Without them the copy is not sealed, and the
    folder has no key file; `station_key` False leaves the key file out in any case. The station may be running, and its
    bodies in a bucket. Raises `BackupRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    _require_place(station, folder, shred_keys)
    with durable.named_errors(folder):
        files.make_folder(folder)
    database = _copy_database(station, folder)
    names = bodies_of(folder / database)
    added, size, lacking = _add_bodies(station, folder, names)
    keys = key_files.sealed(station, recipients) if station_key and recipients else {}
    papers = _add_papers(station, folder, keys)
    unkeyed = keep_shred_keys(station, shred_keys, recipients) if shred_keys is not None else 0
    contents = Contents(
        role=station.settings.role,
        root=sha256_hex(station.root.data),
        station=station.kid,
        day=station.today(),
        database=database,
        papers=papers,
        parts=len(names) - len(lacking),
        parts_sha256=digest(name for name in names if name not in lacking),
        withdrawn=_add_withdrawals(station, folder),
        lacking=tuple(sorted(lacking)),
    )
    with durable.named_errors(folder):
        durable.replace_file(folder / MANIFEST, contents.encode())
    _take_away(folder, contents, set(names))
    return Made(
        contents=contents,
        added=added,
        bytes=size,
        damaged=damaged(station, lacking),
        left_out=external_files.left_out(station.settings, has_reader_key=bool(keys) and not station.kid),
        unkeyed=unkeyed,
    )


def keep_shred_keys(station: Station, file: Path, recipients: Sequence[Recipient]) -> int:
    """Write the present shred keys over `file`, sealed to `recipients` if there are any. Returns and raises as
    `key_copy.keep`.
    """
    present = station.settings.home / SHRED_KEYS

    def data() -> bytes:
        if not recipients:
            return present.read_bytes()
        sealed = key_files.seal(present.read_bytes(), recipients)
        own_files.note(station.settings.home, sealed)
        return sealed

    return key_copy.keep(station, file, data)


def read(folder: Path) -> Contents:
    """Read the list of the backup in `folder` without verifying it. Raises `BackupRefused`."""
    try:
        value = canonical.decode_object((folder / MANIFEST).read_bytes())
        if value.get("v") not in READ:
            raise BackupRefused("newer")
        return _contents(value)
    except (OSError, NotCanonical, TypeError, KeyError) as error:
        raise BackupRefused("none", folder=str(folder)) from error


def bodies_of(database: Path) -> list[str]:
    """Names of the bodies that the copied `database` holds, ascending."""
    engine = reader_of(make_url(f"sqlite:///{database}"))
    wanted = select(ObjectRow.name).where(ObjectRow.audience.is_(None), ObjectRow.held.in_(HERE)).distinct()
    try:
        with engine.connect() as connection:
            return sorted(connection.scalars(wanted))
    finally:
        engine.dispose()


def digest(names: Iterable[str]) -> str:
    """One hash over many ascending names, each followed by a newline."""
    return sha256_hex("".join(f"{name}\n" for name in names).encode())


def _contents(value: dict[str, Any]) -> Contents:
    papers = tuple(Paper(path=one["path"], sha256=one["sha256"]) for one in value["papers"])
    if not DATABASE.fullmatch(value["database"]) or not all(map(is_ours, papers)):
        raise TypeError
    said = {key: item for key, item in value.items() if key != "v"}
    return Contents(**{**said, "papers": papers, "lacking": tuple(value["lacking"])})


def is_ours(paper: Paper) -> bool:
    """Whether `paper` may become a file of a home: no path in a list may lead out of it."""
    first, *rest = PurePosixPath(paper.path).parts or ("",)
    ours = (settings.FILE, ROOT, *key_files.NAMES, *key_files.SEALED_NAMES)
    known = paper.path in ours or (first in FOLDERS and rest and ".." not in rest)
    return bool(known or external_files.may_hold(paper.path)) and NAME.fullmatch(paper.sha256) is not None


def _require_place(station: Station, folder: Path, shred_keys: Path | None) -> None:
    home, place = station.settings.home.resolve(), folder.resolve()
    if place == home or home in place.parents or place in home.parents:
        raise BackupRefused("within")
    if shred_keys is not None and place in shred_keys.resolve().parents:
        raise BackupRefused("together")
    if not place.is_dir() or not any(place.iterdir()):
        return
    try:
        held = read(folder)
    except BackupRefused as error:
        if (place / PARTS).is_dir() and (place / PAPERS).is_dir() and error.reason == "none":
            return  # begun, and interrupted before its list was written
        raise BackupRefused("taken", folder=str(folder)) from error
    if (held.root, held.role, held.station) != (sha256_hex(station.root.data), station.settings.role, station.kid):
        raise BackupRefused("taken", folder=str(folder))


def _copy_database(station: Station, folder: Path) -> str:
    """Copy the database. Returns the name of the copy, which contains its hash."""
    for store in (PARTS, PAPERS):
        PartStore(folder / store)
        clear_half_written(folder / store)
    new = folder / "database.new"
    with durable.named_errors(folder):
        new.unlink(missing_ok=True)
    transfer.copy(station.database, new)
    name = f"{file_sha256(new)}.db"
    with durable.named_errors(folder):
        durable.replace(new, folder / name)
        durable.sync_folder(folder)
    return name


def file_sha256(file: Path) -> str:
    """Hash a file without holding it in memory."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _add_bodies(station: Station, folder: Path, names: Sequence[str]) -> tuple[int, int, set[str]]:
    """Add bodies. Returns how many, their bytes, and the names of those that exist nowhere intact. Each is hashed as it
    is read.
    """
    kept = PartStore(folder / PARTS)
    lacking: set[str] = set()
    added = size = 0
    for batch in batches(station, [name for name in names if not kept.holds(name)], lacking):
        kept.put_all(batch)
        added, size = added + len(batch), size + sum(map(len, batch.values()))
    return added, size, lacking


def batches(station: Station, names: Iterable[str], lacking: set[str]) -> Iterator[dict[str, bytes]]:
    """Bodies by name, each hashed as it is read, about `A_BATCH` bytes at a time; `lacking` gets those not intact."""
    batch: dict[str, bytes] = {}
    size = 0
    for name, found in station.parts.read_each(names):
        if not isinstance(found, bytes):
            lacking.add(name)
            continue
        batch[name] = found
        size += len(found)
        if size >= A_BATCH:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def damaged(station: Station, lacking: set[str]) -> tuple[str, ...]:
    """Those of `lacking` that should be here. The others were withdrawn meanwhile."""
    held = select(ObjectRow.name).where(ObjectRow.name.in_(lacking), ObjectRow.held.in_(HERE))
    with station.database.reading() as session:
        return tuple(sorted(set(session.scalars(held)))) if lacking else ()


def _add_papers(station: Station, folder: Path, keys: dict[str, bytes]) -> tuple[Paper, ...]:
    papers = {**papers_of(station), **keys}
    PartStore(folder / PAPERS).put_all({sha256_hex(data): data for data in papers.values()})
    return tuple(Paper(path=path, sha256=sha256_hex(data)) for path, data in papers.items())


def papers_of(station: Station) -> dict[str, bytes]:
    """The files that a backup of `station` holds besides rows, bodies and key files, by path in the home."""
    home = station.settings.home
    files = [home / settings.FILE, home / ROOT]
    for name in FOLDERS:
        files += sorted(file for file in (home / name).rglob("*") if file.is_file() and not _is_passing(file))
    papers = {file.relative_to(home).as_posix(): file.read_bytes() for file in files}
    papers[settings.FILE] = settings.without_address(papers[settings.FILE])
    return {**papers, **external_files.certificate_files(station.settings)}


def _is_passing(file: Path) -> bool:
    """Whether it is half written: it will soon get its final name, or never."""
    return file.suffix == ".new" or "incoming" in file.parts


def _add_withdrawals(station: Station, folder: Path) -> int:
    """Copy the journal last, so that it has every withdrawal until this moment; a backup never forgets one."""
    kept = Journal(folder / JOURNAL)
    held = kept.read()
    kept.append([line for line in station.journal.read() if line not in set(held)])
    return len(kept.read())


def _take_away(folder: Path, contents: Contents, named: set[str]) -> None:
    """Delete from the backup what the station no longer holds."""
    with durable.named_errors(folder):
        for file in folder.glob("*.db"):
            if file.name != contents.database:
                file.unlink()
        _keep_only(folder / PARTS, named)
        _keep_only(folder / PAPERS, {paper.sha256 for paper in contents.papers})


def _keep_only(store: Path, names: set[str]) -> None:
    for file in store.glob("[0-9a-f][0-9a-f]/*"):
        if file.name not in names:
            file.unlink()
