"""32 kbit/s and every fifth packet lost: a node in a network namespace of its own delivers to central, exactly once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.station import Station
from tests.sync.truth import require_once, require_true_receipts
from tests.sync.world import World, bring, served_at, waiting

NEAR, FAR = "10.213.0.1", "10.213.0.2"
TABLE = f"testimony{os.getpid()}"
TOOLS = ("ip", "tc", "nft")
pytestmark = pytest.mark.long


def run(*command: str, within: str = "", check: bool = True) -> None:
    inside = ["ip", "netns", "exec", within] if within else []
    subprocess.run([*inside, *command], check=check, capture_output=True)


def shape(device: str, within: str = "") -> None:
    """What leaves by `device` goes at 32 kbit/s; of what comes in by it every fifth packet is lost (netem is rare)."""
    rate = ("rate", "32kbit", "burst", "1600", "latency", "400ms")
    run("tc", "qdisc", "add", "dev", device, "root", "tbf", *rate, within=within)
    lose = f"iifname {device} numgen random mod 100 < 20 drop"
    run("nft", f"table inet {TABLE} {{ chain in {{ type filter hook input priority 0; {lose}; }}; }}", within=within)


@pytest.fixture
def namespace() -> Iterator[str]:
    """A namespace whose only way out is a bad link to `NEAR`."""
    if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)):
        pytest.skip("makes a network namespace: as root, with ip, tc and nft")
    name = f"testimony-{os.getpid()}"
    near, far = f"tn{os.getpid()}", f"tf{os.getpid()}"
    run("ip", "netns", "add", name)
    try:
        run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
        run("ip", "addr", "add", f"{NEAR}/30", "dev", near)
        run("ip", "addr", "add", f"{FAR}/30", "dev", far, within=name)
        run("ip", "link", "set", near, "up")
        run("ip", "link", "set", far, "up", within=name)
        shape(near)
        shape(far, within=name)
        yield name
    finally:
        run("nft", "delete", "table", "inet", TABLE, check=False)
        run("ip", "link", "delete", near, check=False)
        run("ip", "netns", "delete", name, check=False)


def test_over_a_very_slow_link_that_loses_every_fifth_packet_it_arrives_once(tmp_path: Path, namespace: str) -> None:
    world = World(tmp_path)
    try:
        node, central = world.node(), world.central()
        everything = [world.testimony() for _ in range(2)]
        bring(node, *everything)
        node.close()
        with served_at(central, NEAR) as (host, port):
            said = (str(world.folder / "node"), f"http://{host}:{port}", world.station.seed.hex())
            command = ["ip", "netns", "exec", namespace, sys.executable, "-m", "tests.faults.slownode", *said]
            subprocess.run(command, check=True, timeout=1800, cwd=Path(__file__).parents[2])
        require_once(central, everything)
        with Station.open(world.folder / "node") as again:
            assert waiting(again) == []
            assert require_true_receipts(again, central) == len(everything)
    finally:
        world.close()
