"""A process that appends to the log of a station's database: `python -m tests.support.store.log_writer URL WRITER MANY
[alone]`.

Says that it is ready, and begins when its standard input says something. `alone`: it takes no turns with others.
"""

from __future__ import annotations

import sys
import time

from sqlalchemy.exc import MultipleResultsFound

from testimony.services.custody import log as custody_log
from testimony.store.errors import StoreFailing
from testimony.store.sql import postgresql
from testimony.store.sql.database import Database

A_MOMENT = 0.002  # seconds from reading the end of the log to the commit: whoever takes no turn meets others in it
DAY = "2026-11-24"


def ref(writer: int, number: int) -> str:
    """What entry `number` of `writer` is about, as 64 digits."""
    return f"{writer:032}{number:032}"


def write(database: Database, writer: int, number: int) -> None:
    with database.transaction() as session:
        custody_log.append(session, kind="received", ref=ref(writer, number), by="b" * 16, day=DAY)
        time.sleep(A_MOMENT)


def main(url: str, writer: str, many: str, alone: str = "") -> None:
    if alone:
        postgresql._Turns.take = lambda *_: None  # type: ignore[method-assign]
    database = Database(url, busy_seconds=60)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(many)):
        try:
            write(database, int(writer), number)
        except (StoreFailing, MultipleResultsFound):  # the log has forked: no place in it can be computed any more
            if not alone:
                raise
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
