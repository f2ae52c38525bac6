"""Central on two PostgreSQL servers: the primary dies under load, the standby is promoted, nothing signed for is lost.

What the primary commits waits until the standby has it on its disk. Central knows both addresses and is not started
again. One test switches the waiting off and must lose something: otherwise these would prove nothing.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from testimony.errors import StationBusy
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.monitoring import health as monitoring_health
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.errors import StoreUnconfirmed
from testimony.store.sql import standby
from testimony.store.sql.database import Database
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.cli.program import four_free_ports
from tests.support.faults.crashes import Process, Worker
from tests.support.faults.deliveries import central_at, sealed
from tests.support.journeys.warm_program import Program
from tests.support.services.world import World, take
from tests.support.store import postgres
from tests.support.store.postgres import Pair
from tests.support.sync.exactly_once import logged, require_once, require_true_receipts
from tests.support.sync.world import held, to, waiting

PATIENCE = 120.0  # seconds
EACH = 3  # acknowledged between two acts, at most
SOON = 0.5  # seconds for which a commit is waited for, where the wait itself is what is tried


@pytest.fixture
def pair() -> Iterator[Pair]:
    with postgres.pair(*postgres.CAREFUL) as both:
        yield both


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "SECONDS", SOON)


def central_of(world: World, url: str) -> Station:
    """Closed with the world."""
    world.opened.append(central_at(world, world.folder / "central", url))
    return world.opened[-1]


def deliver(node: Station, way: Transport) -> Callable[[SealedTestimony], bool]:
    """Take in, bring to central, read central's log: whether it was signed for."""

    def one(testimony: SealedTestimony) -> bool:
        take(node, testimony)
        exchange(node, way)
        return waiting(node) == []

    return one


def failed_over(world: World, pair: Pair, times: int, seed: int) -> None:
    """Under the load of two nodes: the primary killed, the standby promoted, the old one back and rebuilt."""
    chance = random.Random(seed)
    central_of(world, pair.url()).close()
    nodes = [(world.node(), world.station), (world.other_node(), world.second_node)]
    with ExitStack() as stack:
        central = Process("central", world.folder / "central", four_free_ports())
        stack.callback(central.end, Program.terminate)
        pid = central.process.pid
        ways = [Transport(central.url, signer, pause=lambda _: None, channel=HttpChannel()) for _, signer in nodes]
        workers = [Worker(sealed(world), deliver(node, way)) for (node, _), way in zip(nodes, ways, strict=True)]
        for worker in workers:
            stack.callback(worker.stop)
        for _ in range(times):
            for worker in workers:
                worker.allow(EACH)
            chance.choice(workers).wait_for(chance.randrange(EACH))
            threading.Event().wait(chance.random() * 0.05)
            pair.primary.kill()
            pair.promote()
            pair.go_alone()
            one_more_each(workers)
            require_fenced(pair)
            pair.rebuild()
            one_more_each(workers)
        assert central.process.pid == pid
        assert central.process.poll() is None, "central goes on by itself"
    everything = [one for worker in workers for one in worker.done]
    with open_station(world.folder / "central") as again:
        for node, signer in nodes:
            exchange(node, to(again, signer))
            assert waiting(node) == []
            assert require_true_receipts(node, again) >= len(logged(node))
        require_once(again, everything)
        assert max(Counter(logged(again)).values()) == 1, "a record stands in the log twice"
    print(f"{times} failovers: {[len(worker.done) for worker in workers]} acknowledged; lost 0, doubled 0")


def one_more_each(workers: list[Worker[SealedTestimony]]) -> None:
    for worker in workers:
        worker.allow(EACH)
        worker.wait_for(1)


def require_fenced(pair: Pair) -> None:
    """The old primary comes back as what it was: nothing can be written there and nothing is read from there."""
    pair.standby.start()
    old = Database(pair.standby.url(), busy_seconds=0.2)
    patience, standby.SECONDS = standby.SECONDS, SOON
    try:
        with pytest.raises(StoreUnconfirmed), old.transaction() as session:
            session.execute(text("CREATE TABLE invented (word TEXT)"))
        with pytest.raises(StoreUnconfirmed), old.reading() as session:
            session.execute(text("SELECT 1"))
    finally:
        standby.SECONDS = patience
        old.close()
        pair.standby.stop()


def test_the_primary_is_killed_the_standby_promoted_and_nothing_signed_for_is_lost(world: World, pair: Pair) -> None:
    failed_over(world, pair, 1, seed=1)


@pytest.mark.long(short="test_the_primary_is_killed_the_standby_promoted_and_nothing_signed_for_is_lost")
def test_ten_failovers_forth_and_back_lose_nothing(world: World, pair: Pair) -> None:
    failed_over(world, pair, 10, seed=2)


@pytest.mark.long(short="test_the_primary_is_killed_the_standby_promoted_and_nothing_signed_for_is_lost")
def test_without_waiting_for_the_standby_this_test_would_go_red(world: World, pair: Pair) -> None:
    """Signed for, and gone with the primary; and the node sees that central's log went back."""
    central, node = central_of(world, pair.url()), world.node()
    way = to(central, world.station)
    take(node, world.testimony())
    exchange(node, way)
    pair.go_alone()
    pair.standby.wait_until_it_has_what(pair.primary)
    pair.standby.stop()
    take(node, lost := world.testimony())
    exchange(node, way)
    assert waiting(node) == []
    pair.primary.kill()
    pair.standby.start()
    pair.promote()
    pair.go_alone()
    assert held(central, lost) == set()
    with pytest.raises((LogWentBack, LogForked)):
        exchange(node, way)


@pytest.mark.usefixtures("impatient")
def test_without_its_standby_central_says_so_signs_for_nothing_and_goes_on_when_it_is_back(
    world: World, pair: Pair
) -> None:
    central, node = central_of(world, pair.url()), world.node()
    way = to(central, world.station)
    take(node, first := world.testimony())
    push(node, way)
    pair.standby.stop()
    take(node, second := world.testimony())
    for _ in range(3):  # the first waits in vain for its commit, the others for its turn
        with pytest.raises(StationBusy) as caught:
            push(node, way)
        assert caught.value.retry_after == 5
        assert monitoring_health.try_store(central) == "unconfirmed"
    assert waiting(node) == [second.record.id]
    assert held(central, second) == set(), "what the standby does not have is shown to nobody"
    pair.standby.start()
    pair.pair_up()
    until = time.monotonic() + PATIENCE
    while monitoring_health.try_store(central) != "writable":
        assert time.monotonic() < until, "central does not go on"
        time.sleep(0.1)
    push(node, way)
    assert waiting(node) == []
    require_true_receipts(node, central)
    require_once(central, [first, second])


@pytest.mark.usefixtures("impatient")
def test_what_only_a_restarted_primary_has_is_not_signed_for_and_not_shown(world: World, pair: Pair) -> None:
    """Its restart makes visible what it had committed without its standby: a duplicate, to who asks again."""
    central, node = central_of(world, pair.url()), world.node()
    way = to(central, world.station)
    pair.standby.stop()
    take(node, second := world.testimony())
    with pytest.raises(StoreUnconfirmed):
        take(central, second)
    pair.primary.kill()
    pair.primary.start()
    rows = pair.primary.execute(f"SELECT count(*) FROM records WHERE name = '{second.record.id}'")
    assert rows == [(1,)], "else there is nothing to show"
    for _ in range(3):
        with pytest.raises(StationBusy):
            push(node, way)
        with pytest.raises(StoreUnconfirmed):
            held(central, second)
    assert waiting(node) == [second.record.id]
    pair.standby.start()
    pair.pair_up()
    push(node, way)
    require_true_receipts(node, central)
    require_once(central, [second])


@pytest.mark.usefixtures("impatient")
def test_a_commit_that_the_server_let_go_of_counts_as_not_confirmed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `pg_cancel_backend` it succeeds at once, with a warning: the standby does not have it."""
    monkeypatch.setattr(standby, "SECONDS", 600.0)
    database = Database(pair.url())
    pair.standby.stop()
    unconfirmed = []

    def commit() -> None:
        try:
            with database.transaction() as session:
                session.execute(text("CREATE TABLE invented (word TEXT)"))
        except StoreUnconfirmed as error:
            unconfirmed.append(error)

    thread = threading.Thread(target=commit)
    thread.start()
    let_go = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    while pair.primary.execute(let_go) == [(0,)]:
        pass
    thread.join()
    assert len(unconfirmed) == 1
    database.close()
