"""Central that outgrows one machine: what it takes in on each database, by two servers, from S3, for many desks.

Records are annexes of 11 kB in three objects, sealed before the clock runs, in batches of 512 kB as nodes send them.
Who brings them is a thread that sends ready batches over HTTP and reads the receipts: a node needs a processor besides.
"""

from __future__ import annotations

import gzip
import os
import secrets
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.services.backup import backup
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.intake.intake import take_in
from testimony.store.blobs.s3 import BucketStore
from testimony.store.files.shred_keys import ShredKeys
from testimony.sync.http.transport import Transport
from testimony.sync.server.server import answer_batch, answer_feed, answer_have
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.bench import growth
from tests.bench.support import centrals
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure, rate, took
from tests.bench.support.processes import processor_seconds, resident, workers_of
from tests.bench.support.records import A_BATCH, annexes, batches_of
from tests.bench.sync import seal_ahead
from tests.support.cli.program import serving, serving_anew
from tests.support.store import postgres, seaweed
from tests.support.sync.world import World, incoming

RECORDS = int(os.environ.get("TESTIMONY_BENCH_RECORDS", "9200"))
SENDERS = 8
WORKERS = (1, 2, 4)
TESTIMONIES, TOGETHER = 300, 6
DESKS = 100
FED = 460
INVENTED, KEYS = 20_000, 1_000_000
BODIES, BODY = 400, 256 * 1024
PYTHON = (
    "a record costs most of a millisecond of one core: a quarter of it verifies and signs, a fifth is for the "
    "database, the rest is Python"
)
SHARED = "PostgreSQL and the senders have the same two cores as the workers"
TURN = "one writes at a time: what a server does while it holds the log's lock is not done by two"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        world = World(Path(folder))
        stack.callback(world.close)
        ready = batches_of(world, RECORDS)
        return [
            *_in_process(world, ready, "SQLite", ""),
            *_on_postgresql(world, ready),
            *_testimonies(world),
            *_over_http(world, ready),
            *_many_desks(world, ready[: -(-FED // A_BATCH)]),
            *_questions(world, ready[0]),
            *_shred_keys(world.folder / "shred.keys"),
            *_bucket(),
        ]


def _in_process(world: World, ready: Sequence[list[Frame]], kind: str, url: str) -> Iterator[Figure]:
    """`answer_batch` alone, one after the other."""
    central, asker = centrals.made(world, url, name=f"in-process-{kind}"), Asker(kid=world.station.kid, role="node")
    bodies = [write_frames(frames) for frames in ready]
    before = time.process_time()
    seconds = took(lambda: [answer_batch(central, body, asker) for body in bodies])
    spent = time.process_time() - before
    central.close()
    yield Figure(f"taken in on {kind}, in process", RECORDS / seconds, "records a second")
    yield Figure(
        f"the same, processor time of central for each record, {kind}",
        1e3 * spent / RECORDS,
        "ms",
        Aim(most=0.4, cause=PYTHON),
    )


def _on_postgresql(world: World, ready: Sequence[list[Frame]]) -> Iterator[Figure]:
    with postgres.running(*postgres.CAREFUL) as server:
        before = server.processor_seconds()
        yield from _in_process(world, ready, "PostgreSQL", server.url())
        spent = server.processor_seconds() - before
        yield Figure("processor time of PostgreSQL for each record", 1e3 * spent / RECORDS, "ms")
        yield Figure("size of the database for each record", _database_size(server) / RECORDS / 1e3, "kB")


def _testimonies(world: World) -> Iterator[Figure]:
    """What a whole one leaves at central, and what it takes to back all of them up."""
    with postgres.running(*postgres.CAREFUL) as server, tempfile.TemporaryDirectory() as kept:
        central = centrals.made(world, server.url(), name="of-testimonies")
        before = _database_size(server)
        sealed = seal_ahead(world, TESTIMONIES)
        began = time.process_time()
        for start in range(0, TESTIMONIES, TOGETHER):
            take_in(central, incoming(*sealed[start : start + TOGETHER]))
        spent = time.process_time() - began
        rows = (_database_size(server) - before) / TESTIMONIES
        bodies = sum(file.stat().st_size for file in (central.settings.home / "parts").rglob("*") if file.is_file())
        began = time.process_time()
        backup.back_up(central, Path(kept) / "backup")
        copied = time.process_time() - began
        central.close()
    yield Figure("a whole testimony in 21 objects: rows in PostgreSQL", rows / 1e3, "kB")
    yield Figure("the same: bodies, in files or in a bucket", bodies / TESTIMONIES / 1e3, "kB")
    yield Figure("the same: processor time of central to take it in", 1e3 * spent / TESTIMONIES, "ms")
    yield Figure("the same: processor time of central for a first backup", 1e3 * copied / TESTIMONIES, "ms")


def _database_size(server: postgres.Server) -> int:
    server.execute("CHECKPOINT")
    [(size,)] = server.execute("SELECT pg_database_size('postgres')")
    return int(str(size))


def _over_http(world: World, ready: Sequence[list[Frame]]) -> Iterator[Figure]:
    rates = {number: _rate(world, ready, number) for number in WORKERS}
    for number, (reached, spent, held) in rates.items():
        aim = Aim(least=2000, cause=SHARED) if number == 2 else None
        yield Figure(f"over HTTP on PostgreSQL, {SENDERS} senders, {number} workers", reached, "records a second", aim)
        yield Figure(f"the same, processor time of the workers for each record, {number}", spent, "ms")
        yield Figure(f"the same, memory (RSS) of all processes afterwards, {number}", held, "MB")
    gain = rates[2][0] / rates[1][0]
    yield Figure("two workers against one", gain, "times", Aim(least=1.5, cause=TURN))


def _rate(world: World, ready: Sequence[list[Frame]], number: int) -> tuple[float, float, float]:
    """(records a second, ms of the workers' processors for each, MB), of so many workers on a database of their own."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres.running(*postgres.CAREFUL))
        home = _closed_home(world, database.url(), f"{number}-workers")
        central = stack.enter_context(serving_anew("central", home, free_port(), "--workers", str(number)))
        running = [central.pid] if number == 1 else workers_of(central.pid, number)
        before = sum(map(processor_seconds, running))
        seconds = took(lambda: _at_once(SENDERS, lambda one: _send(world, central, ready[one::SENDERS])))
        spent = sum(map(processor_seconds, running)) - before
        held = sum(map(resident, {central.pid, *running}))
    return RECORDS / seconds, 1e3 * spent / RECORDS, held


def _closed_home(world: World, url: str, name: str) -> Path:
    central = centrals.made(world, url, name=name)
    central.close()
    return central.settings.home


def _send(world: World, server: subprocess.Popen[str], ready: Sequence[list[Frame]]) -> None:
    way = Transport(_address(server), world.station)
    for frames in ready:
        answer = way.batch(frames)
        if sum(frame.kind == "record" for frame in answer) != len(frames) // 3:
            raise RuntimeError("central did not sign for every record")


def _many_desks(world: World, ready: Sequence[list[Frame]]) -> Iterator[Figure]:
    """Each reads the whole log with all that a lawyer may have; at once."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres.running(*postgres.CAREFUL))
        home = _closed_home(world, database.url(), "fed")
        server = stack.enter_context(serving("central", home, free_port()))
        _send(world, server, ready)
        pages: list[tuple[float, int]] = []
        before = processor_seconds(server.pid)
        seconds = took(lambda: _at_once(DESKS, lambda _: pages.extend(_read(world, server))))
        spent, held = processor_seconds(server.pid) - before, resident(server.pid)
    size = sum(length for _, length in pages)
    waits = sorted(wait for wait, _ in pages)
    yield Figure(f"{DESKS} desks read {len(ready) * A_BATCH:,} records at once", seconds, "s")
    yield Figure("the same, given out by one server", size / seconds / 1e6, "MB/s")
    yield Figure("the same, processor time of the server for each MB", 1e3 * spent / (size / 1e6), "ms")
    yield Figure("memory (RSS) of that server afterwards", held, "MB")
    yield Figure("a piece of the feed meanwhile, median", 1e3 * statistics.median(waits), "ms")
    yield Figure("a piece of the feed meanwhile, the slowest", 1e3 * waits[-1], "ms")


def _read(world: World, server: subprocess.Popen[str]) -> list[tuple[float, int]]:
    """(seconds, bytes) of each piece, to the end of the log."""
    way, after, size, found = Transport(_address(server), world.lawyer_signer), 0, 1, []
    while after < size:
        begun = time.perf_counter()
        frames = way.feed(after, "lawyers")
        found.append((time.perf_counter() - begun, sum(len(frame.payload) for frame in frames)))
        end = canonical.decode_object(frames[-1].payload)
        after, size = end["next"], end["size"]
    return found


def _questions(world: World, first: list[Frame]) -> Iterator[Figure]:
    """What nodes ask again and again, of a central on SQLite with a log that is longer than what they are given."""
    central, asker = centrals.made(world, name="asked"), Asker(kid=world.station.kid, role="node")
    answer_batch(central, write_frames(first), asker)
    growth.invent(central, annexes(world, 1)[0], INVENTED)
    with central.database.reading() as session:
        size = custody_log.size(session)
    piece = answer_feed(central, asker, size - INVENTED)
    end = canonical.decode_object(list(read_frames(piece))[-1].payload)
    packed = len(gzip.compress(piece)) / (end["next"] - size + INVENTED)
    asked = canonical.encode({"names": ["0" * 64]})
    nothing_new = 1 / rate(lambda: answer_feed(central, asker, size))
    lacking = 1 / rate(lambda: answer_have(central, asked))
    central.close()
    yield Figure("the log for a node, packed, for each entry", packed, "bytes")
    yield Figure("a node asks for the log and there is nothing new, processor time", 1e3 * nothing_new, "ms")
    yield Figure("a node asks what is lacking, processor time", 1e3 * lacking, "ms")


def _shred_keys(file: Path) -> Iterator[Figure]:
    """Of a million testimonies, as two servers of one central have them."""
    with file.open("wb") as keys:
        for _ in range(KEYS // 1000):
            pairs = ((secrets.token_hex(16), secrets.token_hex(32)) for _ in range(1000))
            keys.write("".join(f"{tid} {key}\n" for tid, key in pairs).encode())
    before, began = resident(os.getpid()), time.process_time()
    here = ShredKeys(file)
    opened, held = time.process_time() - began, resident(os.getpid()) - before
    there = ShredKeys(file)
    there.ensure([secrets.token_hex(16)])
    began = time.process_time()
    here.ensure([secrets.token_hex(16)])
    added = time.process_time() - began
    began = time.process_time()
    here.shred([next(iter(here.ids()))])
    shredded = time.process_time() - began
    yield Figure(f"{KEYS:,} shred keys: read at the start", opened, "s")
    yield Figure("the same: memory of each server", held, "MB")
    yield Figure("the same: one more, where another server has added one", 1e3 * added, "ms")
    yield Figure("the same: one shredded, the file written anew", shredded, "s")


def _bucket() -> Iterator[Figure]:
    bodies = {sha256_hex(data): data for data in (secrets.token_bytes(BODY) for _ in range(BODIES))}
    size = BODIES * BODY / 1e6
    with seaweed.server() as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        store = BucketStore(running.url(), endpoint=running.endpoint, region="")
        put = took(lambda: store.put_all(bodies))
        proved = took(lambda: store.require_whole(bodies))
        read = took(lambda: sum(1 for _ in store.read_each(bodies)))
        running.forget()
    yield Figure("bodies of 256 KiB put into S3 (SeaweedFS on this machine)", size / put, "MB/s")
    yield Figure("the same, read back and hashed before a receipt", size / proved, "MB/s")
    yield Figure("the same, read one after the other, eight ahead", size / read, "MB/s")


def _at_once(number: int, act: Callable[[int], object]) -> None:
    """`act` in so many threads. Raises what the first of them raised."""
    failed: list[BaseException] = []

    def run(one: int) -> None:
        try:
            act(one)
        except BaseException as error:  # noqa: BLE001  # raised below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _address(server: subprocess.Popen[str]) -> str:
    return str(server.address).partition("/#")[0]  # type: ignore[attr-defined]
