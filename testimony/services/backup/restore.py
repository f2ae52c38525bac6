"""Restore a station from its backup: verify everything first, and restore nothing that was withdrawn since.

The home is built in a folder next to its place and opened there, which replays every line of the withdrawal journals.
Only then does it take its place. A home that was there before is renamed, not deleted.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import delete, make_url, select, update
from sqlalchemy.orm import Session

from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.services.backup import backup, external_files
from testimony.services.backup.backup import Contents
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.external_files import LeftOut
from testimony.services.backup.folder import FolderSource
from testimony.services.delivery import outbox
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.errors import HomeTaken
from testimony.station.station import JOURNAL, KEY, LOCK, SHARE_KEYS, SHRED_KEYS, Station
from testimony.store.blobs import blobs
from testimony.store.files import durable, journal
from testimony.store.files.journal import Journal, Line
from testimony.store.files.lock import HomeLock
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow, TombstoneRow
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
    station_key: Path | None = None
    withdrawals: Path | None = None
    key: OpeningKey | None = None  # opens the copy of the shred keys if that is sealed
    database_url: str = ""  # of an empty database on a server; TESTIMONY_DATABASE_URL wins; empty: a file in the home


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
    taken = home.exists() and any(home.iterdir())
    if taken and not over:
        raise HomeTaken(folder=str(home))
    before = home if taken else None
    lines = _withdrawals(source, before, given)
    with source.opened() as opened, _alone(before):
        keys = _shred_keys(before, given)
        new = home.with_name(home.name + ".restoring")
        with ExitStack() as undone:
            undone.callback(shutil.rmtree, new, ignore_errors=True)
            known = _build(opened, new, keys=keys, lines=lines, before=before, given=given)
            if server:
                transfer.to_server(new / DATABASE, server)
                undone.callback(transfer.clear, server)
                (new / DATABASE).unlink()
            withdrawn, unreadable = _settle(new, contents, known)
            aside = _put_in_place(new, home, before)
            undone.pop_all()
    lacking = external_files.lacking(Settings.load(home))
    return Restored(contents=contents, withdrawn=withdrawn, unreadable=unreadable, aside=aside, lacking=lacking)


def _server(contents: Contents, given: Given) -> str:
    """The server for the rows, if any. Raises `BackupRefused` unless it is an empty database of a central."""
    url = os.environ.get("TESTIMONY_DATABASE_URL", given.database_url)
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
        raise BackupRefused("file", file=str(given.withdrawals))
    files = [given.withdrawals, before / JOURNAL if before else None]
    return journal.merge([source.lines(), *(Journal(file).read() for file in files if file is not None)])


def _shred_keys(before: Path | None, given: Given) -> bytes:
    """The newest copy only: a key that it lacks stays destroyed. Raises `BackupRefused`."""
    file = given.shred_keys or (before / SHRED_KEYS if before else None)
    if file is not None and file.is_file():
        data = file.read_bytes()
        return _unsealed(data, file, given) if data.startswith(age.FIRST_LINE) else data
    if given.shred_keys is not None:
        raise BackupRefused("file", file=str(file))
    if not given.without_keys:
        raise BackupRefused("keys")
    return b""


def _unsealed(data: bytes, file: Path, given: Given) -> bytes:
    """Open the keys that a single-file backup keeps next to it. Raises `BackupRefused`."""
    if given.key is None:
        raise BackupRefused("sealed", file=str(file))
    try:
        head = age.read_head(io.BytesIO(data))
        return age.open_body(age.open_head(head, given.key), data[len(head) :])
    except CannotOpen as error:
        raise (
            BackupRefused("key") if error.reason == "not_for_you" else BackupRefused("file", file=str(file))
        ) from error


@contextmanager
def _alone(before: Path | None) -> Iterator[None]:
    """Lock the home that is replaced. Raises `BackupRefused` while another program has it open."""
    if before is None:
        yield
        return
    with durable.named_errors(before):
        lock = HomeLock(before / LOCK)
    try:
        if not lock.take():
            raise BackupRefused("open", folder=str(before))
        yield
    finally:
        lock.release()


def _build(source: Source, new: Path, *, keys: bytes, lines: list[Line], before: Path | None, given: Given) -> set[str]:
    """Build the home. Returns the subjects that the backup knows as destroyed."""
    with durable.named_errors(new.parent):
        shutil.rmtree(new, ignore_errors=True)  # from an interrupted restore: only copies
        new.mkdir(parents=True, mode=0o700)
        for path, data in source.papers():
            file = new / path
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.write_new(file, data)
        source.put_database(new / DATABASE)
        durable.write_new(new / SHRED_KEYS, keys)
        if before is not None and (before / SHARE_KEYS).is_file():
            durable.write_new(new / SHARE_KEYS, (before / SHARE_KEYS).read_bytes())
        _bring_station_key(source.contents, new, before, given)
        _bring_named_files(new, before)
    Journal(new / JOURNAL).append(lines)
    replace(Settings.load(new, {}), database_url=given.database_url).save()
    parts = blobs.opened(Settings.load(new))  # from the environment too, as the station will do when it starts
    for bodies in source.bodies():
        parts.put_all(bodies)
        parts.require_whole(list(bodies))
    with durable.named_errors(new):
        durable.sync_tree(new)  # also the keys and papers of a home without a body
    return _shredded(new / DATABASE)


def _bring_station_key(contents: Contents, new: Path, before: Path | None, given: Given) -> None:
    if not contents.station or ((new / KEY).is_file() and given.station_key is None):
        return
    file = given.station_key or (before / KEY if before else None)
    if file is None or not file.is_file():
        raise BackupRefused("signer") if file is None else BackupRefused("file", file=str(file))
    durable.write_new(new / KEY, file.read_bytes())


def _bring_named_files(new: Path, before: Path | None) -> None:
    """Copy from the replaced home what the settings name and the backup lacks: passwords, a key file."""
    if before is None:
        return
    for path, data in external_files.of_home(replace(Settings.load(new), home=before)).items():
        if not (new / path).exists():
            (new / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.write_new(new / path, data)


def _settle(new: Path, contents: Contents, known: set[str]) -> tuple[int, int]:
    """Open it for the first time: carry out withdrawals, and count what no key opens as not arrived."""
    with open_station(new) as station:
        if station.kid != contents.station:
            raise BackupRefused("file", file=KEY)
        with station.database.transaction() as session:
            session.execute(delete(SessionRow))  # no session survives a restore
            gone = _stones(session)
            unreadable = _give_up_heads(station, session)
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


def _give_up_heads(station: Station, session: Session) -> int:
    """Mark heads without a key as missing. Returns for how many testimonies and annexes.

    The sender's next attempt, or its copy at another station, repairs them. What central signed for counts as dropped
    at a node, because central has it.
    """
    columns = (ObjectRow.subject, ObjectRow.record)
    heads = (ObjectRow.audience.is_not(None), ObjectRow.held.in_(backup.HERE))
    rows = session.execute(select(*columns).where(*heads).distinct()).all()
    lost = [(subject, record) for subject, record in rows if station.shred_keys.find(subject) is None]
    delivered = _delivered(session, {record for _, record in lost})
    for _, record in lost:
        if record in delivered:
            outbox.drop(station, session, record)
        else:
            _expect_heads(session, record, station.kid)
    return len({subject for subject, record in lost if record not in delivered})


def _delivered(session: Session, records: Iterable[str]) -> set[str]:
    wanted = select(OutboxRow.record).where(OutboxRow.delivered.is_(True))
    return set(session.scalars(wanted)) & set(records)


def _expect_heads(session: Session, record: str, kid: str) -> None:
    """Mark the heads as never arrived, and revoke the receipts for them."""
    heads = (ObjectRow.record == record, ObjectRow.audience.is_not(None), ObjectRow.held.in_(backup.HERE))
    session.execute(update(ObjectRow).where(*heads).values(held=Held.EXPECTED, sealed=None))
    session.execute(update(RecordRow).where(RecordRow.name == record).values(progress=Progress.INCOMPLETE))
    session.execute(delete(ReceiptRow).where(ReceiptRow.record == record, ReceiptRow.station == kid))


def _put_in_place(new: Path, home: Path, before: Path | None) -> Path | None:
    """Put the home in place with two renames; a crash between them leaves both homes intact under other names."""
    aside = home.with_name(f"{home.name}.before-{secrets.token_hex(4)}") if before else None
    with durable.named_errors(home.parent):
        if aside is not None:
            home.rename(aside)
        elif home.exists():
            home.rmdir()
        new.rename(home)
        durable.sync_folder(home.parent)
    return aside
