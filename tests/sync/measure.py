"""Testimonies a second, node to central and to a desk over HTTP: `python -m tests.sync.measure [N]`. Not a test."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from testimony.services import collect
from testimony.sync.channel import HttpChannel
from testimony.sync.pull import pull
from testimony.sync.push import push
from testimony.sync.transport import Transport
from tests.cli.running import serving
from tests.sync.world import World, incoming, objects_of

TESTIMONIES = 200


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Per second of wall-clock time; `wire` is bytes sent for each byte of records and objects."""

    testimonies: int
    bytes_each: int
    taken_in: float
    pushed: float
    pulled: float
    wire: float


def measure(testimonies: int = TESTIMONIES) -> Figures:
    """One node, central as a process of its own behind waitress, one lawyer's desk, in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            return _measure(world, testimonies)
        finally:
            world.close()


def _measure(world: World, testimonies: int) -> Figures:
    node, central, desk = world.node(), world.central(), world.desk()
    everything = [world.testimony(size=1500) for _ in range(testimonies)]
    size = sum(len(one.record.encode()) + sum(map(len, objects_of(one))) for one in everything)
    taken_in = _seconds(lambda: [collect.take_in(node, incoming(one)) for one in everything])
    central.close()
    with serving("central", central.settings.home, _free_port()) as process:
        url = process.address.partition("/#")[0]  # type: ignore[attr-defined]
        before = time.perf_counter()
        report = push(node, Transport(url, world.station, channel=HttpChannel()))
        pushed = time.perf_counter() - before
        if report.delivered != testimonies:
            raise RuntimeError(report)
        to_desk = Transport(url, world.lawyer_signer, channel=HttpChannel())
        pulled = _seconds(lambda: pull(desk, to_desk, audience="lawyers"))
    return Figures(
        testimonies=testimonies,
        bytes_each=size // testimonies,
        taken_in=testimonies / taken_in,
        pushed=testimonies / pushed,
        pulled=testimonies / pulled,
        wire=report.bytes_sent / size,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _seconds(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def main() -> None:
    figures = measure(int(sys.argv[1]) if len(sys.argv) > 1 else TESTIMONIES)
    print(
        f"{figures.testimonies} testimonies of {figures.bytes_each} bytes: one by one {figures.taken_in:.0f}/s, "
        f"node -> central {figures.pushed:.0f}/s ({figures.wire:.3f}x on the wire), "
        f"central -> desk {figures.pulled:.0f}/s"
    )


if __name__ == "__main__":
    main()
