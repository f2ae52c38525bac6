"""The interface that `Database` requires of a kind of database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
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
    is_sound: Callable[[Connection], bool] | None  # whether no page of the file is torn; None: the server knows that
    checkpoint: Callable[[], None] | None  # None: the server does that itself
    copy: Callable[[Path], None] | None  # all of it as of one moment, into a new file; None: a server has no such means
    interrupt_of: Callable[[Connection], Callable[[], None]] | None  # breaks off what it runs; None: nothing runs long
