"""A node and central as real processes, killed under load: nothing acknowledged is lost, and none is doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.records import SignedRecord
from testimony.sealing.testimony import SealedTestimony
from testimony.services import soundness
from testimony.services.station import Station
from testimony.settings import Settings
from testimony.sync.exchange import exchange
from testimony.sync.messages import Frame
from testimony.sync.push import push
from testimony.sync.transport import Transport
from tests.cli.running import ROOT, four_free_ports
from tests.faults import deliveries
from tests.services.world import World, entries, incoming, take
from tests.sync.world import to, waiting

FEW, MANY = 2, 200
EACH = 3  # deliveries to wait for, at most, between two kills
BREATH = 0.05  # seconds, at most, until the kill: it has to come at any moment
PATIENCE = 0.1


class Process:
    """A station that `testimony serve` runs, and that can be killed and started again."""

    def __init__(self, role: str, home: Path, port: int) -> None:
        self.command = [sys.executable, "-m", "testimony", "serve", role, "--home", str(home), "--port", str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), "it did not start"

    def end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        how(self.process)
        self.process.communicate(timeout=60)


class Sender:
    """A thread that delivers one testimony after the other, each until it is acknowledged."""

    def __init__(self, todo: Sequence[SealedTestimony], deliver: Callable[[SealedTestimony], bool]) -> None:
        self.todo, self.deliver = list(todo), deliver
        self.done: list[SealedTestimony] = []
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_for(self, more: int) -> bool:
        """Until so many more were acknowledged; False when there are no more."""
        with self._changed:
            wanted = min(len(self.done) + more, len(self.todo))
            self._changed.wait_for(lambda: len(self.done) >= wanted, timeout=120)
            return len(self.done) < len(self.todo)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        for sealed in self.todo:
            while not self._tried(sealed):
                if self._stopped.wait(PATIENCE):
                    return
            with self._changed:
                self.done.append(sealed)
                self._changed.notify_all()

    def _tried(self, sealed: SealedTestimony) -> bool:
        with suppress(NotDelivered):
            return self.deliver(sealed)
        return False


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def phone(node: Process) -> Callable[[SealedTestimony], bool]:
    way = Transport(node.url, None)

    def deliver(sealed: SealedTestimony) -> bool:
        answer = way.batch([Frame(item.kind, item.payload) for item in incoming(sealed)])
        receipts = [SignedRecord.decode(frame.payload) for frame in answer if frame.kind == "record"]
        return any(receipt.value["record"] == sealed.record.id and receipt.value["durable"] for receipt in receipts)

    return deliver


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
