"""Which database it is: the writer's and the readers' engine, and the names of what can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from testimony.errors import TestimonyError


@dataclass(frozen=True, kw_only=True)
class Engines:
    """What `Database` needs to know about one kind of database."""

    writer: Engine
    readers: Engine
    beside: Engine | None  # for short work that is not in turn with the writer, at a server; None: there is none
    in_transaction: Callable[[Connection], bool]
    named: Callable[[DBAPIError], TestimonyError]
    checkpoint: Callable[[], None] | None  # None: the server does that itself
    copy: Callable[[Path], None]  # all of it as of one moment, into a new file of SQLite's


def engines_of(url: URL, busy_seconds: float) -> Engines:
    """Raises `StoreUnwritable`, `StoreDamaged`, `StoreLocked`; of a server `StoreUnreachable`, `StoreClosed`,
    `StoreCrowded`, `StoreDriverMissing`.
    """
    if url.get_backend_name() == "sqlite":
        from testimony.store.sql import sqlite

        return sqlite.engines(url, busy_seconds)
    from testimony.store.sql import postgresql

    return postgresql.engines(url, busy_seconds)


def reader_of(url: URL) -> Engine:
    """An engine that only reads, for who must change nothing: it makes no file and mends none.

    Raises `StoreDamaged` where there is no database, `StoreUnreachable`.
    """
    if url.get_backend_name() == "sqlite":
        from testimony.store.sql import sqlite

        return sqlite.reader(url)
    from testimony.store.sql import postgresql

    return postgresql.reader(url)
