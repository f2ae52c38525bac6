"""Connects to the configured database: engines for the writer and the readers, and the database's errors."""

from __future__ import annotations

from sqlalchemy import URL, Engine

from testimony.store.sql.engine import Engines


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
