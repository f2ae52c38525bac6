"""Restore a station from its backup: verify everything first, and restore nothing that was withdrawn since.

The home is built in a folder next to its place and opened there, which replays every line of the withdrawal journals.
Only then does it take its place. A home that was there before is renamed, not deleted.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import delete, make_url, select
from sqlalchemy.orm import Session

from testimony.canonical import sha256_hex
from testimony.platform import files
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.roster.chain import Root
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.backup import external_files, heads, key_files, own_files
from testimony.services.backup.backup import Contents
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.external_files import LeftOut
from testimony.services.backup.folder import FolderSource
from testimony.services.backup.key_files import RECIPIENTS
from testimony.services.opening import reader
from testimony.services.opening.reader import READER_KEY
from testimony.services.startup import open_with
from testimony.settings import FILE, Settings
from testimony.station.errors import HomeTaken
from testimony.station.station import JOURNAL, KEY, LOCK, ROOT, SHARE_KEYS, SHRED_KEYS
from testimony.store.blobs import blobs
from testimony.store.files import durable, journal
from testimony.store.files.journal import Journal, Line
from testimony.store.files.lock import HomeLock
from testimony.store.models.records import TombstoneRow
from testimony.store.models.sessions import SessionRow
from testimony.store.models.shares import ShareKeyRow
from testimony.store.sql import transfer
from testimony.store.sql.connect import reader_of

DATABASE: Final = "testimony.db"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a backup does not hold and comes from elsewhere. None: take it from the home that is replaced, if there is
    one.
    """

    shred_keys: Path | None = None
    without_keys: bool = False
    station_key: Path | None = None  # at a desk: the reader's key file
    withdrawals: Path | None = None
    key: OpeningKey | None = None  # opens the key file in the backup and the copy of the shred keys, if sealed
    database_url: str = ""  # of an empty database on a server; TESTIMONY_DATABASE_URL wins; empty: a file in the home
    apart: bool = False  # everything goes into the home, whatever settings and environment say: it is deleted soon
    keyless: bool = False  # only to be read: no key file, and as a desk, which opens without one

    @property
    def environment(self) -> Mapping[str, str]:
        """What wins over the settings of the new home."""
        return {} if self.apart else os.environ


@dataclass(frozen=True, kw_only=True)
class Restored:
    """`withdrawn`: withdrawals that the backup did not know and that were carried out again. `unreadable`: testimonies
    and annexes whose heads have no key and count as not arrived. `aside`: the new place of the previous home.
    `lacking`: files that the settings name and that are missing.
    """

    contents: Contents
    withdrawn: int
    unreadable: int
    aside: Path | None
    lacking: tuple[LeftOut, ...]


class Source(Protocol):
    """A backup to restore from, a folder or one file. Every method may raise `BackupRefused`."""

    contents: Contents

    @property
    def file(self) -> Path | None:
        """The one sealed file; None for a folder."""

    def lines(self) -> list[Line]:
        """The journal of withdrawals in the backup."""

    def opened(self) -> AbstractContextManager[Source]:
        """The verified backup; the methods below are then called once each, in this order."""

    def papers(self) -> Iterator[tuple[str, bytes]]:
        """The path of each file in the home, and its content."""

    def put_database(self, file: Path) -> None:
        """Write all rows to a new SQLite file."""

    def bodies(self) -> Iterator[Mapping[str, bytes]]:
        """Bodies by name, in batches."""


def restore(source: Source | Path, home: Path, given: Given, *, over: bool = False) -> Restored:
    """Make `home` from the backup `source` (a path: its folder); `over`: rename a home that is there already.

    At central `given.database_url` sends its rows to a server instead of a file. Bodies go where the settings of the
    backup, or the environment, say: into a bucket before the home exists, each under its name in the backup. Raises
    `BackupRefused`, `HomeTaken`, `StoreFull`, `StoreUnwritable`, `StoreFailing`, and errors of the database server;
    then nothing else was changed.
    """
    source = FolderSource(source) if isinstance(source, Path) else source
    contents = source.contents
    server = _server(contents, given)
    before = _taken(home, contents, over=over)
    lines = _withdrawals(source, before, given)
    with source.opened() as opened, _alone(before) as lock:
        keys = _shred_keys(before, given)
        new = home.with_name(home.name + ".restoring")
        with ExitStack() as undone:
            undone.callback(shutil.rmtree, new, ignore_errors=True)
            known = _build(opened, new, keys=keys, lines=lines, before=before, given=given)
            if server:
                transfer.to_server(new / DATABASE, server)
                undone.callback(transfer.clear, server)
                (new / DATABASE).unlink()
            withdrawn, unreadable = (0, 0) if given.keyless else _settle(new, given, known, has_keys=bool(keys))
            aside = _put_in_place(new, home, before, lock)
            undone.pop_all()
    lacking = external_files.lacking(Settings.load(home, given.environment))
    return Restored(contents=contents, withdrawn=withdrawn, unreadable=unreadable, aside=aside, lacking=lacking)


def _taken(home: Path, contents: Contents, *, over: bool) -> Path | None:
    """The home that is replaced, if there is one. Raises `HomeTaken`, and `BackupRefused` if it is another station's.

    What of it is damaged proves nothing: the backup may be there to replace just that.
    """
    if not home.exists() or not any(home.iterdir()):
        return None
    if not over:
        raise HomeTaken(folder=str(home)) if (home / FILE).exists() else BackupRefused("occupied", folder=str(home))
    root, key = home / ROOT, home / KEY
    if root.is_file() and sha256_hex(root.read_bytes()) != contents.root and _is_root(root):
        raise BackupRefused("foreign")
    if key.is_file() and key_files.kid_of(key.read_bytes()) not in ("", contents.station):
        raise BackupRefused("another", folder=str(home))
    return home


def _is_root(file: Path) -> bool:
    try:
        Root.parse(file.read_bytes())
    except RosterRefused:
        return False
    return True


def _server(contents: Contents, given: Given) -> str:
    """The server for the rows, if any. Raises `BackupRefused` unless it is an empty database of a central."""
    url = "" if given.apart else os.environ.get("TESTIMONY_DATABASE_URL", given.database_url)
    if not url:
        return ""
    if contents.role != "central" or make_url(url).get_backend_name() == "sqlite":
        raise BackupRefused("role")
    if not transfer.is_empty(url):
        raise BackupRefused("database")
    return url


def _withdrawals(source: Source, before: Path | None, given: Given) -> list[Line]:
    """The journals of the backup, of the given file, and of the home that is replaced. Raises `BackupRefused`."""
    if given.withdrawals is not None and not given.withdrawals.is_file():
        raise BackupRefused("absent", file=str(given.withdrawals))
    files = [given.withdrawals, before / JOURNAL if before else None]
    return journal.merge([source.lines(), *(Journal(file).read() for file in files if file is not None)])


def _shred_keys(before: Path | None, given: Given) -> bytes:
    """The newest copy only: a key that it lacks stays destroyed. Raises `BackupRefused`."""
    file = given.shred_keys or (before / SHRED_KEYS if before else None)
    if file is not None and file.is_file():
        data = file.read_bytes()
        if not data.startswith(age.FIRST_LINE):
            return data
        if given.key is None:
            raise BackupRefused("sealed", file=str(file))
        return key_files.unseal(data, given.key, str(file))
    if given.shred_keys is not None:
        raise BackupRefused("absent", file=str(file))
    if not given.without_keys:
        raise BackupRefused("keys")
    return b""


@contextmanager
def _alone(before: Path | None) -> Iterator[HomeLock | None]:
    """Lock the home that is replaced. Raises `BackupRefused` while another program has it open."""
    if before is None:
        yield None
        return
    with durable.named_errors(before):
        lock = HomeLock(before / LOCK)
    try:
        if not lock.take():
            raise BackupRefused("open", folder=str(before))
        yield lock
    finally:
        lock.release()


def _build(source: Source, new: Path, *, keys: bytes, lines: list[Line], before: Path | None, given: Given) -> set[str]:
    """Build the home. Returns the subjects that the backup knows as destroyed."""
    with durable.named_errors(new.parent):
        shutil.rmtree(new, ignore_errors=True)  # from an interrupted restore: only copies
        files.make_folder(new)
        held: dict[str, bytes] = {}
        for path, data in source.papers():
            if path in (*key_files.NAMES, *key_files.SEALED_NAMES):
                held[path] = data
                continue
            file = new / path
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.write_new(file, data)
        if not given.keyless:
            _bring_key_file(source.contents, held, new, before, given)
        source.put_database(new / DATABASE)
        durable.write_new(new / SHRED_KEYS, keys)
        if before is not None and (before / SHARE_KEYS).is_file():
            durable.write_new(new / SHARE_KEYS, (before / SHARE_KEYS).read_bytes())
        _bring_recipients(new, before, given)
        _bring_own_files(source, new, before, given)
        _bring_named_files(new, before)
    Journal(new / JOURNAL).append(lines)
    _save_settings(new, given)
    parts = blobs.opened(Settings.load(new, given.environment))  # as the station will do when it starts
    for bodies in source.bodies():
        parts.put_all(bodies)
        parts.require_whole(list(bodies))
    with durable.named_errors(new):
        durable.sync_tree(new)  # also the keys and papers of a home without a body
    return _shredded(new / DATABASE)


def _bring_key_file(
    contents: Contents, held: Mapping[str, bytes], new: Path, before: Path | None, given: Given
) -> None:
    """What the station signs with, or at a desk its reader's key file, unless the replaced home has that."""
    if contents.station:
        name = Settings.load(new, {}).name
        data = key_files.signing_key(
            held, contents.station, name, key=given.key, given=given.station_key, before=before
        )
        durable.write_new(new / KEY, data)
        return
    known = reader.key_path(replace(Settings.load(new, {}), home=before)) if before is not None else None
    if given.station_key is None and known is not None and known.is_file():
        return
    if data := key_files.reader_key(held, key=given.key, given=given.station_key):
        durable.write_new(new / READER_KEY, data)


def _bring_recipients(new: Path, before: Path | None, given: Given) -> None:
    """Whom the next backups are sealed to: as the replaced home knew, or to the key that a person gave for this one."""
    known = before / RECIPIENTS if before is not None else None
    if known is not None and known.is_file():
        durable.write_new(new / RECIPIENTS, known.read_bytes())
    elif given.key is not None:
        durable.write_new(new / RECIPIENTS, f"{given.key.recipient.text}\n".encode())


def _bring_own_files(source: Source, new: Path, before: Path | None, given: Given) -> None:
    """What the new home may replace: what it is made from, and what the replaced home wrote."""
    known = before / own_files.WRITTEN if before is not None else None
    if known is not None and known.is_file():
        durable.write_new(new / own_files.WRITTEN, known.read_bytes())
    own_files.add(new, own_files.marks_of(file for file in (source.file, given.shred_keys) if file is not None))


def _save_settings(new: Path, given: Given) -> None:
    settings = replace(Settings.load(new, {}), database_url=given.database_url)
    if (new / READER_KEY).is_file():
        settings = replace(settings, key_file="")  # it may have named a file on the machine that is lost
    if given.apart:
        settings = replace(settings, database_url="", parts_url="")
    if given.keyless:
        settings = replace(settings, role="desk", key_file="")
    settings.save()


def _bring_named_files(new: Path, before: Path | None) -> None:
    """Copy from the replaced home what the settings name and the backup lacks: passwords, a key file."""
    if before is None:
        return
    for path, data in external_files.of_home(replace(Settings.load(new), home=before)).items():
        if not (new / path).exists():
            (new / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.write_new(new / path, data)


def _settle(new: Path, given: Given, known: set[str], *, has_keys: bool) -> tuple[int, int]:
    """Open it for the first time: carry out withdrawals, and count what no key opens as not arrived."""
    with open_with(Settings.load(new, given.environment)) as station:
        with station.database.transaction() as session:
            session.execute(delete(SessionRow))  # no session survives a restore
            gone = _stones(session)
            if given.shred_keys is not None and has_keys and not heads.fit(station, session):
                raise BackupRefused("other keys", file=str(given.shred_keys))
            unreadable = heads.give_up(station, session)
            shares = set(session.scalars(select(ShareKeyRow.id)))
        station.shred_keys.shred(sorted(gone))  # an older copy of the keys brings none back
        station.share_keys.shred(sorted(station.share_keys.ids() - shares))
        station.database.checkpoint()
    return len(gone - known), unreadable


def _shredded(database: Path) -> set[str]:
    engine = reader_of(make_url(f"sqlite:///{database}"))
    try:
        with Session(engine) as session:
            return _stones(session)
    finally:
        engine.dispose()


def _stones(session: Session) -> set[str]:
    return set(session.scalars(select(TombstoneRow.subject).where(TombstoneRow.shredded.is_(True))))


def _put_in_place(new: Path, home: Path, before: Path | None, lock: HomeLock | None) -> Path | None:
    """Put the home in place with two renames; a crash between them leaves both homes intact under other names."""
    aside = home.with_name(f"{home.name}.before-{secrets.token_hex(4)}") if before else None
    with durable.named_errors(home.parent):
        if lock is not None and not files.MOVES_OPEN:
            lock.release()
        if aside is not None:
            home.rename(aside)
        elif home.exists():
            home.rmdir()
        new.rename(home)
        durable.sync_folder(home.parent)
    return aside
