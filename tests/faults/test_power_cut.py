"""A power cut loses nothing that was acknowledged.

A kill is not a power cut: what was written but not synced survives it. So the station's home lies in an ext4 file
system of its own on a loop device, which is shut down in the middle of work without writing its journal; then it is
mounted again, and every acknowledged record, head and body must be there. Needs root and loop devices.

Some of the long tests switch one precaution off each and must lose something: otherwise this test would prove nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from testimony.sealing.statements import statements
from testimony.services.startup import open_station
from testimony.services.wordings import sentences, wordings
from testimony.store.blobs.folder import PartStore
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.bundle import wordings as bundle_wordings
from tests.support.faults import deliveries
from tests.support.faults.deliveries import Delivery
from tests.support.faults.file_systems import Disk, disk_in
from tests.support.services.checked_wordings import wording_of
from tests.support.services.world import DAY, World, incoming, record

TESTIMONIES, REFUSALS = 120, 3000
ROUNDS, MANY_ROUNDS = 2, 25


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = disk_in(tmp_path)
    yield made
    made.unmount()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def testimonies(world: World) -> list[Delivery]:
    return [incoming(world.testimony()) for _ in range(TESTIMONIES)]


@pytest.fixture(scope="module")
def refusals(world: World) -> list[Delivery]:
    """Small records without bodies: nothing but the database's own sync makes them last."""
    return [[record(statements.refusal(day=DAY, signer=world.device))] for _ in range(REFUSALS)]


def lost_in_a_cut(disk: Disk, world: World, todo: list[Delivery], after: int, *careless: str) -> tuple[int, list[str]]:
    """Cut the power when `after` deliveries are acknowledged; how many were in the end, and what is missing of them."""
    world.folder = disk.mounted
    station = world.create(f"node-{time.monotonic_ns()}", "field", world.station)
    station.close()
    home = station.settings.home
    file = deliveries.write(disk.image.parent / "deliveries", todo)
    os.sync()
    arguments = ["--careless", *careless] if careless else []
    with running(home, file, arguments) as process:
        done = _read_until(process, after)
        disk.cut()
        process.kill()
        output, _ = process.communicate(timeout=30)
    done += deliveries.acknowledged(output)
    disk.again()
    try:
        with open_station(home) as again:
            return done, deliveries.missing(again, todo[:done])
    finally:
        shutil.rmtree(home)


@contextmanager
def running(home: Path, file: Path, arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with deliveries.start(home, file, *arguments) as process:
        try:
            yield process
        finally:
            process.kill()


def _read_until(process: subprocess.Popen[bytes], count: int) -> int:
    assert process.stdout is not None
    for number in range(count):
        assert process.stdout.readline(), f"the station ended after {number} deliveries"
    return count


def _cut_often(disk: Disk, world: World, todo: list[Delivery], rounds: int) -> int:
    proved = 0
    for number in range(rounds):
        done, lost = lost_in_a_cut(disk, world, todo, 20 + number * 7 % 60)
        assert lost == [], f"round {number}: {len(lost)} things lost of {done} acknowledged deliveries"
        proved += done
    print(f"{rounds} cuts: {proved} deliveries acknowledged, none lost")
    return proved


def test_no_acknowledged_testimony_is_lost(disk: Disk, world: World, testimonies: list[Delivery]) -> None:
    assert _cut_often(disk, world, testimonies, ROUNDS) >= 20 * ROUNDS


def test_no_acknowledged_record_is_lost(disk: Disk, world: World, refusals: list[Delivery]) -> None:
    assert _cut_often(disk, world, refusals, ROUNDS) >= 20 * ROUNDS


@pytest.mark.long(short="test_no_acknowledged_testimony_is_lost")
def test_no_acknowledged_testimony_is_lost_in_many_cuts(disk: Disk, world: World, testimonies: list[Delivery]) -> None:
    assert _cut_often(disk, world, testimonies, MANY_ROUNDS) >= 20 * MANY_ROUNDS


@pytest.mark.long(short="test_no_acknowledged_record_is_lost")
def test_no_acknowledged_record_is_lost_in_many_cuts(disk: Disk, world: World, refusals: list[Delivery]) -> None:
    assert _cut_often(disk, world, refusals, MANY_ROUNDS) >= 20 * MANY_ROUNDS


@pytest.mark.long(short="test_no_acknowledged_record_is_lost")
def test_with_synchronous_normal_this_test_would_go_red(disk: Disk, world: World, refusals: list[Delivery]) -> None:
    assert _loses(disk, world, refusals, 100, "synchronous=NORMAL")


@pytest.mark.long(short="test_no_acknowledged_testimony_is_lost")
def test_without_syncing_the_bodies_this_test_would_go_red(
    disk: Disk, world: World, testimonies: list[Delivery]
) -> None:
    assert _loses(disk, world, testimonies, 30, "bodies are not synced")


def _loses(disk: Disk, world: World, deliveries: list[Delivery], most: int, weakened: str) -> bool:
    """Whether one of a few cuts loses something.

    Each cut comes a little earlier: right after SQLite's checkpoint, which syncs, nothing is lost.
    """
    return any(lost_in_a_cut(disk, world, deliveries, most - 4 * cut, weakened)[1] for cut in range(5))


def words_lost_in_a_cut(disk: Disk, world: World, after: int, *careless: str) -> set[str]:
    """Cut the power when `after` files of a wording are kept; which are not whole then. The rest must come again."""
    world.folder = disk.mounted
    record, clips = wording_of({}, world.lawyer_signer, recorded=sentences.spoken({}, "ps"))
    roster = world.next_roster(organisation={"wordings": {"ps": record.id}})
    station = world.create(f"node-{time.monotonic_ns()}", "field", world.station)
    station.close()
    home, file = station.settings.home, disk.image.parent / "bundle"
    file.write_bytes(bundle_wordings.write_file([roster, record], clips.values()))
    os.sync()
    command = [sys.executable, "-m", "tests.support.faults.wording_writer", home, file, *careless]
    with subprocess.Popen(command, cwd=deliveries.ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after)]
        disk.cut()
        process.kill()
        kept = {line.decode().strip() for line in said}
    disk.again()
    with open_station(home) as again:
        lost = {name for name in kept if wordings.find_requested(again, name) not in (record, clips.get(name))}
        with file.open("rb") as source:
            bundle_trust.adopt(again, source)
        assert wordings.lacking(again) == []
        assert {name: wordings.find_requested(again, name) for name in clips} == clips
    shutil.rmtree(home)
    return lost


def test_no_kept_word_is_lost_and_after_a_cut_the_rest_comes(disk: Disk, world: World) -> None:
    for after in (1, 12, 40):
        assert words_lost_in_a_cut(disk, world, after) == set()


@pytest.mark.long(short="test_no_kept_word_is_lost_and_after_a_cut_the_rest_comes")
def test_without_syncing_the_words_this_test_would_go_red(disk: Disk, world: World) -> None:
    assert any(words_lost_in_a_cut(disk, world, after, "careless") for after in (60, 40, 60))


def bodies_lost_in_a_cut(disk: Disk, after: int, *careless: str) -> list[str]:
    """Cut the power when `after` bodies are kept in a part store alone; names of those that are not there then."""
    folder = disk.mounted / f"parts-{time.monotonic_ns()}"
    PartStore(folder)
    os.sync()
    command = [sys.executable, "-m", "tests.support.faults.blob_writer", folder, *careless]
    with subprocess.Popen(command, cwd=deliveries.ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(after)]
        disk.cut()
        process.kill()
        kept = {line.decode().strip() for line in (*said, *process.stdout) if line.endswith(b"\n")}
    disk.again()
    store = PartStore(folder)
    lost = [name for name in sorted(kept) if not store.holds(name)]
    assert all(store.read(name) for name in kept - set(lost)), "what is there is whole"
    shutil.rmtree(folder)
    return lost


def test_no_kept_body_is_lost(disk: Disk) -> None:
    for after in (3, 40):
        assert bodies_lost_in_a_cut(disk, after) == []


@pytest.mark.long(short="test_no_kept_body_is_lost")
def test_no_kept_body_is_lost_in_many_cuts(disk: Disk) -> None:
    for number in range(MANY_ROUNDS):
        assert bodies_lost_in_a_cut(disk, 3 + number * 7 % 60) == []


@pytest.mark.long(short="test_no_kept_body_is_lost")
def test_without_syncing_the_folders_this_test_would_go_red(disk: Disk) -> None:
    assert any(bodies_lost_in_a_cut(disk, after, "careless") for after in (40, 3, 40, 20, 60))
