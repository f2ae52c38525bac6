"""Sync where it is hard: small records beside other tools, a link on which every connection dies, slow uploads.

Central and node are processes of their own behind waitress. Everything is sealed before the clock runs.
"""

from __future__ import annotations

import http.client
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.bench.others import rivals
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Aim, Figure, took
from tests.bench.support.processes import resident, watched
from tests.bench.support.records import annexes, incoming_of
from tests.bench.sync import Scale, seal_ahead
from tests.support.cli.program import serving
from tests.support.sync.links.proxy import Cut, Proxy, proxied
from tests.support.sync.world import World, bring, objects_of, waiting

RECORDS = 10_000
TESTIMONIES = 100
OVER_A_BAD_LINK = 200
RATE = 256_000 / 8
MEDIUM = 8 * 1024 * 1024
SLOW, QUICK, QUICK_TESTIMONIES = 40, 400, 400
FLAT_MB = 1000
VERIFYING = (
    "each record's signature is verified, each head is locked under a key of its own, each body is a file that is "
    "synced and read back, a receipt is signed and verified again, and all of it is Python"
)
FRAMING = "records travel in clear JSON beside their objects, a receipt comes back for each, and each request is signed"
BUSY = "a busier or slower machine"
TAKING_IN = (
    "one takes about half of that by itself: 21 objects are verified, locked, synced and read back; the worst waited "
    "for the disk too"
)
WAITING = "a lost batch is sent again whole, and what was under way when a connection died is lost with it"


def measure() -> Sequence[Figure]:
    return [
        *_small_records(),
        *_testimonies(),
        *rivals.measure(rivals.invented(RECORDS)),
        *_rivals_with_testimonies(),
        *_bad_link(),
        *_medium_under_cuts(),
        *_slow_uploads(),
        *_flat(),
    ]


@contextmanager
def _organisation() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            yield world
        finally:
            world.close()


@contextmanager
def _central(world: World) -> Iterator[str]:
    """The address of a central that is a process of its own."""
    central = world.central()
    central.close()
    with serving("central", central.settings.home, free_port()) as process:
        yield process.address.partition("/#")[0]  # type: ignore[attr-defined]


def _take(node: Station, items: Iterable[list[Incoming]]) -> int:
    """Bytes of what the node took in."""
    size = 0
    for one in items:
        size += sum(len(item.payload) for item in one)
        take_in(node, one)
    return size


def _small_records() -> Iterator[Figure]:
    with _organisation() as world:
        node = world.node()
        size = _take(node, map(incoming_of, annexes(world, RECORDS)))
        with _central(world) as url:
            scale = Scale()
            seconds = took(lambda: push(node, Transport(url, world.station, channel=scale)))
        _require_delivered(node)
    yield Figure(f"{RECORDS:,} records of {size / RECORDS / 1000:.1f} kB in 3 objects", size / 1e6, "MB")
    yield Figure("node -> central on SQLite", RECORDS / seconds, "records a second", Aim(least=1500, cause=VERIFYING))
    yield Figure("node -> central, objects", 3 * RECORDS / seconds, "a second")
    yield Figure("node -> central, sent for each byte", scale.sent / size, "bytes", Aim(most=1.01, cause=FRAMING))


def _testimonies() -> Iterator[Figure]:
    with _organisation() as world:
        node, everything = world.node(), seal_ahead(world, TESTIMONIES)
        size = sum(len(one.record.encode()) + sum(map(len, objects_of(one))) for one in everything)
        for one in everything:
            bring(node, one)
        with _central(world) as url:
            scale = Scale()
            seconds = took(lambda: push(node, Transport(url, world.station, channel=scale)))
        _require_delivered(node)
    what = f"whole testimonies of {size / TESTIMONIES / 1000:.0f} kB in 21 objects"
    yield Figure(f"{what}, node -> central", TESTIMONIES / seconds, "a second", Aim(least=220, cause=VERIFYING))
    yield Figure(f"{what}, node -> central, objects", 21 * TESTIMONIES / seconds, "a second")
    yield Figure(f"{what}, sent for each byte", scale.sent / size, "bytes", Aim(most=1.01, cause=FRAMING))


def _rivals_with_testimonies() -> Sequence[Figure]:
    with _organisation() as world:
        everything = seal_ahead(world, TESTIMONIES)
    return rivals.measure(
        rivals.Load("whole testimonies", [[one.record.encode(), *objects_of(one)] for one in everything])
    )


def _require_delivered(node: Station) -> None:
    if left := waiting(node):
        raise RuntimeError(f"{len(left)} records were not delivered")


def _until_delivered(node: Station, deliver: Callable[[], object]) -> None:
    while waiting(node):
        try:
            deliver()
        except NotDelivered:
            continue


@contextmanager
def _behind(url: str, cut: Callable[[], Cut]) -> Iterator[Proxy]:
    """A proxy before `url`, every connection of which fares as `cut` says."""
    host, _, port = url.removeprefix("http://").partition(":")
    with proxied((host, int(port))) as proxy:
        proxy.cuts.extend(cut() for _ in range(1000))
        yield proxy


def _bad_link() -> Iterator[Figure]:
    chance = random.Random(7)
    with _organisation() as world:
        node = world.node()
        size = _take(node, map(incoming_of, annexes(world, OVER_A_BAD_LINK)))
        dying = lambda: Cut(up=chance.randrange(150_000, 450_000), rate=RATE, piece=4096)  # noqa: E731  # one line says it
        with _central(world) as url, _behind(url, dying) as proxy:
            way = Transport(proxy.url, world.station, channel=HttpChannel())
            seconds = took(lambda: _until_delivered(node, lambda: push(node, way)))
    what = f"256 kbit/s, every connection dies after 150 to 450 kB: {OVER_A_BAD_LINK} records"
    yield Figure(what, seconds, f"s, ideal {size / RATE:.0f} s")
    yield Figure("the same, of the ideal", seconds / (size / RATE), "times", Aim(most=1.4, cause=WAITING))


def _medium_under_cuts() -> Iterator[Figure]:
    chance = random.Random(8)
    with _organisation() as world:
        node, sealed = world.node(), world.with_media(MEDIUM)
        size = sum(map(len, objects_of(sealed)))
        bring(node, sealed)
        with _central(world) as url, _behind(url, lambda: Cut(up=chance.randrange(500_000, 2_000_000))) as proxy:
            way = Transport(proxy.url, world.station, channel=HttpChannel(), pause=lambda _: None)
            while _pushes(node, way):
                continue
    yield Figure(
        "8 MiB of a recording, every connection dies after 0.5 to 2 MB: sent for each byte",
        proxy.sent_up / size,
        "bytes",
        Aim(most=1.06, cause=WAITING),
    )


def _pushes(node: Station, way: Transport) -> bool:
    """One delivery; whether something is left."""
    try:
        return push(node, way).waiting > 0
    except NotDelivered:
        return True


def _slow_uploads() -> Iterator[Figure]:
    with _organisation() as world:
        node = world.node()
        node.close()
        batches = [_frames_of(one) for one in seal_ahead(world, QUICK_TESTIMONIES)]
        with serving("field", node.settings.home, port := free_port()), ExitStack() as stack:
            for _ in range(SLOW):
                stack.enter_context(_trickling(port))
            asked = [_asked(port) for _ in range(QUICK)]
            way = Transport(f"http://127.0.0.1:{port}", None, channel=HttpChannel())
            handed = [took(partial(way.batch, frames)) for frames in batches]
    beside = f"beside {SLOW} slow uploads"
    whole = "a whole testimony from a phone, with its receipt"
    for what, found, cause in (("a small question", asked, BUSY), (whole, handed, TAKING_IN)):
        yield Figure(f"{beside}, {what}, median", 1000 * statistics.median(found), "ms")
        yield Figure(f"{beside}, {what}, p99", 1000 * _p99(found), "ms", Aim(most=50, cause=cause))


def _frames_of(sealed: SealedTestimony) -> list[Frame]:
    return [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]


def _p99(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.99)]


@contextmanager
def _trickling(port: int) -> Iterator[None]:
    """An upload of which a few bytes come, again and again, and never the end."""
    ending = threading.Event()
    with socket.create_connection(("127.0.0.1", port)) as upload:
        upload.sendall(
            b"POST /sync/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\ntestimony/1/frames\n"
        )

        def trickle() -> None:
            while not ending.wait(0.2):
                upload.sendall(b"x" * 16)

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()


def _asked(port: int) -> float:
    before = time.perf_counter()
    way = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    way.request("GET", "/sync/nonce")
    way.getresponse().read()
    way.close()
    return time.perf_counter() - before


def _flat() -> Iterator[Figure]:
    """Media into a node over HTTP, unsigned as from a phone."""
    each = 25_000_000
    with _organisation() as world:
        node = world.node()
        node.close()
        with serving("field", node.settings.home, port := free_port()) as process:
            way = Transport(f"http://127.0.0.1:{port}", None, channel=HttpChannel())
            _upload(way, world, 1_000_000)
            held = resident(process.pid)
            with watched(process.pid) as most:
                for _ in range(FLAT_MB * 1_000_000 // each):
                    _upload(way, world, each)
                grown = most() - held
    yield Figure("memory (RSS) of a node that took in one small recording", held, "MB")
    yield Figure(f"its peak while {FLAT_MB:,} MB more came, on top", grown, "MB", Aim(most=30, cause=BUSY))


def _upload(way: Transport, world: World, size: int) -> None:
    sealed = world.with_media(size)
    batch, filled = [Frame("record", sealed.record.encode())], 0
    for data in objects_of(sealed):
        batch.append(Frame("object", data))
        filled += len(data)
        if filled > 250_000:
            way.batch(batch)
            batch, filled = [], 0
    if batch:
        way.batch(batch)
