"""Group commit: blocks of work run one after another, and the last one in the queue commits for all of them.

A commit costs one fsync (20 ms on a card) whether it holds one block or sixty. So a thread that finds others waiting
for their turn leaves the commit to them and only waits to hear that it succeeded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
STRANDED_SECONDS = 0.5


@dataclass
class _Group(Generic[T]):
    """The blocks that one commit will make lasting."""

    transaction: T
    members: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class GroupCommit(Generic[T]):
    """`begin` opens what the blocks share; `commit` and `rollback` end it; `alive` says whether it still stands."""

    def __init__(
        self,
        begin: Callable[[], T],
        commit: Callable[[T], None],
        rollback: Callable[[T], None],
        alive: Callable[[T], bool],
        *,
        at_most: int = 64,
    ) -> None:
        self._begin, self._commit, self._rollback, self._alive = begin, commit, rollback, alive
        self._at_most = at_most
        self._turn = threading.Lock()
        self._count = threading.Lock()
        self._queued = 0
        self._group: _Group[T] | None = None
        self._holder = 0

    @contextmanager
    def block(self) -> Iterator[T]:
        """Run the body when it is its turn; return when the commit that holds it succeeded, else raise its error.

        The body must undo its own work before it raises: its error spoils nobody else's.
        """
        with self.exclusive():
            group = self._open_group()
            try:
                yield group.transaction
                group.members += 1
            except BaseException as error:
                self._drop_if_dead(group, error)
                raise
            finally:
                self._commit_if_last(group)
        self._wait(group)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the turn without opening anything."""
        if self._holder == threading.get_ident():
            raise RuntimeError("a transaction is open in this thread already: hand its session down instead")
        with self._count:
            self._queued += 1
        try:
            self._turn.acquire()
        finally:
            with self._count:
                self._queued -= 1
        self._holder = threading.get_ident()
        try:
            yield
        finally:
            self._holder = 0
            self._turn.release()

    def settle(self) -> None:
        """Commit what is pending. Only for the holder of the turn."""
        if self._group is not None:
            self._finish(self._group)

    def _open_group(self) -> _Group[T]:
        if self._group is None:
            self._group = _Group(self._begin())
        return self._group

    def _drop_if_dead(self, group: _Group[T], error: BaseException) -> None:
        """Some errors (disk full) make the database undo the whole transaction: then nobody in it is acknowledged."""
        if not self._alive(group.transaction):
            self._end(group, error)

    def _commit_if_last(self, group: _Group[T]) -> None:
        if self._group is group and (self._queued == 0 or group.members >= self._at_most):
            self._finish(group)

    def _finish(self, group: _Group[T]) -> None:
        try:
            if group.members:
                self._commit(group.transaction)
        except BaseException as error:
            self._end(group, error)
            if not isinstance(error, Exception):
                raise
        else:
            self._end(group, None)

    def _end(self, group: _Group[T], error: BaseException | None) -> None:
        self._group = None
        group.error = error
        try:
            if error is not None or not group.members:
                self._rollback(group.transaction)
        finally:
            group.done.set()

    def _wait(self, group: _Group[T]) -> None:
        while not group.done.wait(STRANDED_SECONDS):
            self._commit_if_stranded(group)
        if group.error is not None:
            raise group.error

    def _commit_if_stranded(self, group: _Group[T]) -> None:
        """The thread that should have committed was interrupted before its turn."""
        if self._turn.acquire(blocking=False):
            try:
                self._commit_if_last(group)
            finally:
                self._turn.release()
