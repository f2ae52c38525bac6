"""Taking testimonies in, in process: how many a second, and what the time goes into."""

from __future__ import annotations

import cProfile
import pstats
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure, took
from tests.bench.support.processes import processor_seconds
from tests.bench.sync import seal_ahead
from tests.support.cli.program import serving
from tests.support.sync.world import World, incoming, objects_of

TESTIMONIES = 300
A_BATCH = 6  # so many make 512 kB
WHERE: Mapping[str, re.Pattern[str]] = {  # by file and name of a function, the first that fits
    "making and renaming files": re.compile(r"posix\.(open|rename|write|unlink|close)|os\.py"),
    "waiting for the disk (fsync, syncfs)": re.compile(r"posix\.fsync|disk\.py.*sync"),
    "SQLite itself, its commits among it": re.compile(r"of 'sqlite3\."),
    "SQLAlchemy": re.compile(r"/sqlalchemy/|sqlalchemy generated"),
    "hashing": re.compile(r"_hashlib|HASH"),
    "signatures and encryption": re.compile(r"cryptography|sealing/signing"),
    "canonical JSON": re.compile(r"canonical\.py|/json/"),
}
PIECES = "21 objects each are verified, hashed, locked, written, synced and read back, and all of it is Python"
REST = "everything else in Python"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        everything = seal_ahead(world, 4 * TESTIMONIES)
        one_by_one, batches, watched, handed_in = (everything[start::4] for start in range(4))
        try:
            over_http = list(_over_http(world, handed_in))
            alone = took(_taking(world.node(), one_by_one, 1))
            together = took(_taking(world.create("node-of-batches", "field", world.station), batches, A_BATCH))
            shares = _shares(_taking(world.create("node-watched", "field", world.station), watched, A_BATCH))
        finally:
            world.close()
    return [
        Figure("taken in one by one", TESTIMONIES / alone, "a second"),
        Figure(f"taken in by batches of {A_BATCH} (512 kB)", TESTIMONIES / together, "a second"),
        Figure("the same: one takes", 1e3 * together / TESTIMONIES, "ms", Aim(most=2, cause=PIECES)),
        *over_http,
        *(Figure(f"of the time, {name}", share, "%") for name, share in shares),
    ]


def _over_http(world: World, testimonies: Sequence[SealedTestimony]) -> Iterator[Figure]:
    """One after the other as a phone hands them in, with a receipt each."""
    node = world.create("node-over-http", "field", world.station)
    node.close()
    with serving("field", node.settings.home, port := free_port()) as process:
        way = Transport(f"http://127.0.0.1:{port}", None, channel=HttpChannel())
        batches = [
            [Frame("record", one.record.encode()), *(Frame("object", data) for data in objects_of(one))]
            for one in testimonies
        ]
        way.batch(batches[0])
        before = processor_seconds(process.pid)
        seconds = took(lambda: [way.batch(frames) for frames in batches[1:]])
        spent = processor_seconds(process.pid) - before
    number = len(batches) - 1
    yield Figure("one alone, over HTTP", 1e3 * seconds / number, "ms", Aim(most=4.5, cause=PIECES))
    yield Figure("the same, processor time of the node", 1e3 * spent / number, "ms")


def _taking(node: Station, testimonies: Sequence[SealedTestimony], at_once: int) -> Callable[[], None]:
    batches = [incoming(*testimonies[start : start + at_once]) for start in range(0, len(testimonies), at_once)]

    def take() -> None:
        for batch in batches:
            take_in(node, batch)

    return take


def _shares(act: Callable[[], None]) -> list[tuple[str, float]]:
    """Percent of the time in functions of each kind, as the profiler saw it, which slows Python and not the disk."""
    profile = cProfile.Profile()
    profile.runcall(act)
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[next((kind for kind, pattern in WHERE.items() if pattern.search(f"{file} {name}")), REST)] += own
    return [(name, 100 * share / spent.total()) for name, share in spent.most_common()]
