"""On which database the central stations of tests live: SQLite, or one PostgreSQL server that each test process starts.

Whoever saves the settings of a central that names no database gives it a new one of its own, made from a template that
holds the tables; whoever restores one, an empty one. Where a home is copied, its database is copied with it, in one
state, while others may write. A new station on SQLite begins with the tables of one that was made before: thousands of
them need not go through every migration, which `tests/migrations` does.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from testimony.services import startup
from testimony.services.backup import backup
from testimony.services.backup import restore as backup_restore
from testimony.services.backup.restore import Given, Restored, Source
from testimony.settings import FILE, Settings
from testimony.station.station import Station
from testimony.station.trials import TRIALS
from testimony.store.sql import migrate
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata
from tests.support.store import postgres

VARIABLE = "TESTIMONY_TEST_DATABASE"
SQLITE, POSTGRESQL = KINDS = ("sqlite", "postgresql")
QUICK = ("fsync = off", "full_page_writes = off", "max_connections = 500", "shared_buffers = 64MB", "autovacuum = off")
"""Nobody cuts the power of this one; those that are killed are servers of their own."""
TEMPLATE = "with_tables"


class _Databases:
    """The server of this process, with the home that each of its databases belongs to."""

    def __init__(self) -> None:
        held = ExitStack()
        atexit.register(held.close)
        self.server = held.enter_context(postgres.running(*postgres.CAREFUL, *QUICK))
        self._numbers = count(1)
        self._homes: dict[str, int] = {}  # open folders: they may be renamed
        self.server.execute(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self.server.url(TEMPLATE))
        migrate.upgrade(database)
        database.close()

    def new(self, home: Path) -> str:
        """The address of a database with empty tables, for the station in `home`."""
        self._drop_those_of_homes_that_are_gone()
        name = f"of_{next(self._numbers)}"
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        self._homes[name] = os.open(home, os.O_PATH | os.O_DIRECTORY)
        return self.server.url(name)

    def new_and_empty(self, home: Path) -> str:
        """The address of one without tables, for a station that is to be restored into `home`."""
        self._drop_those_of_homes_that_are_gone()
        name = f"restored_{next(self._numbers)}"
        self.server.execute(f"CREATE DATABASE {name}")
        place = next(folder for folder in home.absolute().parents if folder.is_dir())
        self._homes[name] = os.open(place, os.O_PATH | os.O_DIRECTORY)
        return self.server.url(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = f"empty_{next(self._numbers)}"
        self.server.execute(f"CREATE DATABASE {name}")
        try:
            yield self.server.url(name)
        finally:
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def is_ours(self, url: str) -> bool:
        return url.endswith(f"?host={self.server.folder}")

    def copy(self, source: str, target: str) -> None:
        """All rows of one database into another with empty tables, as of one moment."""
        import psycopg

        tables = [table.name for table in metadata.sorted_tables]
        with psycopg.connect(source) as reading, psycopg.connect(target) as writing:
            reading.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for table in tables:
                with (
                    reading.cursor().copy(f"COPY {table} TO STDOUT") as rows,
                    writing.cursor().copy(f"COPY {table} FROM STDIN") as into,
                ):
                    for piece in rows:
                        into.write(piece)

    def _drop_those_of_homes_that_are_gone(self) -> None:
        for name, home in list(self._homes.items()):
            if os.readlink(f"/proc/self/fd/{home}").endswith(" (deleted)"):
                self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
                os.close(self._homes.pop(name))


def everywhere() -> bool:
    """Whether each central of this run lives on PostgreSQL."""
    kind = os.environ.get(VARIABLE, SQLITE)
    if kind not in KINDS:
        raise ValueError(f"{VARIABLE} is {' or '.join(KINDS)}")
    return kind == POSTGRESQL


_kind = SQLITE
_databases: _Databases | None = None


@contextmanager
def on(kind: str) -> Iterator[None]:
    """Centrals that are made meanwhile live on `kind`."""
    global _kind
    before, _kind = _kind, kind
    try:
        yield
    finally:
        _kind = before


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[Database]:
    """One without tables; SQLite's is a file in `folder`."""
    with ExitStack() as held:
        url = f"sqlite:///{folder / 'a.db'}" if kind == SQLITE else held.enter_context(_server().empty())
        database = Database(url)
        held.callback(database.close)
        yield database


def install() -> None:
    """From now on settings that are saved and homes that are copied get databases. Once, when the tests begin."""
    global _kind
    _kind = POSTGRESQL if everywhere() else SQLITE
    begin_with_tables()
    save, copytree, restore = Settings.save, shutil.copytree, backup_restore.restore

    def restored(source: Source | Path, home: Path, given: Given, **options: Any) -> Restored:
        return restore(source, home, _given(source, home, given), **options)

    def copied(source: Any, target: Any, *arguments: Any, **options: Any) -> Any:
        quickly = not arguments and not options and not Path(target).exists()
        made = _copied(source, target) if quickly else copytree(source, target, *arguments, **options)
        if _databases is not None:
            for file in [Path(made, FILE), *Path(made).glob(f"*/{FILE}")]:
                if file.is_file():
                    _copy_database(file.parent)
        return made

    Settings.save = lambda settings: save(_placed(settings))  # type: ignore[method-assign]
    shutil.copytree = copied
    backup_restore.restore = restored


def begin_with_tables() -> None:
    """From now on a new station on SQLite begins with its tables. In programs that run commands too, once."""
    create, save, new_homes = startup.create_station, Settings.save, set[Path]()

    def saved(settings: Settings) -> None:
        save(settings)
        if settings.home in new_homes and not settings.database_url:
            Path(str(make_url(settings.database).database)).write_bytes(empty_file())

    def created(settings: Settings, **given: Any) -> Station:
        new_homes.add(settings.home)
        try:
            return create(settings, **given)
        finally:
            new_homes.discard(settings.home)

    Settings.save = saved  # type: ignore[method-assign]
    startup.create_station = created


def _copied(source: Any, target: Any) -> Any:
    """As `shutil.copytree` does, but for the times of folders: a home has hundreds of them, which tests copy often."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    _copy(os.fspath(source), os.fspath(target))
    return target


def _copy(source: str, target: str) -> None:
    os.mkdir(target, 0o700)
    with os.scandir(source) as entries:
        for entry in entries:
            place = f"{target}/{entry.name}"
            if entry.is_dir():
                _copy(entry.path, place)
            else:
                shutil.copy2(entry.path, place)
    mode = stat.S_IMODE(os.stat(source).st_mode)
    if mode != 0o700:
        os.chmod(target, mode)


@cache
def empty_file() -> bytes:
    """SQLite's file with its tables and nothing in them, as a new station makes it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        database = Database(f"sqlite:///{file}")
        migrate.upgrade(database)
        database.close()
        return file.read_bytes()


def _placed(settings: Settings) -> Settings:
    if _kind != POSTGRESQL or settings.role != "central" or settings.database_url:
        return settings
    if TRIALS in settings.home.parts:  # a backup is tested in a folder alone
        return settings
    return replace(settings, database_url=_server().new(settings.home))


def _given(source: Source | Path, home: Path, given: Given) -> Given:
    """A central that is restored goes to where centrals live."""
    if _kind != POSTGRESQL or given.database_url or given.apart:
        return given
    if isinstance(source, Path) and not (source / backup.MANIFEST).is_file():
        return given
    contents = backup.read(source) if isinstance(source, Path) else source.contents
    if contents.role != "central":
        return given
    return replace(given, database_url=_server().new_and_empty(home))


def _copy_database(home: Path) -> None:
    settings = Settings.load(home, {})
    if _databases is not None and _databases.is_ours(settings.database_url):
        url = _databases.new(home)
        _databases.copy(settings.database_url, url)
        replace(settings, database_url=url).save()


def _server() -> _Databases:
    global _databases
    if _databases is None:
        _databases = _Databases()
    return _databases
