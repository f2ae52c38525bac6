"""Every station as a real process, killed under load: nothing acknowledged is lost, and none is doubled."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services import startup
from testimony.services.custody import log as custody_log
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.services.tracking import readership
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.support.cli.program import four_free_ports
from tests.support.faults import deliveries
from tests.support.faults.crashes import Fuse, Process, Visit, Worker
from tests.support.journeys.warm_program import Program
from tests.support.services.world import World, incoming, take, tid_of
from tests.support.settings import FAST
from tests.support.store import postgres
from tests.support.sync.exactly_once import logged, require_once, require_true_receipts
from tests.support.sync.world import bring, device, held, to, waiting

VICTIMS = ("field", "central", "desk", "desk at a byte", "sync")
EACH = 3  # acknowledgements to wait for, at most, between two kills
BREATH = 0.05  # seconds, at most, until the kill: it has to come at any moment
AT_A_BYTE = 120_000  # of an exchange, at most
WORDS = "six invented words for a key"


class Everybody(World):
    """With a third node, whose operator synchronises by hand."""

    def __init__(self, folder: Path) -> None:
        self.third_node = Signer.generate()
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["devices"].append(device("node-3", self.third_node, "node"))
        return value


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Everybody]:
    world = Everybody(tmp_path)
    yield world
    world.close()


class Killing:
    """All stations as processes and their work; `kill` ends one of `VICTIMS` in the middle of it."""

    def __init__(self, world: Everybody, seed: int, server: postgres.Server | None, stack: ExitStack) -> None:
        self.server = server
        self.world, self.chance, self.kills = world, random.Random(seed), Counter[str]()
        self.homes = {name: world.folder / name for name in ("node", "central", "desk", "node-3")}
        port = four_free_ports()
        self._make_homes(server.url() if server else "", port)
        self.second, self.third_sent = world.other_node(), list[SealedTestimony]()
        self.central = self._run(stack, "central", port)
        fuse = Fuse.before(("127.0.0.1", port), stack)
        self.fuse = fuse
        self._set("node", central_url=self.central.url)
        self._set("desk", central_url=fuse.url)
        self.field = self._run(stack, "field", port + 1, "node")
        self.desk = self._run(stack, "desk", port + 2)
        self.phone = Worker(self._sealed(), phone(self.field))
        self.node = Worker(self._sealed(), other_node(self.second, world, self.central))
        self.reader = Worker(self._readable(), self._read(Visit(self.desk, WORDS)))
        self.workers = (self.phone, self.node, self.reader)

    def kill(self, victim: str) -> None:
        for worker in self.workers:
            worker.allow(EACH)
        {
            "field": lambda: self._kill(self.field, self.phone),
            "central": lambda: self._kill(self.central, self.node),
            "desk": lambda: self._kill(self.desk, self.reader),
            "desk at a byte": self._kill_desk_at_a_byte,
            "sync": self._kill_sync,
            "server": self._kill_server,
        }[victim]()
        self.kills[victim] += 1

    def _kill(self, process: Process, load: Worker[Any]) -> None:
        load.wait_for(self.chance.randrange(EACH))
        threading.Event().wait(self.chance.random() * BREATH)
        process.kill()

    def _kill_server(self) -> None:
        """All processes of PostgreSQL, while central goes on; what central has stays the same process."""
        assert self.server is not None
        running = self.central.process.pid
        self.node.wait_for(self.chance.randrange(EACH))
        threading.Event().wait(self.chance.random() * BREATH)
        self.server.kill()
        threading.Event().wait(self.chance.random() * BREATH)
        self.server.start()
        self.node.allow(EACH)
        self.node.wait_for(1)
        assert self.central.process.pid == running
        assert self.central.process.poll() is None

    def _kill_desk_at_a_byte(self) -> None:
        self._bring_to_central()
        self.fuse.light(self.desk.process, self.chance.randrange(1, AT_A_BYTE))
        self.reader.allow(1000)
        assert self.fuse.burnt.wait(600)
        self.desk.wait()
        self.desk.start()
        self.reader.allow(EACH)

    def _bring_to_central(self) -> None:
        """Enough for the desk to fetch."""
        self.node.allow(2)
        self.node.wait_for(2)

    def _kill_sync(self) -> None:
        new = [self.world.testimony() for _ in range(2)]
        with open_station(self.homes["node-3"]) as third:
            bring(third, *new)
        self.third_sent += new
        with Program(["sync", "--home", self.homes["node-3"], "--to", self.fuse.url], quiet=True) as process:
            self.fuse.light(process, self.chance.randrange(1, AT_A_BYTE))
            assert process.wait() == -9

    def _make_homes(self, database_url: str, port: int) -> None:
        world = self.world
        if database_url:
            settings = Settings(home=self.homes["central"], role="central", name="central", database_url=database_url)
            rosters = list(world.chain.records)
            seed = world.central_signer.seed
            startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed).close()
        else:
            world.central().close()
        world.node().close()
        world.create("node-3", "field", world.third_node).close()
        world.desk().close()
        key = KeyFile(opening=world.lawyer_a, signing_seed=world.lawyer_signer.seed)
        (self.homes["desk"] / "lawyer.key").write_bytes(key.seal(WORDS, FAST))
        self._set("desk", key_file="lawyer.key", port=port + 2)

    def _set(self, name: str, **changes: Any) -> None:
        replace(Settings.load(self.homes[name], {}), **changes).save()

    def _run(self, stack: ExitStack, role: str, port: int, home: str = "") -> Process:
        process = Process(role, self.homes[home or role], port)
        stack.callback(process.end, Program.terminate)
        return process

    def _sealed(self) -> Iterator[SealedTestimony]:
        while True:
            yield self.world.testimony()

    def _readable(self) -> Iterator[SealedTestimony]:
        """One that central has, again and again another."""
        while True:
            self.node.wait_for(0 if self.node.done else 1)
            yield self.node.done[-1]

    def _read(self, visit: Visit) -> Callable[[SealedTestimony], bool]:
        return lambda sealed: visit.fetch() and visit.open(tid_of(sealed))


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


def killed_often(
    world: Everybody, victims: tuple[str, ...], kills: int, *, seed: int, server: postgres.Server | None = None
) -> None:
    with ExitStack() as stack:
        killing = Killing(world, seed, server, stack)
        try:
            for number in range(kills):
                killing.kill(victims[number % len(victims)])
        finally:
            for worker in killing.workers:
                worker.stop()
    assert sum(killing.kills.values()) == kills
    require_each_once(killing)
    done = {name: len(getattr(killing, name).done) for name in ("phone", "node", "reader")}
    print(
        f"{dict(killing.kills)} killed; acknowledged {done}, synchronised {len(killing.third_sent)}; lost 0, doubled 0"
    )


def require_each_once(killing: Killing) -> None:
    """What was acknowledged is there, once; then all that waits anywhere goes on and arrives, once."""
    world, second = killing.world, killing.second
    node, central, third, desk = (open_station(killing.homes[name]) for name in ("node", "central", "node-3", "desk"))
    world.opened += [node, central, third, desk]
    of_phone, of_node = killing.phone.done, killing.node.done
    assert deliveries.missing(node, [incoming(sealed) for sealed in of_phone]) == []
    assert deliveries.missing(central, [incoming(sealed) for sealed in of_node]) == []
    for station in (node, second, third):
        require_true_receipts(station, central)
    require_read(desk, central, killing)
    signers = ((node, world.station), (second, world.second_node), (third, world.third_node))
    for station, signer in signers:
        exchange(station, to(central, signer))
        assert waiting(station) == []
        assert require_true_receipts(station, central) >= len(logged(station))
    everything = [*of_phone, *of_node, *killing.third_sent]
    require_once(central, everything)
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert all(len(held(desk, sealed)) == 2 * len(sealed.parts) for sealed in everything)
    for station in (node, central, third, desk):
        assert max(Counter(logged(station)).values(), default=1) == 1, "a record stands in the log twice"
        station.close()
        assert [one.words for one in fsck.check(station.settings.home) if one.grave] == []


def require_read(desk: Station, central: Station, killing: Killing) -> None:
    """What central was told is on the desk's disk is there; each time that a testimony was shown is in its log."""
    shown = Counter(sealed.record.id for sealed in killing.reader.done)
    entered = Counter(logged(desk, "opened"))
    assert all(entered[name] >= times for name, times in shown.items())
    with central.database.reading() as session:
        read = readership.read_by(session, killing.world.lawyer_signer.kid)
        for sealed in killing.node.done:
            place = custody_log.position_of(session, sealed.record.id, "received")
            if place is not None and place < read:
                assert len(held(desk, sealed)) == 2 * len(sealed.parts)


def test_killed_a_few_times_nothing_is_lost_and_none_doubled(world: Everybody) -> None:
    killed_often(world, VICTIMS, len(VICTIMS), seed=1)


def test_a_central_on_postgresql_that_is_killed_loses_and_doubles_nothing(world: Everybody) -> None:
    with postgres.running(*postgres.CAREFUL) as server:
        killed_often(world, ("central", "sync"), 2, seed=2, server=server)


def test_a_postgresql_that_is_killed_twice_costs_nothing_and_central_goes_on(world: Everybody) -> None:
    with postgres.running(*postgres.CAREFUL) as server:
        killed_often(world, ("server",), 2, seed=5, server=server)


@pytest.mark.long(short="test_killed_a_few_times_nothing_is_lost_and_none_doubled")
def test_killed_a_hundred_and_fifty_times_nothing_is_lost_and_none_doubled(world: Everybody) -> None:
    killed_often(world, VICTIMS, 150, seed=3)


@pytest.mark.long(short="test_a_central_on_postgresql_that_is_killed_loses_and_doubles_nothing")
def test_a_central_on_postgresql_that_is_killed_fifty_times_loses_and_doubles_nothing(world: Everybody) -> None:
    with postgres.running(*postgres.CAREFUL) as server:
        killed_often(world, ("central", "sync", "central", "desk at a byte", "central"), 50, seed=4, server=server)


@pytest.mark.long(short="test_a_postgresql_that_is_killed_twice_costs_nothing_and_central_goes_on")
def test_a_postgresql_that_is_killed_fifteen_times_costs_nothing_and_central_goes_on(world: Everybody) -> None:
    with postgres.running(*postgres.CAREFUL) as server:
        killed_often(world, ("server",), 15, seed=6, server=server)
