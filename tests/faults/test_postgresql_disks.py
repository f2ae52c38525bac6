"""The disk under PostgreSQL, and under central: the power goes, it is slow, stands still, or is full to the last byte.

Nothing that was acknowledged is lost; what is the matter has a name; and central, which nobody starts again but after
the cut, goes on by itself. One test takes PostgreSQL's own care away and must lose something.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

from testimony.errors import NotDelivered, StationBusy
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.monitoring import health as monitoring_health
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.sql import standby
from testimony.sync.client.push import push
from testimony.sync.http.transport import Transport
from tests.support.cli.program import four_free_ports
from tests.support.each_time import each_time
from tests.support.faults import deliveries
from tests.support.faults.crashes import Process, Worker
from tests.support.faults.deliveries import central_at, sealed
from tests.support.faults.file_systems import Disk, disk_in
from tests.support.journeys.warm_program import Program
from tests.support.programs import lacking
from tests.support.services.world import World, incoming, take
from tests.support.store import postgres
from tests.support.store.postgres import Server
from tests.support.sync.exactly_once import require_once, require_true_receipts
from tests.support.sync.world import to, waiting

HERE = Path(__file__).parent
CUTS, MANY_CUTS = 2, 15
EACH = 6  # acknowledged between two cuts, at most
LARGE = 320 << 20
SMALL = 96 << 20
PATIENCE = 120.0  # seconds
SMALL_LOG = ("min_wal_size = '32MB'", "max_wal_size = '32MB'", "shared_buffers = '16MB'")


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name, which the user of the database server may pass."""
    made = Path(tempfile.mkdtemp(prefix="pd"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def disk(folder: Path) -> Iterator[Disk]:
    pytest.importorskip("psycopg")
    made = disk_in(folder, LARGE)
    made.mounted.chmod(0o711)
    yield made
    made.unmount()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@contextmanager
def server_in(place: Path, *settings: str) -> Iterator[Server]:
    """Running, with all its files in `place`."""
    place.mkdir()
    server = Server(place)
    server.initialise(*postgres.CAREFUL, *settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def deliver(node: Station, way: Transport) -> Callable[[SealedTestimony], bool]:
    def one(testimony: SealedTestimony) -> bool:
        take(node, testimony)
        push(node, way)
        return waiting(node) == []

    return one


def lost_in_cuts(disk: Disk, world: World, cuts: int, seed: int, *settings: str) -> tuple[int, list[str]]:
    """The power goes under PostgreSQL and central at once: how many were acknowledged, and what of them is missing."""
    chance, home, node = random.Random(seed), disk.mounted / "central", world.node()
    with ExitStack() as stack:
        server = stack.enter_context(server_in(disk.mounted / "pg", *settings))
        central_at(world, home, server.url()).close()
        os.sync()
        process = Process("central", home, four_free_ports())
        stack.callback(process.end, Program.kill)
        worker = Worker(sealed(world), deliver(node, Transport(process.url, world.station, pause=lambda _: None)))
        stack.callback(worker.stop)
        for _ in range(cuts):
            worker.allow(2 * EACH)
            worker.wait_for(chance.randint(2, EACH))
            disk.cut()
            process.end(Program.kill)
            server.kill()
            told = list(worker.done)
            disk.again()
            server.start()
            with open_station(home) as central:
                if missing := deliveries.missing(central, map(incoming, told)):
                    return len(told), missing
                assert require_true_receipts(node, central) >= len(told)
            process.start()
        worker.allow(1)
        worker.wait_for(1)
        done = list(worker.done)
        with open_station(home) as central:
            require_once(central, done)
    print(f"{cuts} cuts: {len(done)} testimonies acknowledged, none lost")
    return len(done), []


def test_no_acknowledged_testimony_is_lost_when_the_power_goes(disk: Disk, world: World) -> None:
    done, missing = lost_in_cuts(disk, world, CUTS, 1)
    assert missing == []
    assert done >= 2 * CUTS


@pytest.mark.long(short="test_no_acknowledged_testimony_is_lost_when_the_power_goes")
def test_no_acknowledged_testimony_is_lost_in_fifteen_cuts(disk: Disk, world: World) -> None:
    done, missing = lost_in_cuts(disk, world, MANY_CUTS, 2)
    assert missing == []
    assert done >= 2 * MANY_CUTS


@pytest.mark.long(short="test_no_acknowledged_testimony_is_lost_when_the_power_goes")
def test_without_the_server_s_own_care_this_test_would_go_red(disk: Disk, world: World) -> None:
    """Rows that are gone, or a server that does not start any more."""
    try:
        _, missing = lost_in_cuts(disk, world, 3, 3, "fsync = off")
    except (AssertionError, NotDelivered) as error:
        missing = [str(error)]
    assert missing


@pytest.fixture
def slow(folder: Path) -> Iterator[tuple[Server, Callable[[int], None]]]:
    """A server, and what says how many milliseconds each sync of its disk takes."""
    if shutil.which("cc") is None:
        lacking("there is no C compiler")
    library, file = folder / "slow.so", folder / "slow"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, HERE / "slow.c", "-ldl"], check=True)
    file.write_text("0")
    with server_in(folder / "pg") as server:
        server.stop()
        server.environment = {"LD_PRELOAD": str(library), "SLOW": str(file)}
        server.start()
        try:
            yield server, lambda milliseconds: _say(file, milliseconds)
        finally:
            _say(file, 0)


def _say(file: Path, milliseconds: int) -> None:
    file.write_text(f"{milliseconds}\n")


def test_a_slow_disk_costs_time_and_nothing_else(
    slow: tuple[Server, Callable[[int], None]], world: World, tmp_path: Path
) -> None:
    server, takes = slow
    central, node = central_at(world, tmp_path / "central", server.url()), world.node()
    world.opened.append(central)
    takes(300)
    for one in (done := [world.testimony() for _ in range(3)]):
        take(node, one)
    push(node, to(central, world.station))
    assert waiting(node) == []
    require_once(central, done)


def test_a_disk_that_stands_still_is_named_and_when_it_goes_on_so_does_central(
    slow: tuple[Server, Callable[[int], None]], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standby, "SECONDS", 0.5)
    server, takes = slow
    central, node = central_at(world, tmp_path / "central", server.url()), world.node()
    world.opened.append(central)
    way = to(central, world.station)
    take(node, one := world.testimony())
    push(node, way)
    takes(600_000)
    take(node, other := world.testimony())
    for _ in range(2):
        with pytest.raises(StationBusy):
            push(node, way)
        assert monitoring_health.try_store(central) == "unconfirmed"
    assert waiting(node) == [other.record.id]
    takes(0)
    until = time.monotonic() + PATIENCE
    while monitoring_health.try_store(central) != "writable":
        assert time.monotonic() < until, "central does not go on"
        time.sleep(0.1)
    push(node, way)
    assert waiting(node) == []
    require_true_receipts(node, central)
    require_once(central, [one, other])


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of `SMALL` bytes that the server may write to."""
    if os.geteuid() != 0:
        lacking("mounting a file system needs root")
    place = folder / "small"
    place.mkdir()
    options = f"size={SMALL},mode=0711,uid={pwd.getpwnam(postgres.USERS[0]).pw_uid}"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "small", place], check=False).returncode:
        lacking("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill_with_rows(server: Server, deliver_one: Callable[[], None]) -> None:
    """Until there is no room for the next."""
    with pytest.raises(NotDelivered):
        while_it_takes(deliver_one)


def fill_with_log(server: Server, deliver_one: Callable[[], None]) -> None:
    """Until there is no room for the next piece of the write-ahead log: the server then ends."""
    import psycopg

    with suppress(psycopg.OperationalError):
        while_it_takes(lambda: server.execute("SELECT pg_logical_emit_message(true, 'filler', repeat('x', 1000000))"))
    with pytest.raises(NotDelivered):
        while_it_takes(deliver_one)


def while_it_takes(act: Callable[[], object]) -> NoReturn:
    while True:
        act()


@pytest.mark.parametrize("fill", each_time([fill_with_rows, fill_with_log], fill_with_log))
def test_a_disk_that_is_full_under_the_whole_server_loses_nothing_and_is_over_when_there_is_room(
    small_disk: Path, world: World, tmp_path: Path, fill: Callable[[Server, Callable[[], None]], None]
) -> None:
    with server_in(small_disk / "pg", *SMALL_LOG) as server:
        central, node = central_at(world, tmp_path / "central", server.url()), world.node()
        world.opened.append(central)
        way, brought = to(central, world.station), list[SealedTestimony]()

        def deliver_one() -> None:
            brought.append(world.testimony())
            take(node, brought[-1])
            push(node, way)

        deliver_one()
        found = os.statvfs(small_disk)
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            file.write(bytes(found.f_bavail * found.f_frsize - 400_000))
        fill(server, deliver_one)
        assert waiting(node) == [brought[-1].record.id]
        filler.unlink()
        until = time.monotonic() + PATIENCE
        while monitoring_health.try_store(central) != "writable":
            assert time.monotonic() < until, "central does not go on"
            if server.has_ended():  # perhaps a moment after its disk was full: it tries to recover first
                server.start()  # as a supervisor does
            time.sleep(0.1)
        push(node, way)
        assert waiting(node) == []
        require_true_receipts(node, central)
        require_once(central, brought)
