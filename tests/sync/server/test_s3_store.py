"""Node, central with its bodies in a real object store, desk: nothing lost, no wrong receipt, though it is killed."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup, restore
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.blobs import s3
from testimony.store.blobs.s3 import BucketStore
from testimony.store.errors import BucketFailing, StoreFailing
from testimony.sync.client.exchange import exchange
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, take
from tests.support.store.seaweed import SeaweedFS
from tests.support.sync.exactly_once import require_gone, require_once, require_true_receipts
from tests.support.sync.links.broken_connections import transport
from tests.support.sync.world import all_names, bring, held, served, to, waiting

KILLS = 40


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(object_store: SeaweedFS, world: World, monkeypatch: pytest.MonkeyPatch) -> Station:
    for name, value in object_store.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(s3, "REQUEST_SECONDS", 2.0)
    monkeypatch.setattr(s3, "BATCH_SECONDS", 10.0)
    return world.central(parts_url=object_store.url(), parts_endpoint=object_store.endpoint)


def bodies_of(sealed: SealedTestimony) -> list[str]:
    return [part["body"] for part in sealed.record.value["parts"]]


def require_kept(central: Station, everything: list[SealedTestimony]) -> None:
    """Whole in the object store, asked anew, and nothing else is there."""
    names = {name for sealed in everything for name in bodies_of(sealed)}
    central.parts.require_whole(names)
    assert central.parts.names() == names


def test_a_whole_exchange_and_a_withdrawal(central: Station, world: World) -> None:
    node, desk = world.node(), world.desk()
    sealed, media, withdrawn = world.testimony(), world.with_media(600_000), world.testimony()
    bring(node, sealed, media, withdrawn)
    with served(central) as (host, port):
        up = transport(f"http://{host}:{port}", world.station)
        exchange(node, up)
        down = transport(f"http://{host}:{port}", world.lawyer_signer)
        exchange(desk, down, audience="lawyers")
    assert waiting(node) == []
    require_once(central, [sealed, media, withdrawn])
    assert require_true_receipts(node, central) == 3
    require_kept(central, [sealed, media, withdrawn])
    for one in (sealed, media):
        assert set(bodies_of(one)) <= held(desk, one)
        desk.parts.require_whole(bodies_of(one))


def test_a_testimony_that_is_withdrawn_leaves_the_object_store(central: Station, world: World) -> None:
    node, sealed, other = world.node(), world.coded(), world.testimony()
    bring(node, sealed, other)
    exchange(node, to(central, world.station))
    require_kept(central, [sealed, other])
    take(node, world.withdrawal(sealed))
    exchange(node, to(central, world.station))
    require_gone(central, sealed)
    require_kept(central, [other])


def killed_after(step: str, object_store: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Kill the object store when our store has done `step` for the first time; whether that was."""
    original: Callable[..., None] = getattr(BucketStore, step)
    done = threading.Event()

    def killing(self: BucketStore, *given: Any) -> None:
        original(self, *given)
        if not done.is_set():
            done.set()
            object_store.kill()

    monkeypatch.setattr(BucketStore, step, killing)
    return done.is_set


@pytest.mark.parametrize("step", ["put_all", "require_whole"])
def test_an_object_store_that_is_killed_between_its_word_and_ours_costs_nothing(
    central: Station, object_store: SeaweedFS, world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """After its acknowledgement nothing may be receipted; after it was read back it may."""
    node = world.node()
    everything = [world.testimony(), world.with_media(300_000)]
    bring(node, *everything)
    was = killed_after(step, object_store, monkeypatch)
    with pytest.raises(NotDelivered):
        exchange(node, to(central, world.station))
    assert was()
    object_store.start()
    kept = [sealed for sealed in everything if held(central, sealed)]
    require_true_receipts(node, central)
    for sealed in kept:
        central.parts.require_whole(set(bodies_of(sealed)) & held(central, sealed))
    if step == "put_all":
        assert kept == []
    exchange(node, to(central, world.station))
    assert waiting(node) == []
    require_once(central, everything)
    require_kept(central, everything)


def test_the_home_and_the_object_store_are_made_again_from_a_backup(
    central: Station, object_store: SeaweedFS, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, home = world.node(), central.settings.home
    everything = [world.testimony(), world.with_media(300_000)]
    bring(node, *everything)
    exchange(node, to(central, world.station))
    kept, keys = tmp_path / "backup", tmp_path / "elsewhere.keys"
    made = backup.back_up(central, kept, shred_keys=keys, recipients=SEALED)
    assert made.contents.parts == len({name for sealed in everything for name in bodies_of(sealed)})
    central.close()
    shutil.rmtree(home)
    monkeypatch.setenv("TESTIMONY_PARTS_URL", object_store.url())  # the old place is lost with the home
    restore.restore(kept, home, Given(key=KEEPER, shred_keys=keys))
    assert [finding for finding in fsck.check(home) if finding.grave] == []
    with open_station(home) as again:
        assert all(held(again, sealed) == all_names(sealed) for sealed in everything)
        require_kept(again, everything)
        assert again.parts.names() == central.parts.names()


@pytest.mark.long(short="test_an_object_store_that_is_killed_between_its_word_and_ours_costs_nothing")
def test_an_object_store_that_is_killed_at_any_moment_never_leaves_a_wrong_receipt(
    central: Station, object_store: SeaweedFS, world: World
) -> None:
    """`KILLS` times, each at a moment that a seed chose, while a node delivers; it is started again each time."""
    chance = random.Random(20261126)
    node = world.node()
    everything: list[SealedTestimony] = []
    for _ in range(KILLS):
        new = [world.testimony(chance.randrange(40, 40_000)), world.with_media(chance.randrange(1_000, 400_000))]
        everything += new
        bring(node, *new)
        killer = threading.Timer(chance.uniform(0.0, 0.6), object_store.kill)
        killer.start()
        with suppress(NotDelivered, StoreFailing):
            exchange(node, to(central, world.station))
        killer.join()
        object_store.start()
        require_true_receipts(node, central)
        for sealed in everything:
            central.parts.require_whole(set(bodies_of(sealed)) & held(central, sealed))
    exchange(node, to(central, world.station))
    assert waiting(node) == []
    require_once(central, everything)
    require_kept(central, everything)


@pytest.mark.long(short="test_an_object_store_that_is_killed_between_its_word_and_ours_costs_nothing")
def test_several_nodes_deliver_at_once_into_an_object_store_that_comes_and_goes(
    central: Station, object_store: SeaweedFS, world: World
) -> None:
    nodes = [(world.node(), world.station), (world.other_node(), world.second_node)]
    everything: list[SealedTestimony] = []
    for node, _ in nodes:
        for _ in range(20):
            sealed = world.with_media(100_000) if node is nodes[0][0] else world.testimony(5_000)
            everything.append(sealed)
            bring(node, sealed)
    gone = threading.Event()
    ended: dict[Station, bool] = {}

    def deliver(node: Station, signer: Any, url: str) -> None:
        while not ended.get(node):
            with suppress(NotDelivered, BucketFailing):
                exchange(node, transport(url, signer))
                ended[node] = True

    def come_and_go() -> None:
        while not gone.wait(1.0):
            object_store.kill()
            object_store.start()

    with served(central) as (host, port):
        threads = [threading.Thread(target=deliver, args=(*each, f"http://{host}:{port}")) for each in nodes]
        trouble = threading.Thread(target=come_and_go)
        for thread in (*threads, trouble):
            thread.start()
        for thread in threads:
            thread.join()
        gone.set()
        trouble.join()
    require_once(central, everything)
    for node, _ in nodes:
        require_true_receipts(node, central)
    require_kept(central, everything)
