"""A node and central as real processes, killed under load: nothing acknowledged is lost, and none is doubled."""

from __future__ import annotations

import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.sealing.testimony import SealedTestimony
from testimony.services import soundness
from testimony.services.station import Station
from testimony.settings import Settings
from testimony.sync.exchange import exchange
from testimony.sync.push import push
from testimony.sync.transport import Transport
from tests.cli.running import four_free_ports
from tests.faults import deliveries
from tests.faults.processes import Process, Sender, phone
from tests.services.world import World, entries, incoming, take
from tests.sync.world import to, waiting

FEW, MANY = 2, 200
EACH = 3  # deliveries to wait for, at most, between two kills
BREATH = 0.05  # seconds, at most, until the kill: it has to come at any moment


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def other_node(station: Station, world: World, central: Process) -> Callable[[SealedTestimony], bool]:
    way = Transport(central.url, world.second_node, pause=lambda _: None)

    def deliver(sealed: SealedTestimony) -> bool:
        take(station, sealed)
        push(station, way)
        return waiting(station) == []

    return deliver


def killed_often(world: World, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    node, central, second = world.node(), world.central(), world.other_node()
    port = four_free_ports()
    node.close()
    central.close()
    home, headquarters = node.settings.home, central.settings.home
    replace(Settings.load(home), central_url=f"http://127.0.0.1:{port + 1}").save()
    stock = [world.testimony() for _ in range(kills * EACH + 4)]
    processes = [Process("field", home, port), Process("central", headquarters, port + 1)]
    senders = [Sender(stock[::2], phone(processes[0])), Sender(stock[1::2], other_node(second, world, processes[1]))]
    try:
        for number in range(kills):
            victim = number % 2
            if not senders[victim].wait_for(rng.randint(1, EACH)):
                break
            threading.Event().wait(rng.random() * BREATH)
            processes[victim].end(subprocess.Popen.kill)
            processes[victim].start()
    finally:
        for sender in senders:
            sender.stop()
        for process in processes:
            process.end(subprocess.Popen.terminate)
    require_each_once(world, home, headquarters, second, [sender.done for sender in senders])


def require_each_once(
    world: World, home: Path, headquarters: Path, second: Station, done: list[list[SealedTestimony]]
) -> None:
    node, central = Station.open(home), Station.open(headquarters)
    world.opened += [node, central]
    assert deliveries.missing(node, [incoming(sealed) for sealed in done[0]]) == []
    assert deliveries.missing(central, [incoming(sealed) for sealed in done[1]]) == []
    for station, signer in ((node, world.station), (second, world.second_node)):
        exchange(station, to(central, signer))
        assert waiting(station) == []
    assert deliveries.missing(central, [incoming(sealed) for sealed in (*done[0], *done[1])]) == []
    for station in (node, central):
        assert max(Counter(entries(station)).values()) == 1, "a record stands in the log twice"
        station.close()
        assert [one.words for one in soundness.check(station.settings.home) if one.grave] == []


def test_killed_a_few_times_nothing_is_lost_and_none_doubled(world: World) -> None:
    killed_often(world, FEW, seed=1)


@pytest.mark.long
def test_killed_two_hundred_times_nothing_is_lost_and_none_doubled(world: World) -> None:
    killed_often(world, MANY, seed=2)
