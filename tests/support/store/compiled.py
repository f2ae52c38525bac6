"""One cache of compiled statements for all databases of a test process.

SQLAlchemy keeps a cache for each engine. A server has a few engines and compiles a statement once; tests open thousands
of databases, and compiled the same statements thousands of times: a quarter of what a test of two stations took.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from testimony.store.sql import postgresql, sqlite

MOST = 3000
"""Statements that are kept: more than the program has, for both kinds of database."""


def share() -> None:
    """From now on new engines use one cache. Once, when the tests begin.

    A statement is kept under its dialect, which each engine has its own of. All of one kind are configured alike, so
    they count as equal.
    """
    kept: LRUCache[Any, Any] = LRUCache(MOST)
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    for module in (sqlite, postgresql):
        _make_with(module, kept)


def _make_with(module: Any, kept: LRUCache[Any, Any]) -> None:
    make = module.create_engine

    def made(*arguments: Any, **options: Any) -> Engine:
        engine: Engine = make(*arguments, **options)
        engine._compiled_cache = kept
        return engine

    module.create_engine = made
