"""A PostgreSQL connection whose commits count only if the server, with its standby, confirms them in time.

With a synchronous standby a commit waits until the standby has it too, without limit: for ever, if the standby is gone.
Cancelling the wait on the server (with `pg_cancel_backend`, for example) makes the commit *succeed*, with a warning
that the standby may not have it. So this side cancels nothing on the server: it stops waiting, closes the connection
and reports that the result is unknown. A commit with such a warning counts as not confirmed.
"""

from __future__ import annotations

import time
from typing import Any, Final

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.errors import Diagnostic

UNCONFIRMED: Final = "TS001"
"""Our own, in the form of PostgreSQL's five-letter states: of no class that PostgreSQL uses."""
SECONDS: float = 15.0
"""For which a commit is waited for. Who delivers waits 60 for a sign of life, and perhaps for a turn besides."""
GIVEN_UP: Final = "01000"


class Unconfirmed(psycopg.OperationalError):
    """Whether it was committed is not known, or known only of one server."""

    sqlstate = UNCONFIRMED


class ConfirmingConnection(psycopg.Connection[Any]):
    """To be used by one thread at a time, as a pool does."""

    _patience: float | None = None
    _listening = _warned = False

    def commit(self) -> None:
        """Raises `Unconfirmed` after `SECONDS`, or when the server gave its standby up; then this is closed."""
        if not self._listening:
            self.add_notice_handler(self._hear)
            self._listening = True
        self._warned, self._patience = False, SECONDS
        ends = time.monotonic() + SECONDS
        try:
            super().commit()
        except psycopg.OperationalError as error:
            if time.monotonic() < ends:
                raise
            self.close()
            raise Unconfirmed from error
        finally:
            self._patience = None
        if self._warned:
            self.close()
            raise Unconfirmed

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg says; while it commits, not for ever."""
        return super().wait(gen, interval, self._patience if timeout is None else timeout)

    def _hear(self, said: Diagnostic) -> None:
        self._warned |= said.sqlstate == GIVEN_UP
