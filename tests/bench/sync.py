"""Testimonies a second from a node to central and on to a desk, over HTTP on this machine, with everything on the disk.

Central is a process of its own behind waitress. Every testimony is another one, sealed before the clock runs.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.http.channel import Answer, HttpChannel
from testimony.sync.http.transport import Transport
from tests.bench.sealing import size_of
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Figure, took
from tests.bench.support.processes import processor_seconds
from tests.support.cli.program import serving
from tests.support.sync.world import World, incoming

TESTIMONIES = 1000
OBJECTS = 21  # the manifest, six bodies, fourteen heads
worlds: list[World] = []  # what the processes that seal take over when they are forked


class Scale:
    """Carries requests and adds up what they weigh on the wire, headers included."""

    def __init__(self) -> None:
        self.channel = HttpChannel()
        self.sent = self.received = 0

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = self.channel.send(method, url, headers, body)
        self.sent += len(method) + len(url) + _weight(headers) + len(body)
        self.received += _weight(answer.headers) + len(answer.body)
        return answer


def _weight(headers: dict[str, str]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items())


def seal_ahead(world: World, number: int) -> list[SealedTestimony]:
    """On all cores."""
    worlds[:] = [world]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_seal, range(number), chunksize=20))


def _seal(_: int) -> SealedTestimony:
    return worlds[0].testimony(size=1500)


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        everything = seal_ahead(world, TESTIMONIES)
        try:
            return _measure(world, everything)
        finally:
            world.close()


def _measure(world: World, everything: Sequence[SealedTestimony]) -> Sequence[Figure]:
    node, central, desk = world.node(), world.central(), world.desk()
    size, number = sum(map(size_of, everything)), len(everything)
    taken_in = took(lambda: [take_in(node, incoming(one)) for one in everything])
    central.close()
    scale = Scale()
    with serving("central", central.settings.home, free_port()) as process:
        url = process.address.partition("/#")[0]  # type: ignore[attr-defined]
        here, there = time.process_time(), processor_seconds(process.pid)
        pushed = took(lambda: push(node, Transport(url, world.station, channel=scale)))
        here, there = time.process_time() - here, processor_seconds(process.pid) - there
        to_desk = Transport(url, world.lawyer_signer, channel=HttpChannel())
        pulled = took(lambda: pull(desk, to_desk, audience="lawyers"))
    _require_all(desk, number)
    return [
        Figure("testimonies", number, f"of {size / number / 1000:.0f} kB, {OBJECTS} records and objects each"),
        Figure("phone -> node, a batch and a receipt each, in process", number / taken_in, "a second"),
        Figure("node -> central", number / pushed, "a second"),
        Figure("node -> central", size / 1e6 / pushed, "MB/s"),
        Figure("node -> central, processor time of the node for each", 1000 * here / number, "ms"),
        Figure("node -> central, processor time of central for each", 1000 * there / number, "ms"),
        Figure("node -> central, sent for each byte of the testimonies", scale.sent / size, "bytes"),
        Figure("node -> central, answered for each byte of the testimonies", scale.received / size, "bytes"),
        Figure("central -> a lawyer's desk", number / pulled, "a second"),
    ]


def _require_all(desk: Station, number: int) -> None:
    with desk.database.reading() as session:
        held = len(record_queries.records_of_kind(session, "manifest", limit=2 * number))
    if held != number:
        raise RuntimeError(f"{held} of {number} testimonies arrived")
