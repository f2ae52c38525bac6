"""What a station's log costs when it grows: adding, a piece of the feed, proofs, start-up; on invented entries.

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

from testimony.services import custody
from testimony.services.custody import Act
from testimony.services.feed import Asker
from testimony.services.station import Station
from testimony.sync.receive import answer_feed
from tests.bench.figures import Aim, Figure
from tests.sync.world import World

SIZES = (10_000, 100_000, 1_000_000)
STRIDE = 5_000
TIMES = 20
GROWING = "something reads more of the log than its edge"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            return list(_measure(world))
        finally:
            world.close()


def _measure(world: World) -> Iterator[Figure]:
    central = world.central()
    costs: list[dict[str, float]] = []
    for size in SIZES:
        costs.append(_costs(central, world, size))
        costs[-1]["opening a station"], central = _opened_again(central)
        world.opened.append(central)
        yield from (Figure(f"{size:,} entries: {what}", 1000 * cost, "ms") for what, cost in costs[-1].items())
    log = math.log(SIZES[-1]) / math.log(SIZES[0])
    for what, least in costs[0].items():
        most = 10 * log  # a machine that others use too: an order of magnitude would still be no growth with n
        yield Figure(
            f"{what}, from {SIZES[0]:,} to {SIZES[-1]:,}",
            costs[-1][what] / least,
            "times",
            Aim(most=most, cause=GROWING),
        )


def _costs(central: Station, world: World, size: int) -> dict[str, float]:
    """Seconds of one of each, with `size` entries."""
    with central.database.reading() as session:
        held = custody.size(session)
    while held < size - STRIDE:
        held += _add(central, min(STRIDE, size - STRIDE - held))
    adding = _spent(lambda: _add(central, size - held)) / (size - held)
    asker = Asker(kid=world.station.kid, role="node")
    with central.database.reading() as session:
        return {
            "adding an entry": adding,
            "a piece of the feed from the end": _median(lambda: answer_feed(central, asker, size - 500)),
            "a piece of the feed from the beginning": _median(lambda: answer_feed(central, asker, 0)),
            "a proof that an entry is there": _median(lambda: custody.inclusion(session, size // 3, size)),
            "a proof that the log only grew": _median(lambda: custody.consistency(session, size // 3, size)),
        }


def _opened_again(central: Station) -> tuple[float, Station]:
    central.close()
    before = time.process_time()
    again = Station.open(central.settings.home)
    return time.process_time() - before, again


def _add(central: Station, number: int) -> int:
    acts = [Act(kind="received", ref=os.urandom(32).hex(), by="0" * 16, day="2026-11-24") for _ in range(number)]
    with central.database.transaction() as session:
        custody.append_all(session, acts)
    return number


def _spent(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def _median(act: Callable[[], object]) -> float:
    return statistics.median(_spent(act) for _ in range(TIMES))
