"""Central under an even load: an hour at half of what it can take in, over HTTP, on SQLite and on the clock.

Records are annexes of 11 kB in three objects, sealed by a process beside it while the clock runs: a million of them
would not fit into memory. They need some 25 GB of disk. `TESTIMONY_BENCH_MINUTES` makes it shorter.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.queues import Queue
from pathlib import Path

from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.bench.support import centrals
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure, took
from tests.bench.support.processes import processor_seconds, resident
from tests.bench.support.records import A_BATCH, batches_of
from tests.support.cli.program import serving_anew
from tests.support.sync.world import World

MINUTES = float(os.environ.get("TESTIMONY_BENCH_MINUTES", "60"))
FIRST = 40
"""Batches that are sent as quickly as they can be, to learn the highest rate."""
AHEAD = 20
ON_THE_DISK = 25_000
"""Bytes of an annex: its rows, the write-ahead log's share and three small files of whole blocks."""
PARTS = 12
"""The first and the last of them are compared."""
GROWS = "what is held of each testimony for as long as the process lives: its shred key, and that it was read back"
SLOWER = "the tables' indexes are deeper, and the write-ahead log is moved into a larger file"

Took = tuple[float, float]
"""When an answer came, and after how long: seconds."""


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        central = centrals.made(world, name="for-an-hour")
        central.close()
        try:
            with serving_anew("central", central.settings.home, free_port()) as process:
                figures = _measure(world, process)
                process.kill()  # with millions of records it may take longer to end than a test waits for
                return figures
        finally:
            world.close()


def _measure(world: World, central: subprocess.Popen[str]) -> Sequence[Figure]:
    way = Transport(str(central.address).partition("/#")[0], world.station)  # type: ignore[attr-defined]
    ready = batches_of(world, FIRST * A_BATCH)
    highest = FIRST / took(lambda: [way.batch(frames) for frames in ready])
    _require_space(world.folder, highest / 2 * A_BATCH * 60 * MINUTES)
    spent = processor_seconds(central.pid)
    held: list[float] = []
    answers = _paced(world, way, highest / 2, lambda: held.append(resident(central.pid)))
    spent = processor_seconds(central.pid) - spent
    begin, end = (sorted(wait for _, wait in part) for part in _first_and_last(answers))
    records = len(answers) * A_BATCH
    slower = statistics.median(end) / statistics.median(begin)
    what = f"{MINUTES:g} minutes at half of that"
    return [
        Figure("annexes of 11 kB, as quickly as they can be sent", highest * A_BATCH, "a second"),
        Figure(what, records, "annexes"),
        Figure("the same, reached", records / (60 * MINUTES), "a second"),
        Figure("the same, processor time of central for each", 1e3 * spent / records, "ms"),
        Figure(f"a batch of {A_BATCH}, median of the first twelfth", 1e3 * statistics.median(begin), "ms"),
        Figure("the same, median of the last twelfth", 1e3 * statistics.median(end), "ms"),
        Figure("the same, last against first", slower, "times", Aim(most=1.25, cause=SLOWER)),
        Figure("the same, 99th percentile of the last twelfth", 1e3 * end[int(len(end) * 0.99)], "ms"),
        Figure("memory (RSS) of central after a twelfth", held[0], "MB"),
        Figure("the same at the end, on top", held[-1] - held[0], "MB", Aim(most=30, cause=GROWS)),
    ]


def _require_space(folder: Path, annexes: float) -> None:
    free, needed = shutil.disk_usage(folder).free, annexes * ON_THE_DISK
    if free < needed:
        raise RuntimeError(f"{annexes:,.0f} annexes need {needed / 1e9:.0f} GB of disk; {free / 1e9:.0f} GB are free")


def _paced(world: World, way: Transport, rate: float, look: Callable[[], None]) -> list[Took]:
    """Send so many batches a second for `MINUTES`, and look after each twelfth of the time."""
    context = multiprocessing.get_context("fork")
    sealed: Queue[list[Frame]] = context.Queue(AHEAD)
    sealing = context.Process(target=_seal_on, args=(world, sealed), daemon=True)
    sealing.start()
    answers: list[Took] = []
    began, looked = time.perf_counter(), 0
    try:
        while (now := time.perf_counter() - began) < 60 * MINUTES:
            if now > (looked + 1) * 60 * MINUTES / PARTS:
                looked += 1
                look()
            frames = sealed.get()
            time.sleep(max(0.0, len(answers) / rate - (time.perf_counter() - began)))
            wait = took(lambda: way.batch(frames))  # noqa: B023  # called at once
            answers.append((time.perf_counter() - began, wait))
        look()
    finally:
        sealing.kill()
    return answers


def _seal_on(world: World, sealed: Queue[list[Frame]]) -> None:
    while True:
        for frames in batches_of(world, A_BATCH, processes=1):
            sealed.put(frames)


def _first_and_last(answers: Sequence[Took]) -> tuple[Sequence[Took], Sequence[Took]]:
    part = 60 * MINUTES / PARTS
    return [one for one in answers if one[0] < part], [one for one in answers if one[0] > (PARTS - 1) * part]
