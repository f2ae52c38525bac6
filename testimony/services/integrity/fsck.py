"""Looks a station's home through without changing a byte of it: what is damaged, and what to do about it.

The station may be running. Nothing is opened that `Station.open` would mend on the way; a database that nobody has
open is read as it lies there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, SettingsDamaged
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.roster import adoption as roster_adoption
from testimony.settings import Settings
from testimony.station.station import INCARNATION, JOURNAL, KEY, ROOT, SHRED_KEYS
from testimony.store.blobs import blobs
from testimony.store.blobs.blobs import PARTS, Bodies
from testimony.store.blobs.folder import is_whole
from testimony.store.errors import StoreDamaged, StoreNewer
from testimony.store.files import journal, shred_keys
from testimony.store.files.journal import Journal
from testimony.store.models.accounts import FactRow
from testimony.store.sql import migrate
from testimony.store.sql.connect import reader_of

AT_MOST = 20
"""Findings of one kind that are named one by one."""
SERVER = "The files of a PostgreSQL server are its own to check: run pg_amcheck there as well."


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`words`: what is wrong and what to do, a sentence or two. `grave`: the station cannot be relied on as it is."""

    subject: str
    words: str
    grave: bool = True


@dataclass
class Home:
    """A home, for reading. Raises `HomeMissing`, `SettingsDamaged`, `StoreDamaged` when it cannot be read at all."""

    folder: Path
    settings: Settings = field(init=False)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings.load(self.folder)
        self.engine = reader_of(make_url(self.settings.database))

    @cached_property
    def root(self) -> Root:
        try:
            return Root.parse((self.folder / ROOT).read_bytes())
        except (OSError, RosterRefused) as error:
            raise SettingsDamaged(file=str(self.folder / ROOT)) from error

    @cached_property
    def kid(self) -> str:
        """Of the station's key; empty at a desk."""
        if self.settings.role == "desk":
            return ""
        try:
            return Signer(bytes.fromhex((self.folder / KEY).read_text("ascii"))).kid
        except (OSError, ValueError) as error:
            raise SettingsDamaged(file=str(self.folder / KEY)) from error

    @cached_property
    def chain(self) -> RosterChain:
        """Raises `RosterRefused`."""
        with self.reading() as session:
            return roster_adoption.chain_of(self.root, session)

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """Shred keys, by testimony or annex."""
        try:
            return shred_keys.read(self.folder / SHRED_KEYS)
        except OSError:
            return {}

    @cached_property
    def bodies(self) -> Bodies | None:
        """None where the folder is not there: opening it would make it."""
        if self.settings.parts_url or is_whole(self.folder / PARTS):
            return blobs.opened(self.settings)
        return None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One committed state. Raises `StoreDamaged` where the database cannot be read."""
        try:
            with self.engine.connect() as connection, Session(connection) as session:
                yield session
        except DBAPIError as error:
            raise StoreDamaged(folder=str(self.folder)) from error

    def close(self) -> None:
        self.engine.dispose()


def check(folder: Path) -> Iterator[Finding]:
    """Everything that is wrong in the home `folder`, as it is found; no finding that is `grave`: it is sound.

    Raises `HomeMissing`, `SettingsDamaged`, `StoreDamaged`, `StoreNewer` where no more can be looked at.
    """
    from testimony.services.integrity import fsck_log, fsck_objects, fsck_records

    home = Home(folder)
    try:
        yield from _database(home)
        if not _is_current(home):
            yield Finding(subject="database", words="It is of an older version. Start the station, then check again.")
            return
        yield from _papers(home)
        broken = list(_roster(home))
        yield from broken
        if broken:
            return
        yield from fsck_records.check(home)
        yield from fsck_log.check(home)
        yield from fsck_objects.check(home)
    finally:
        home.close()


def few(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first ones, and how many more there are of the same."""
    more = 0
    last: Finding | None = None
    for number, finding in enumerate(findings):
        if number < AT_MOST:
            yield finding
        else:
            more, last = more + 1, finding
    if last is not None:
        yield Finding(subject=last.subject, words=f"And {more} more of the same.", grave=last.grave)


def _database(home: Home) -> Iterator[Finding]:
    if make_url(home.settings.database).get_backend_name() != "sqlite":
        yield Finding(subject="database", words=SERVER, grave=False)
        yield from _settings_of_server(home)
        return
    with home.reading() as session:
        for (said,) in session.execute(text("PRAGMA integrity_check(20)")).all():
            if said != "ok":
                yield Finding(subject="database", words=f"Damaged: {said}. Restore the last backup, then synchronise.")
        for row in session.execute(text("PRAGMA foreign_key_check")).all()[:AT_MOST]:
            yield Finding(subject="database", words=f"A row of {row[0]} hangs in the air. Restore the last backup.")


def _settings_of_server(home: Home) -> Iterator[Finding]:
    from testimony.store.sql import postgresql

    with home.reading() as session:
        found = postgresql.careless(session.connection())
    if found:
        words = (
            f"The server is set otherwise than docs/central.md says ({', '.join(found)}): it may lose what it took, or "
            "write into its log what rows hold."
        )
        yield Finding(subject="database", words=words, grave=False)


def _is_current(home: Home) -> bool:
    with home.reading() as session:
        revision = migrate.revision_of(session.connection())
    if revision is not None and revision > migrate.HEAD:
        raise StoreNewer
    return revision == migrate.HEAD


def _roster(home: Home) -> Iterator[Finding]:
    """Without it no signature can be verified."""
    try:
        known = home.kid in ("", *(key.kid for device in home.chain.latest.devices for key in device.keys))
    except RosterRefused as error:
        yield Finding(subject="roster", words=f"{error} Restore the last backup.")
    else:
        if not known:
            words = (
                f"The roster in force does not know this station's key {home.kid}. Have it enrolled, or bring its key."
            )
            yield Finding(subject="roster", words=words)


def _papers(home: Home) -> Iterator[Finding]:
    """Incarnation and journal."""
    file = home.folder / INCARNATION
    with home.reading() as session:
        fact = session.get(FactRow, INCARNATION)
    if not file.is_file() or fact is None or fact.value != file.read_text("ascii").strip():
        words = "Home and database do not belong together: one was restored. The next start gives it a new incarnation."
        yield Finding(subject="incarnation", words=words, grave=False)
    for number in journal.damaged(home.folder / JOURNAL)[:AT_MOST]:
        words = f"Line {number} of {JOURNAL} cannot be read. Start the station, which writes it anew where it can."
        yield Finding(subject="journal", words=words)
    yield from few(_journal(home))


def _journal(home: Home) -> Iterator[Finding]:
    from testimony.services.withdrawal import shredding

    with home.reading() as session:
        for number, line in enumerate(Journal(home.folder / JOURNAL).read(), 1):
            try:
                name = SignedRecord.decode(line.record).id
            except NotCanonical:
                yield Finding(
                    subject="journal", words=f"The record of entry {number} is damaged. Keep the other copies."
                )
                continue
            if line.word == "shredded" and not shredding.is_shredded(session, line.tid):
                words = f"The withdrawal {name[:16]}… is not carried out here. Start the station: it does that first."
                yield Finding(subject="journal", words=words)
