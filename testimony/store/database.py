"""The database of a station: one writer with group commit, read-only connections beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


class Database:
    """`url` is a SQLAlchemy URL: `sqlite:////path` or `postgresql://…`."""

    def __init__(self, url: str, *, busy_seconds: float = 5.0) -> None:
        raise NotImplementedError

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes. Leaving the block returns only after the commit is on the disk.

        Concurrent blocks run one after another and share one commit; an error in a block undoes that block alone.
        Do slow work (verifying, hashing, writing files) before entering. Not to be nested.
        Raises `StoreLocked`, `StoreFull`, `StoreUnwritable`.
        """
        raise NotImplementedError
        yield

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one committed state and cannot write."""
        raise NotImplementedError
        yield

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file and empty it (SQLite; elsewhere nothing)."""

    def close(self) -> None:
        """Wait for the running block, empty the write-ahead log, let go of the file. Calling it twice is harmless."""
