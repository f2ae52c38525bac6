"""Power cuts of a served node: phones deliver and take back, it synchronises beside that and lets go of old copies.

The same home goes through every cut, so what one of them spoils meets the next. And power cuts of a restoration.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow
from testimony.sync.client.exchange import exchange
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.support.cli.program import four_free_ports
from tests.support.each_time import each_time
from tests.support.faults import deliveries
from tests.support.faults.crashes import Process, Worker
from tests.support.faults.disk_acts import require_destroyed, require_sound
from tests.support.faults.file_systems import Disk, disk_in
from tests.support.journeys.warm_program import Program
from tests.support.services.recovery.backups import SEALED
from tests.support.services.world import World, incoming, names, record, take, tid_of
from tests.support.sync.world import bring, held, served, to, waiting

ROUNDS, MANY_ROUNDS = 3, 20
EACH = 12  # acknowledged between two cuts, at most
POINTS = ("write_new", "put_all", "_settle", "_put_in_place", "rename", "restored")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = disk_in(tmp_path / "node")
    yield made
    made.unmount()


@pytest.fixture
def world(tmp_path: Path, disk: Disk) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


Thing = SealedTestimony | SignedRecord


def phone(node: Process) -> Callable[[Thing], bool]:
    """Delivers a testimony or a withdrawal; whether the node's durable receipt came."""
    way = Transport(node.url, None)

    def deliver(thing: Thing) -> bool:
        items = incoming(thing) if isinstance(thing, SealedTestimony) else [record(thing)]
        name = thing.record.id if isinstance(thing, SealedTestimony) else thing.id
        answer = way.batch([Frame(item.kind, item.payload) for item in items])
        receipts = [SignedRecord.decode(frame.payload) for frame in answer if frame.kind == "record"]
        return any(receipt.value["record"] == name and receipt.value["durable"] for receipt in receipts)

    return deliver


def stream(world: World) -> Iterator[Thing]:
    """Of every three testimonies the first is taken back two deliveries later."""
    while True:
        gone = world.coded()
        yield from (gone, world.testimony(), world.withdrawal(gone), world.with_media(40_000))


def cut_often(disk: Disk, world: World, rounds: int, seed: int) -> tuple[int, int]:
    """How many testimonies and withdrawals were acknowledged in all; none of them may be lost in any cut."""
    rng = random.Random(seed)
    central = world.central()
    world.folder = disk.mounted
    node, port = world.node(), four_free_ports()
    node.close()
    home = node.settings.home
    with served(central) as (host, at):
        replace(Settings.load(home), central_url=f"http://{host}:{at}").save()
        process = Process("field", home, port)
        sender = Worker(stream(world), phone(process))
        try:
            for _ in range(rounds):
                sender.allow(rounds * EACH)
                sender.wait_for(rng.randint(2, EACH))
                disk.cut()
                process.end(Program.kill)
                told = list(sender.done)
                disk.again()
                require_kept(home, central, told)
                process.start()
        finally:
            sender.stop()
            process.end(Program.kill)
    require_complete(world, home, central, sender.done)
    gone = sum(isinstance(thing, SignedRecord) for thing in sender.done)
    return len(sender.done) - gone, gone


def taken_apart(done: list[Thing]) -> tuple[list[SealedTestimony], list[SealedTestimony]]:
    """Testimonies that must be there, and those that must be destroyed."""
    back = {str(thing.value["tid"]) for thing in done if isinstance(thing, SignedRecord)}
    sealed = [thing for thing in done if isinstance(thing, SealedTestimony)]
    return [one for one in sealed if tid_of(one) not in back], [one for one in sealed if tid_of(one) in back]


def require_kept(home: Path, central: Station, done: list[Thing]) -> None:
    """What was acknowledged is at the node, or was let go of because central holds all of it."""
    stay, gone = taken_apart(done)
    require_sound(home)
    with open_station(home) as node:
        with node.database.reading() as session:
            dropped = set(session.scalars(select(ObjectRow.record).where(ObjectRow.held == Held.DROPPED)))
            delivered = set(session.scalars(select(OutboxRow.record).where(OutboxRow.delivered.is_(True))))
        here = [sealed for sealed in stay if sealed.record.id not in dropped]
        assert deliveries.missing(node, map(incoming, here)) == []
        for sealed in stay:
            if sealed.record.id in dropped | delivered:
                assert held(central, sealed) == names(sealed)
        for sealed in gone:
            require_destroyed(node, sealed)
    require_sound(home)


def require_complete(world: World, home: Path, central: Station, done: list[Thing]) -> None:
    """One more exchange brings everything to central, and everything taken back is destroyed there too."""
    stay, gone = taken_apart(done)
    with open_station(home) as node:
        exchange(node, to(central, world.station))
        exchange(node, to(central, world.station))
        assert waiting(node) == []
    assert [held(central, sealed) for sealed in stay] == [names(sealed) for sealed in stay]
    for sealed in gone:
        require_destroyed(central, sealed)
    central.close()
    require_sound(central.settings.home)
    require_sound(home)


def test_a_served_node_loses_nothing_in_a_few_cuts(disk: Disk, world: World) -> None:
    testimonies, withdrawals = cut_often(disk, world, ROUNDS, seed=3)
    assert testimonies > withdrawals > 0


@pytest.mark.long(short="test_a_served_node_loses_nothing_in_a_few_cuts")
def test_a_served_node_loses_nothing_in_many_cuts(disk: Disk, world: World) -> None:
    testimonies, withdrawals = cut_often(disk, world, MANY_ROUNDS, seed=4)
    print(f"{MANY_ROUNDS} cuts: {testimonies} testimonies and {withdrawals} withdrawals acknowledged, none lost")
    assert testimonies > withdrawals > MANY_ROUNDS


def lost(disk: Disk, kept: Path, home: Path, point: str) -> bool:
    """Cut the power when the restoration comes to `point`; whether it said that it was done."""
    command = [sys.executable, "-m", "tests.support.faults.restore", kept, home]
    with subprocess.Popen(command, cwd=deliveries.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = next(filter(lambda line: line.strip() == point, process.stdout), "")
        assert said, f"it never came to {point}"
        disk.cut()
        process.kill()
    disk.again()
    return point == "restored"


@pytest.mark.parametrize("point", each_time(POINTS, "put_all", "rename"))
def test_a_restoration_that_is_cut_leaves_the_home_of_before_or_a_whole_new_one(
    disk: Disk, world: World, tmp_path: Path, point: str
) -> None:
    world.folder = disk.mounted
    node, kept = world.node(), tmp_path / "kept"
    before, gone, after = world.with_media(40_000), world.coded(), world.testimony()
    bring(node, before, gone)
    backup.back_up(node, kept / "backup", shred_keys=kept / "keys", recipients=SEALED)
    take(node, world.withdrawal(gone), after)
    node.close()
    home = node.settings.home
    done = lost(disk, kept, home, point)
    stands = [folder for folder in sorted(disk.mounted.glob("node*")) if "restoring" not in folder.name]
    assert home in stands or len(stands) == 1
    for folder in stands:
        require_sound(folder)
        with open_station(folder) as station:
            lacks = deliveries.missing(station, [incoming(after)])
            assert deliveries.missing(station, [incoming(before)]) == []
            require_destroyed(station, gone)
        assert not lacks or folder == home, "the home of before is whole"
        assert lacks or not (done and folder == home), "it was said to be restored"
    assert lost(disk, kept, home, "restored"), "the next try completes"
    require_sound(home)
