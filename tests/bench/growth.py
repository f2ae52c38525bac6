"""What a station's log costs when it grows: taking in, a piece of the feed, proofs, start-up.

Real records stand at the beginning and at each end that is measured, sealed and taken in like any other; between them
are rows and entries that were written straight into the database, as long as real ones, of which no piece is read.
In processor time of one core: what others do on the machine is not in it.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from testimony.sealing.annex import SealedAnnex
from testimony.services import collect, custody
from testimony.services.custody import Act
from testimony.services.feed import Asker
from testimony.services.station import Station
from testimony.store.records import Held, ObjectRow, Progress, RecordRow
from testimony.sync.receive import answer_feed
from tests.bench import centrals
from tests.bench.figures import Aim, Figure
from tests.bench.records import annexes, incoming_of
from tests.store import postgres
from tests.sync.world import World

MOST = int(os.environ.get("TESTIMONY_BENCH_ENTRIES", "1000000"))
SIZES = tuple(size for size in (10_000, 100_000, 1_000_000) if size <= MOST)
REAL = 400
"""At the beginning and at each end: more than one piece of the feed holds."""
BATCH = 40
STRIDE = 5_000
TIMES = 20
DAY, NOBODY = "2026-11-24", "0" * 16
GROWING = "something reads more of the log than its edge"
CHECKING = "every page of the file is looked at, which is 14 GB by then: from a disk that takes longer than from memory"
LOG = math.log(SIZES[-1]) / math.log(SIZES[0])
NOISE = 2
OPENING = "opening a station"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            return list(_measure(world))
        finally:
            world.close()


def on_postgresql() -> Sequence[Figure]:
    """The same, with the rows at a server: what that needs of a processor itself is not in it."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(*postgres.CAREFUL) as server:
        world = World(Path(folder))
        try:
            return list(_measure(world, server.url()))
        finally:
            world.close()


def _measure(world: World, database_url: str = "") -> Iterator[Figure]:
    central = centrals.made(world, database_url)
    world.opened.append(central)
    sealed = annexes(world, REAL * (1 + len(SIZES)))
    _take(central, sealed[:REAL])
    costs: list[dict[str, float]] = []
    for number, size in enumerate(SIZES, 1):
        costs.append(_costs(central, world, size, sealed[REAL * number : REAL * (number + 1)]))
        costs[-1][OPENING], central = _opened_again(central)
        world.opened.append(central)
        yield from (Figure(f"{size:,} records: {what}", 1000 * cost, "ms") for what, cost in costs[-1].items())
    for what, least in costs[0].items():
        most = LOG * (SIZES[-1] / SIZES[0] if what == OPENING else NOISE)
        grown = costs[-1][what] / least
        cause = CHECKING if what == OPENING else GROWING
        yield Figure(f"{what}, from {SIZES[0]:,} to {SIZES[-1]:,}", grown, "times", Aim(most=most, cause=cause))


def _costs(central: Station, world: World, size: int, sealed: Sequence[SealedAnnex]) -> dict[str, float]:
    """Seconds of one of each, with `size` records."""
    with central.database.reading() as session:
        held = custody.size(session)
    while held < size - REAL:
        held += invent(central, sealed[0], min(STRIDE, size - REAL - held))
    adding = _spent(lambda: _take(central, sealed)) / len(sealed)
    lawyer = Asker(kid=world.lawyer_signer.kid, role="lawyer")
    with central.database.reading() as session:
        size = custody.size(session)
        return {
            "taking in a record of three objects": adding,
            "a piece of the feed from the end": _median(lambda: answer_feed(central, lawyer, size - REAL)),
            "a piece of the feed from the beginning": _median(lambda: answer_feed(central, lawyer, 0)),
            "a proof that an entry is there": _median(lambda: custody.inclusion(session, size // 3, size)),
            "a proof that the log only grew": _median(lambda: custody.consistency(session, size // 3, size)),
        }


def _take(central: Station, sealed: Sequence[SealedAnnex]) -> None:
    for start in range(0, len(sealed), BATCH):
        batch = [item for annex in sealed[start : start + BATCH] for item in incoming_of(annex)]
        outcome = collect.take_in(central, batch)
        if any(status.status != "stored" for status in outcome.statuses):
            raise RuntimeError("central did not take a record in")


def _opened_again(central: Station) -> tuple[float, Station]:
    central.close()
    before = time.process_time()
    again = Station.open(central.settings.home)
    return time.process_time() - before, again


def invent(central: Station, like: SealedAnnex, number: int) -> int:
    """Write `number` records, with objects and entries of the log, as long as those of `like`."""
    with central.database.transaction() as session:
        _invent_rows(session, like, number)
    return number


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
    custody.append_all(session, [Act(kind="received", ref=name, by=NOBODY, day=DAY) for name in names])


def _spent(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def _median(act: Callable[[], object]) -> float:
    return statistics.median(_spent(act) for _ in range(TIMES))
