"""PostgreSQL, for a central server with heavy load: the same tables; an advisory lock keeps the log in order.

A cursor over a sequence permanently skipped 262 of 1,200 rows with four writers; a lock that serialises the log skipped
none, and only one writer at a time can append to a log with a Merkle tree anyway. The lock depends on two settings that
an operator can change for a whole database, so each transaction sets them itself: every statement sees what was
committed before it (a snapshot from before the lock was acquired would see an old end of the log), and a commit waits
for the disk, and for a standby if the server has a synchronous one.

What can be read is on the standby too. Nobody can see a commit that is waiting for the standby; but after a crash of
the server they can, whether the standby has it or not. So every reader that begins to read from a server first commits
something itself, which is confirmed only after everything before it. Each block that writes does the same, since it may
find a duplicate and sign for it. So an old primary that comes back alone is neither written to nor read from.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError

from testimony.errors import TestimonyError
from testimony.store.errors import (
    StoreClosed,
    StoreCrowded,
    StoreDamaged,
    StoreDriverMissing,
    StoreFailing,
    StoreFull,
    StoreLocked,
    StoreSlow,
    StoreStandby,
    StoreUnconfirmed,
    StoreUnreachable,
    StoreUnwritable,
)
from testimony.store.models.records import ObjectRow
from testimony.store.sql.engine import Engines

LOG_LOCK = 0x7E57_1304  # any number, the same for all writers of one database
READERS = 16
BESIDE = 4
STANDBY = "25006"
LOCKED = "55P03"
UNCONFIRMED = "TS001"  # `standby.UNCONFIRMED`, known without loading the driver
NAMES = {  # PostgreSQL, appendix A
    "53100": StoreFull,
    "53300": StoreCrowded,
    LOCKED: StoreLocked,
    UNCONFIRMED: StoreUnconfirmed,
    "40P01": StoreLocked,
    "40001": StoreLocked,
    "57014": StoreSlow,
    "25P03": StoreSlow,
    "25P04": StoreSlow,
    "08000": StoreUnreachable,
    "08001": StoreUnreachable,
    "08003": StoreUnreachable,
    "08006": StoreUnreachable,
    "57P01": StoreUnreachable,
    "57P02": StoreUnreachable,
    "57P03": StoreUnreachable,
    "57P05": StoreUnreachable,
    STANDBY: StoreStandby,
}
NOT_PERMITTED = "42501"
CORRUPT = ("XX001", "XX002")
AT_THE_DOOR: tuple[tuple[str, type[TestimonyError]], ...] = (
    ("too many clients", StoreCrowded),
    ("remaining connection slots", StoreCrowded),
    ("too many connections", StoreCrowded),
    ("authentication failed", StoreClosed),
    ("no password supplied", StoreClosed),
    ("no pg_hba.conf entry", StoreClosed),
    ("does not exist", StoreClosed),
    ("not permitted to log in", StoreClosed),
    ("not currently accepting connections", StoreClosed),
    ("session is read-only", StoreStandby),  # libpq's own, where the address asks for one that takes data
    ("server is in hot standby mode", StoreStandby),
)
"""What a server says that lets nobody in, as far as it can be told apart: libpq hands on no code with it."""
CONNECTING = {
    "connect_timeout": "10",  # seconds
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",  # milliseconds
    "application_name": "testimony",
    "client_encoding": "utf8",
}
"""Above all how a connection is known to be dead whose other end is silent; the address may say otherwise."""
CAREFUL = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "log_error_verbosity": ("terse",),
    "log_min_error_statement": ("fatal", "panic"),
    "log_statement": ("none", "ddl"),
}
"""Settings of the server with the values that lose nothing in a power cut and bring no row into its log."""
LASTING = (
    "set_config('synchronous_commit', "
    "CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)"
)
"""Neither `off`, nor `local` and `remote_write`, with which a commit is told of before a standby has it on its disk."""
MARK = "CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_logical_emit_message(true, 'testimony', CAST('' AS text)) END"
"""Writes a few bytes into the write-ahead log, and nothing else: a commit of nothing waits for nobody."""
STUCK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
    "AND lower(wait_event) IN ('syncrep', 'walsync', 'walwrite') AND state_change < now() - interval '4 seconds'"
)
"""Commits of this station that wait for a standby or for the disk, and have waited for longer than a turn takes."""
for _index in ObjectRow.__table__.indexes:  # type: ignore[attr-defined]
    # Not said where the table is: to know of such an option loads the whole dialect, 4 MB that no node needs.
    if "media" in _index.columns:
        _index.dialect_kwargs["postgresql_where"] = text("media")


def engines(url: URL, busy_seconds: float) -> Engines:
    """The engines of one database on a server."""
    writer = _engine(url, connections=1, isolation="READ COMMITTED")
    readers = _reading(_engine(url, connections=READERS))
    beside = _engine(url, connections=BESIDE, isolation="READ COMMITTED")
    event.listen(writer, "begin", _Turns(busy_seconds).take)
    event.listen(readers, "connect", lambda connection, _: _require_confirmed(connection))
    event.listen(beside, "begin", lambda connection: _do_not_wait(connection, busy_seconds))
    for engine in (writer, beside):
        event.listen(engine, "handle_error", _leave_a_standby)
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
        is_sound=None,
        checkpoint=None,
        copy=None,
        interrupt_of=None,
    )


def reader(url: URL) -> Engine:
    """Reads one committed state and cannot write."""
    return _reading(_engine(url, connections=1))


def careless(connection: Connection) -> list[str]:
    """Server settings (`name = value`) that may lose accepted data or write the contents of rows to its log."""
    wanted = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names) ORDER BY name")
    found = connection.execute(wanted, {"names": list(CAREFUL)}).all()
    return [f"{name} = {setting}" for name, setting in found if setting not in CAREFUL[name]]


def named(error: DBAPIError, url: URL) -> TestimonyError:
    """The station's own error for PostgreSQL's."""
    state = getattr(error.orig, "sqlstate", None)
    if state == NOT_PERMITTED:
        return StoreUnwritable(folder=url.render_as_string(hide_password=True))
    if state in CORRUPT:
        return StoreDamaged(folder=url.render_as_string(hide_password=True))
    if state in NAMES:
        return NAMES[state]()
    if state is None and isinstance(error, OperationalError):
        return _at_the_door(str(error.orig))
    return StoreUnreachable() if error.connection_invalidated else StoreFailing()


def _at_the_door(said: str) -> TestimonyError:
    return next((kind() for words, kind in AT_THE_DOOR if words in said), StoreUnreachable())


def _engine(url: URL, *, connections: int, isolation: str = "REPEATABLE READ") -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    url = url.update_query_dict({name: value for name, value in CONNECTING.items() if name not in url.query})
    try:
        engine = create_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            isolation_level=isolation,
        )
    except ImportError as error:
        raise StoreDriverMissing from error
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "handle_error", _forget_values)
    return engine


def _connect(dialect: Any, record: Any, arguments: Any, options: Any) -> Any:
    from testimony.store.sql.standby import ConfirmingConnection

    return ConfirmingConnection.connect(*arguments, **options)


def _reading(engine: Engine) -> Engine:
    return engine.execution_options(postgresql_readonly=True)


def _do_not_wait(connection: Connection, busy_seconds: float) -> None:
    """A commit is reported before it is on the disk: the last second's writes before a crash may be lost."""
    wait = f"set_config('lock_timeout', '{int(busy_seconds * 1000)}', true)"
    connection.exec_driver_sql(f"SELECT {wait}, set_config('synchronous_commit', 'off', true)")


def _require_confirmed(connection: Any) -> None:
    """Before anything is read from this server: what it shows is on its standby too, where it has to have one."""
    connection.execute(f"SELECT {LASTING}")
    connection.execute(f"SELECT {MARK}")
    connection.commit()


class _Turns:
    """The turns of one process's writers at the log. `_doubtful`: by the last that was heard, a commit was stuck."""

    def __init__(self, busy_seconds: float) -> None:
        self._wait = f"set_config('lock_timeout', '{int(busy_seconds * 1000)}', true)"
        self._doubtful = False

    def take(self, connection: Connection) -> None:
        """Raises `StoreUnconfirmed` while a commit before this one is stuck: that holds the turn until confirmed."""
        if self._doubtful:
            self._require_none_stuck(connection)
        try:
            connection.exec_driver_sql(f"SELECT {self._wait}, {LASTING}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOG_LOCK}), {MARK}")
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == LOCKED:
                connection.exec_driver_sql("ROLLBACK")
                self._require_none_stuck(connection)
            raise

    def _require_none_stuck(self, connection: Connection) -> None:
        self._doubtful = bool(connection.execute(STUCK).scalar())
        if self._doubtful:
            raise StoreUnconfirmed


def _leave_a_standby(context: ExceptionContext) -> None:
    """The next transaction reconnects: by then the address may lead to the primary."""
    if getattr(context.original_exception, "sqlstate", None) == STANDBY:
        context.is_disconnect = True


def _forget_values(context: ExceptionContext) -> None:
    """PostgreSQL says in its messages which row it was about; a message may come into a log or onto a screen."""
    state = getattr(context.original_exception, "sqlstate", None)
    if state is not None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = (f"SQLSTATE {state}",)
