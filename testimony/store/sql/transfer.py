"""Copies all rows of a station's database to another kind of database: from a server to a file, or back.

Tables and columns are the same in both, so a backup of central is one file whatever central's database is, and may be
restored into either. It needs no more rights on a server than to read and write its own tables. It can also produce
pieces, from either database, for a backup that is sealed while it is written and leaves no temporary file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Table,
    column,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy import table as named_table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from testimony.store.errors import StoreNewer
from testimony.store.files import durable
from testimony.store.sql import migrate, row_format, sqlite
from testimony.store.sql.connect import engines_of
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata

ROWS: Final = 1000
"""Rows that are in memory at a time: the largest row is a record of 256 KiB, most are of some hundred bytes."""
STREAMED: Final = 100
A_PIECE: Final = 1 << 20
"""Bytes of rows that are in memory at a time, at least; one row more may be on top of it."""
UNSAFE: Final = ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY")
"""For a file that nobody opens before it is whole and on the disk."""


def copy(database: Database, file: Path) -> None:
    """Everything that is committed in `database` now, into the new SQLite `file`, on the disk when this returns.

    Others write meanwhile. Raises `StoreFull`, `StoreFailing`; of a server what `reading` raises, and `StoreNewer`.
    """
    database.copy_to(file, to_file)


def to_file(source: Engine, file: Path) -> None:
    """Everything that is committed at the server `source` at one moment, as a new SQLite `file`, on the disk.

    `source` reads one state in each transaction. Raises `StoreNewer` where a newer program has brought its tables to a
    later version, `DBAPIError` of the server, and of the file `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    engine = _unsafe(file)
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
    _settle(file)


def pieces(reading: Connection, seen: Callable[[str, RowMapping], object]) -> Iterator[tuple[str, bytes]]:
    """(table, rows as `rowform` has them), of one moment; `seen(table, row)` is told of each row.

    `reading` is in a transaction that sees one state. Raises `StoreNewer` where a newer program has changed the tables.
    """
    if migrate.revision_of(reading) != migrate.HEAD:
        raise StoreNewer
    for table in metadata.sorted_tables:
        columns = [one.name for one in table.columns]
        rows: list[bytes] = []
        size = 0
        streamed = reading.execution_options(stream_results=True, yield_per=STREAMED)
        with streamed.execute(select(table)) as found:
            for row in found.mappings():
                seen(table.name, row)
                rows.append(b"".join(row_format.value_bytes(row[column]) for column in columns))
                size += len(rows[-1])
                if size >= A_PIECE:
                    yield table.name, row_format.encode(columns, rows)
                    rows, size = [], 0
        if rows:
            yield table.name, row_format.encode(columns, rows)


def from_pieces(file: Path, revision: str, given: Iterable[tuple[str, bytes]]) -> None:
    """A new SQLite `file` with the tables of `revision` and the rows that are `given`, on the disk.

    Raises `StoreNewer` for a revision that this program does not know, `ValueError` for what are no rows of such
    tables, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    if not migrate.is_known(revision):
        raise StoreNewer
    engine = _unsafe(file)
    try:
        with engine.begin() as writing:
            migrate.build(writing, revision)
            held = {name: {one["name"] for one in inspect(writing).get_columns(name)} for name in _tables(writing)}
            for table, piece in given:
                columns, rows = row_format.decode(piece)
                if not set(columns) <= held.get(table, set()) or not columns:
                    raise ValueError("no such columns")
                _insert_plain(writing, table, columns, rows)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.IntegrityError):
            raise ValueError("no such rows") from error
        raise sqlite.named(error, str(file.parent)) from error
    finally:
        engine.dispose()
    _settle(file)


def _tables(writing: Connection) -> list[str]:
    return [name for name in inspect(writing).get_table_names() if name != "alembic_version"]


def _insert_plain(writing: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As the driver takes them: the tables of an older revision are not those that we know."""
    if not rows:
        return
    bare = insert(named_table(table, *map(column, columns)))
    writing.execute(bare, [dict(zip(columns, row, strict=True)) for row in rows])


def _unsafe(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: [connection.execute(f"PRAGMA {one}") for one in UNSAFE])
    return engine


def _settle(file: Path) -> None:
    with durable.named_errors(file.parent):
        file.chmod(0o600)
        durable.sync_file(file)
        durable.sync_folder(file.parent)


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
                    _analyze(writing.connection(), table)
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


def _analyze(writing: Connection, table: Table) -> None:
    """Tell the server's planner what came: until it looks by itself, after a minute or more, it would scan tables."""
    writing.exec_driver_sql(f"ANALYZE {writing.dialect.identifier_preparer.format_table(table)}")


def _copy(reading: Connection, writing: Connection, table: Table) -> None:
    """By PostgreSQL's COPY, ten times as quick as an INSERT a row."""
    driver = cast(Any, writing.connection.driver_connection)
    quoted = writing.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(column.name) for column in table.columns)
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN") as copying:
        for row in reading.execution_options(yield_per=ROWS).execute(select(table)):
            copying.write_row(row)
