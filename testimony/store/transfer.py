"""All rows of a station's database in another kind of database: from a server into one file, from a file to a server.

Tables and columns are the same in both, so a backup of central is one file whatever central's database is, and may be
restored into either. Nothing of it asks more of a server than to read and to write tables of one's own.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from testimony.errors import StoreNewer
from testimony.store import disk, migrate, sqlite
from testimony.store.database import Database
from testimony.store.engines import engines_of
from testimony.store.tables import metadata

ROWS: Final = 1000
"""That are in memory at a time: the largest row is a record of 256 KiB, most are of some hundred bytes."""
UNSAFE: Final = ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY")
"""For a file that nobody opens before it is whole and on the disk."""


def to_file(source: Engine, file: Path) -> None:
    """Everything that is committed at the server `source` at one moment, as a new SQLite `file`, on the disk.

    `source` reads one state in each transaction. Raises `StoreNewer` where a newer program has brought its tables to a
    later version, `DBAPIError` of the server, and of the file `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: [connection.execute(f"PRAGMA {one}") for one in UNSAFE])
    with source.connect() as reading:
        if migrate.revision_of(reading) != migrate.HEAD:
            raise StoreNewer
        try:
            with engine.begin() as writing:
                migrate.build(writing)
                for table in metadata.sorted_tables:
                    _insert(reading, writing, table)
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise sqlite.named(error, str(file.parent)) from error
            raise
    with disk.named_errors(file.parent):
        file.chmod(0o600)
        disk.sync_file(file)
        disk.sync_folder(file.parent)


def is_empty(url: str) -> bool:
    """Whether the database at `url` has no table. Raises `StoreUnreachable`, `StoreClosed`, `StoreDriverMissing`."""
    engines = engines_of(make_url(url), 5.0)
    try:
        with engines.readers.connect() as connection:
            return not inspect(connection).get_table_names()
    except DBAPIError as error:
        raise engines.named(error) from error
    finally:
        for engine in (engines.writer, engines.readers, engines.beside):
            if engine is not None:
                engine.dispose()


def to_server(file: Path, url: str) -> None:
    """All rows of the SQLite `file` into the empty database of a server, in one transaction.

    The tables of `file` are brought to this version first. Raises `StoreNewer`, `StoreDamaged`, `StoreFull` and what
    `Database.transaction` raises; then nothing is there.
    """
    held = Database(f"sqlite:///{file}")
    try:
        migrate.upgrade(held)
        target = Database(url)
        try:
            with held.reading() as reading, target.transaction() as writing:
                migrate.build(writing.connection())
                for table in metadata.sorted_tables:
                    _copy(reading.connection(), writing.connection(), table)
        finally:
            target.close()
    finally:
        held.close()


def clear(url: str) -> None:
    """Take away the tables that `to_server` made. Raises what `Database.transaction` raises."""
    database = Database(url)
    try:
        with database.transaction() as session:
            connection = session.connection()
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    finally:
        database.close()


def _insert(reading: Connection, writing: Connection, table: Table) -> None:
    found = reading.execution_options(stream_results=True, yield_per=ROWS).execute(select(table)).mappings()
    for rows in found.partitions():
        writing.execute(insert(table), [dict(row) for row in rows])


def _copy(reading: Connection, writing: Connection, table: Table) -> None:
    """By PostgreSQL's COPY, ten times as quick as an INSERT a row."""
    driver = cast(Any, writing.connection.driver_connection)
    quoted = writing.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(column.name) for column in table.columns)
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN") as copying:
        for row in reading.execution_options(yield_per=ROWS).execute(select(table)):
            copying.write_row(row)
