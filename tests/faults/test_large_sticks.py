"""Memory stays the same however large the recordings on a stick are.

Among the long tests they are a gigabyte and a half, across the split at 1 GiB.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.faults.deliveries import ROOT
from tests.support.services.world import World, names
from tests.support.sync.world import bring

MIB = 1 << 20
FEW, SOME, MANY = 1, 4, 16
MORE = 24 * MIB
"""By so much the memory for many recordings may be above the memory for one: lists of names grow, and nothing else."""
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Between us and the command: what a process has in memory counts for each that it starts, until that is loaded."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def peak_of(*arguments: object, ends: int = 0) -> int:
    """Bytes of memory that a command needed at most, which ends with this code."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "testimony", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ends
    return int(done.stdout.split()[-1]) * 1024


def filled(world: World, node: Station, count: int, size: int) -> list[tuple[str, set[str]]]:
    """Records and the names of all that belongs to each; the testimonies themselves are forgotten."""
    found = []
    for _ in range(count):
        sealed = world.with_media(size)
        bring(node, sealed)
        found.append((sealed.record.id, names(sealed)))
    return found


def carried(world: World, number: int, count: int, size: int) -> dict[str, int]:
    """The peaks of writing, verifying and taking in `count` recordings of `size` bytes, which then are at central."""
    node = world.create(f"node-{number}", "field", world.station)
    central = world.create(f"central-{number}", "central", world.central_signer)
    stick = world.folder / f"stick-{number}"
    stick.mkdir()
    everything = filled(world, node, count, size)
    node.close()
    central.close()
    homes = {"node": node.settings.home, "central": central.settings.home}
    peaks = {"export": peak_of("bundle", "export", stick, "--home", homes["node"])}
    files = sorted(stick.iterdir())
    assert len(files) == -(-count * size // (1 << 30))
    peaks["verify"] = peak_of("bundle", "verify", *files, "--home", homes["central"])
    between = int(len(files) > 1)  # it says of the first of two files that something is lacking still
    peaks["import"] = peak_of("bundle", "import", *files, "--home", homes["central"], ends=between)
    print({act: f"{peak // MIB} MiB" for act, peak in peaks.items()})
    with open_station(homes["central"]) as station, station.database.reading() as session:
        for record, whole in everything:
            assert {item.name for item in record_queries.parts_of(session, record) if item.held} == whole
    return peaks


@pytest.mark.parametrize(("count", "size"), [(SOME, 16 * MIB), pytest.param(MANY, 96 * MIB, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_what_is_carried(world: World, count: int, size: int) -> None:
    small, large = carried(world, 1, FEW, size), carried(world, 2, count, size)
    for act, peak in large.items():
        assert peak < small[act] + MORE, f"{act}: {small[act] // MIB} MiB became {peak // MIB} MiB"
