"""What a station's log costs when it grows: taking in, a piece of the feed, proofs, start-up.

Real records stand at the beginning and at each end that is measured, sealed and taken in like any other; between them
are rows and entries that were written straight into the database, as long as real ones, of which no piece is read.
In processor time of one core: what others do on the machine is not in it.

On PostgreSQL they come by COPY, into a server that waits for no disk meanwhile; before anything is measured it is as
careful as docs/central.md asks, all is on the disk, and the tables are vacuumed, as autovacuum does where rows come in
their own time.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Insert, func, insert, select
from sqlalchemy.orm import Session

from testimony.sealing.testimony.annex import SealedAnnex
from testimony.services.custody import log as custody_log
from testimony.services.custody.log import Act
from testimony.services.feed.feed import Asker
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow
from testimony.sync.server.server import answer_feed
from tests.bench.support import centrals
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.records import annexes, incoming_of
from tests.support.store import postgres
from tests.support.sync.world import World

MOST = int(os.environ.get("TESTIMONY_BENCH_ENTRIES", "1000000"))
SIZES = tuple(size for size in (10_000, 100_000, 1_000_000) if size <= MOST)
REAL = 400
"""At the beginning and at each end: more than one piece of the feed holds."""
BATCH = 40
STRIDE = 5_000
TIMES = 100
TICK = 0.01  # seconds
DAY, NOBODY = "2026-11-24", "0" * 16
GROWING = "something reads more of the log than its edge"
CHECKING = "every page of the file is looked at, which is 14 GB by then: from a disk that takes longer than from memory"
LOG = math.log(SIZES[-1]) / math.log(SIZES[0])
NOISE = 2
OPENING = "opening a station"
SERVER = ", at the server"
"""Behind what the processes of PostgreSQL took for the same; they count in hundredths of a second."""
HASTY, CALM = (
    tuple(f"{setting} = {value}" for setting in ("fsync", "full_page_writes", "synchronous_commit"))
    for value in ("off", "on")
)


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            return list(_measure(world))
        finally:
            world.close()


def on_postgresql() -> Sequence[Figure]:
    """The same, with the rows at a server, and what that took besides."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(*postgres.CAREFUL) as server:
        world = World(Path(folder))
        try:
            return list(_measure(world, server))
        finally:
            world.close()


def _measure(world: World, server: postgres.Server | None = None) -> Iterator[Figure]:
    central = centrals.made(world, server.url() if server else "")
    world.opened.append(central)
    sealed = annexes(world, REAL * (1 + len(SIZES)))
    _take(central, sealed[:REAL])
    costs: list[dict[str, float]] = []
    for number, size in enumerate(SIZES, 1):
        begun = time.monotonic()
        _grow(central, sealed[0], size, server)
        _tell(f"{size:,} records are there", begun)
        costs.append(_costs(central, world, size, sealed[REAL * number : REAL * (number + 1)], server))
        costs[-1][OPENING], central = _opened_again(central)
        world.opened.append(central)
        _tell(f"measured at {size:,}", begun)
        shown = costs[-1] if size == SIZES[-1] else {OPENING: costs[-1][OPENING]}
        for what, cost in shown.items():
            aim = Aim(most=300, cause=CHECKING) if what == OPENING and size == 100_000 else None
            yield Figure(f"{size:,} records: {what}", 1000 * cost, "ms", aim)
    if server:
        [(length,)] = server.execute("SELECT pg_database_size(current_database())")
        yield Figure(f"{SIZES[-1]:,} records: the database", cast(int, length) / 1e9, "GB")
    for what, least in costs[0].items():
        checking = what == OPENING and server is None  # a server looks after its pages itself
        most = LOG * (SIZES[-1] / SIZES[0] if checking else NOISE)
        grown = costs[-1][what] / max(least, TICK / TIMES)
        cause = CHECKING if checking else GROWING
        yield Figure(f"{what}, from {SIZES[0]:,} to {SIZES[-1]:,}", grown, "times", Aim(most=most, cause=cause))


def _grow(central: Station, like: SealedAnnex, size: int, server: postgres.Server | None) -> None:
    """Until `REAL` are lacking."""
    if server:
        server.configure(*HASTY)
    with central.database.reading() as session:
        held = custody_log.size(session)
    while held < size - REAL:
        held += invent(central, like, min(STRIDE, size - REAL - held))
    if server:
        server.configure(*CALM)
        server.execute("VACUUM ANALYZE")
        server.execute("CHECKPOINT")


def _costs(
    central: Station, world: World, size: int, sealed: Sequence[SealedAnnex], server: postgres.Server | None
) -> dict[str, float]:
    """Seconds of one of each, with `size` records."""
    costs: dict[str, float] = {}

    def add(what: str, act: Callable[[], object], each: int = 0) -> None:
        before = server.processor_seconds() if server else 0.0
        costs[what] = _spent(act) / each if each else statistics.median(_spent(act) for _ in range(TIMES))
        if server:
            costs[what + SERVER] = (server.processor_seconds() - before) / (each or TIMES)

    add("taking in a record of three objects", lambda: _take(central, sealed), len(sealed))
    lawyer = Asker(kid=world.lawyer_signer.kid, role="lawyer")
    with central.database.reading() as session:
        size = custody_log.size(session)
        add("a piece of the feed from the end", lambda: answer_feed(central, lawyer, size - REAL))
        add("a piece of the feed from the beginning", lambda: answer_feed(central, lawyer, 0))
        add("a proof that an entry is there", lambda: custody_log.inclusion(session, size // 3, size))
        add("a proof that the log only grew", lambda: custody_log.consistency(session, size // 3, size))
    return costs


def _take(central: Station, sealed: Sequence[SealedAnnex]) -> None:
    for start in range(0, len(sealed), BATCH):
        batch = [item for annex in sealed[start : start + BATCH] for item in incoming_of(annex)]
        outcome = take_in(central, batch)
        if any(status.status != "stored" for status in outcome.statuses):
            raise RuntimeError("central did not take a record in")


def _opened_again(central: Station) -> tuple[float, Station]:
    central.close()
    before = time.process_time()
    again = open_station(central.settings.home)
    return time.process_time() - before, again


def invent(central: Station, like: SealedAnnex, number: int) -> int:
    """Write `number` records, with objects and entries of the log, as long as those of `like`."""
    with central.database.transaction() as session:
        at_server = session.get_bind().dialect.name == "postgresql"
        _invent_rows(cast(Session, _Copying(session)) if at_server else session, like, number)
    return number


class _Copying:
    """A session whose rows go by COPY, ten times as quick as an INSERT a row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def execute(self, statement: Any, rows: Any = None) -> Any:
        if not isinstance(statement, Insert):
            return self._session.execute(statement, rows)
        for keys in dict.fromkeys(tuple(row) for row in rows):
            self._copy(str(statement.table), keys, [row for row in rows if tuple(row) == keys])
        return None

    def _copy(self, table: str, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        driver = cast(Any, self._session.connection().connection.driver_connection)
        names = ", ".join(f'"{key}"' for key in keys)
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row([_plain(row[key]) for key in keys])


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, (Held, Progress)) else value


def _invent_rows(session: Session, like: SealedAnnex, number: int) -> None:
    data, [head] = like.record.encode(), like.part.heads.values()
    names, subjects = [os.urandom(32).hex() for _ in range(number)], [os.urandom(16).hex() for _ in range(number)]
    arrival = session.scalar(select(func.max(RecordRow.arrival))) or 0
    record = {
        "kind": "annex",
        "signer": NOBODY,
        "received": DAY,
        "progress": Progress.COMPLETE,
        "data": data,
    }
    session.execute(
        insert(RecordRow),
        [
            record | {"name": name, "subject": subject, "arrival": arrival + n}
            for n, (name, subject) in enumerate(zip(names, subjects, strict=True), 1)
        ],
    )
    thing = {"part": "annex", "media": False, "held": Held.HELD}
    session.execute(
        insert(ObjectRow),
        [
            thing | {"name": os.urandom(32).hex(), "record": name, "subject": subject} | kind
            for name, subject in zip(names, subjects, strict=True)
            for kind in (
                {"audience": "lawyers", "length": None, "sealed": os.urandom(len(head) + 28)},
                {"audience": None, "length": len(like.part.body), "sealed": None},
            )
        ],
    )
    custody_log.append_all(session, [Act(kind="received", ref=name, by=NOBODY, day=DAY) for name in names])


def _spent(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def _tell(what: str, begun: float) -> None:
    print(f"  {'bench':<13} {what} after {time.monotonic() - begun:.0f} s", flush=True)
