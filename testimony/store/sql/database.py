"""A station's database: one writer with group commit, and read-only connections beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from testimony.background.scheduler import Job, Scheduler
from testimony.errors import TestimonyError
from testimony.store.errors import StoreCrowded, StoreDamaged, StoreStopping
from testimony.store.files.group_commit import GroupCommit
from testimony.store.sql.connect import engines_of
from testimony.store.sql.engine import Engines

AFTER_COMMIT = "after_commit"
AGAIN = 0.05
"""Seconds between two interruptions."""


class Database:
    """`url` is a SQLAlchemy URL: `sqlite:////path` or `postgresql://…`."""

    def __init__(
        self,
        url: str,
        *,
        busy_seconds: float = 5.0,
        idle_seconds: float = 5.0,
        may_tidy: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_tidy`: whether the write-ahead log is this process's to empty when it is idle and when it closes."""
        self._engines: Engines = engines_of(make_url(url), busy_seconds)
        self._commits = GroupCommit[Connection](
            begin=self._begin, commit=self._commit, rollback=self._rollback, alive=self._engines.in_transaction
        )
        self._folder = str(Path(make_url(url).database or ".").parent)
        self._looking = threading.Lock()
        self._sound: bool | None = None
        self._stopping = False
        self._ending = threading.Condition()
        self._long: list[Callable[[], None]] = []
        self._closed = False
        self._may_tidy = may_tidy
        self._idle_seconds = idle_seconds
        self._scheduler = Scheduler()
        self._tidying: Job | None = None
        if self._engines.checkpoint:
            self._tidying = self._scheduler.add("tidying", self._tidy, first=None)
            self._scheduler.start()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes. Leaving the block returns only after the commit is on the disk.

        Concurrent blocks run one after another and share one commit; an error in a block undoes that block alone.
        Do slow work (verifying, hashing, writing files) before entering. Not to be nested.
        Raises `StoreLocked`, `StoreFull`, `StoreUnwritable`, `StoreFailing`; with a database server also
        `StoreUnreachable`, `StoreCrowded`, `StoreSlow`, `StoreStandby`. Then the block counts as not done. (Where the
        server went away in the middle of a commit it may be done all the same: whoever asks again finds a duplicate.)
        """
        waiting: list[Callable[[], None]] = []
        with self._named_errors(), self._commits.block() as connection:
            session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
            session.info[AFTER_COMMIT] = waiting
            with session:
                yield session
                session.commit()
        for act in waiting:
            act()
        if self._tidying:
            self._tidying.run_in(self._idle_seconds)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one committed state and cannot write."""
        with self._named_errors(), self._engines.readers.connect() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def reading_whole_file(self) -> Iterator[Session]:
        """The same, for what reads for minutes: `stop_long_reading` makes it raise `StoreStopping`."""
        with self.reading() as session:
            if self._engines.interrupt_of is None:
                yield session
                return
            interrupt = self._engines.interrupt_of(session.connection())
            with self._ending:
                if self._stopping:
                    raise StoreStopping
                self._long.append(interrupt)
            try:
                yield session
            finally:
                with self._ending:  # the connection goes back for others: nothing interrupts them
                    self._long.remove(interrupt)
                    self._ending.notify_all()

    def stop_long_reading(self) -> None:
        """Break off what reads the whole file, and begin no more of it; return when it has ended. Thread-safe.

        SQLite forgets an interruption that comes before a statement's first step, so it is repeated.
        """
        with self._ending:
            self._stopping = True
            while self._long:
                for interrupt in self._long:
                    interrupt()
                self._ending.wait(AGAIN)

    def require_sound(self) -> None:
        """Look through the file for torn pages, once in the life of this program; who comes meanwhile waits.

        That takes as long as reading the file, so it is no part of opening it: call it before anything is signed for.
        Raises `StoreDamaged`, `StoreFailing` for a disk that fails, which is tried again, and `StoreStopping`.
        """
        if self._engines.is_sound is None or self._sound:
            return
        with self._looking:
            if self._sound is None:
                try:
                    with self.reading_whole_file() as session:
                        self._sound = self._engines.is_sound(session.connection())
                except StoreDamaged:
                    self._sound = False
        if not self._sound:
            raise StoreDamaged(folder=self._folder)

    @property
    def is_shared(self) -> bool:
        """Whether it is a server's, which other processes on other machines may use as well."""
        return self._engines.beside is not None

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """A short transaction that is not in turn with the writers, where `is_shared`.

        Leaving the block does not wait for the disk: for what may be lost of the last second before a crash.
        Raises `StoreLocked`, `StoreUnreachable`, `StoreFailing`.
        """
        if self._engines.beside is None:
            raise RuntimeError("this database has one writer and nothing beside it")
        with self._named_errors(), self._engines.beside.begin() as connection:
            yield connection

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file and empty it (SQLite; elsewhere nothing)."""
        if self._engines.checkpoint is None or self._closed:
            return
        with self._named_errors(), self._commits.exclusive():
            self._commits.settle()
            if not self._closed:
                self._engines.checkpoint()

    def copy_to(self, file: Path, from_server: Callable[[Engine, Path], None]) -> None:
        """Everything that is committed now, into the new SQLite `file`, on the disk when this returns; others write
        meanwhile. `from_server` copies what the engine of a server reads. For `transfer.copy` alone.
        """
        self.checkpoint()
        with self._named_errors():
            if self._engines.copy is None:
                from_server(self._engines.readers, file)
            else:
                self._engines.copy(file)

    def _tidy(self) -> None:
        """Once nobody has written for a while, so that deleted rows do not linger in the write-ahead log."""
        if self._may_tidy():
            self.checkpoint()

    def close(self) -> None:
        """Wait for the running block, empty the write-ahead log, and close the file. Calling it twice is harmless."""
        if self._closed:
            return
        self._scheduler.stop()
        self._engines.readers.dispose()
        if self._engines.beside is not None:
            self._engines.beside.dispose()
        with self._commits.exclusive():
            self._commits.settle()
            self._closed = True
            if self._engines.checkpoint and self._may_tidy():
                with suppress(TestimonyError):  # a full disk: what is in the log stays there and counts
                    self._engines.checkpoint()
            self._engines.writer.dispose()

    def _begin(self) -> Connection:
        if self._closed:
            raise RuntimeError("the database is closed")
        connection = self._engines.writer.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _commit(self, connection: Connection) -> None:
        connection.commit()
        connection.close()

    def _rollback(self, connection: Connection) -> None:
        try:
            connection.rollback()
        finally:
            connection.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._engines.named(error) from error
        except NoConnectionFree as error:
            raise StoreCrowded from error


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do `act` once the transaction of `session` is on the disk; never if it is undone."""
    cast("list[Callable[[], None]]", session.info[AFTER_COMMIT]).append(act)
