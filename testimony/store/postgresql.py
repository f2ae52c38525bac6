"""PostgreSQL for a central server that outgrew one file: the same tables, the log kept in order by an advisory lock.

A cursor over a sequence skipped 262 of 1,200 rows for ever with four writers; a lock that serialises the log skipped
none, and a log with a Merkle tree must be written by one at a time anyway.
"""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from testimony.errors import (
    StoreFailing,
    StoreFull,
    StoreLocked,
    StoreUnreachable,
    StoreUnwritable,
    TestimonyError,
)
from testimony.store.engines import Engines
from testimony.store.records import ObjectRow

LOG_LOCK = 0x7E57_1304  # any number, the same for all writers of one database
READERS = 16
BESIDE = 4
NAMES = {
    "53100": StoreFull,
    "55P03": StoreLocked,
    "40P01": StoreLocked,
    "57014": StoreLocked,
    "08000": StoreUnreachable,
    "08001": StoreUnreachable,
    "08006": StoreUnreachable,
    "57P01": StoreUnreachable,
    "57P03": StoreUnreachable,
}
for _index in ObjectRow.__table__.indexes:  # type: ignore[attr-defined]
    # Not said where the table is: to know of such an option loads the whole dialect, 4 MB that no node needs.
    if "media" in _index.columns:
        _index.dialect_kwargs["postgresql_where"] = text("media")
READ_ONLY = "25006"
NOT_PERMITTED = "42501"


def engines(url: URL, busy_seconds: float) -> Engines:
    """The engines of one database on a server."""
    writer = _engine(url, connections=1)
    readers = _engine(url, connections=READERS).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    beside = _engine(url, connections=BESIDE)
    event.listen(writer, "begin", lambda connection: _take_turn(connection, busy_seconds))
    event.listen(beside, "begin", lambda connection: _do_not_wait(connection, busy_seconds))
    try:
        with writer.connect():
            pass
    except DBAPIError as error:
        writer.dispose()
        raise named(error, url) from error
    return Engines(
        writer=writer,
        readers=readers,
        beside=beside,
        in_transaction=lambda connection: not connection.invalidated and connection.in_transaction(),
        named=lambda error: named(error, url),
        checkpoint=None,
        copy=None,
    )


def reader(url: URL) -> Engine:
    """Reads one committed state and cannot write."""
    return _engine(url, connections=1).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def named(error: DBAPIError, url: URL) -> TestimonyError:
    """The station's own error for PostgreSQL's."""
    state = getattr(error.orig, "sqlstate", None)
    if state in (READ_ONLY, NOT_PERMITTED):
        return StoreUnwritable(folder=url.render_as_string(hide_password=True))
    if state in NAMES:
        return NAMES[state]()
    if error.connection_invalidated or (state is None and isinstance(error, OperationalError)):
        return StoreUnreachable()
    return StoreFailing()


def _engine(url: URL, *, connections: int) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, pool_size=connections, max_overflow=0, pool_pre_ping=True, hide_parameters=True)


def _do_not_wait(connection: Connection, busy_seconds: float) -> None:
    """The commit is told of before it is on the disk: what the last second before a crash wrote may be lost."""
    _wait_at_most(connection, busy_seconds)
    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _wait_at_most(connection: Connection, busy_seconds: float) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(busy_seconds * 1000)}")


def _take_turn(connection: Connection, busy_seconds: float) -> None:
    _wait_at_most(connection, busy_seconds)
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOG_LOCK})")
