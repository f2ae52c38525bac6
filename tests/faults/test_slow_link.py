"""32 kbit/s and every fifth packet lost: text, media and a withdrawal of a node behind it arrive once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.startup import open_station
from testimony.sync.client.exchange import exchange
from tests.support.programs import lacking
from tests.support.services.world import World, take
from tests.support.sync.exactly_once import require_gone, require_once, require_true_receipts
from tests.support.sync.world import bring, served_at, to, waiting

NET = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}"  # another for each run on this machine
NEAR, FAR = f"{NET}.1", f"{NET}.2"
TABLE = f"testimony{os.getpid()}"
TOOLS = ("ip", "tc", "nft")
MEDIA = 200_000
"""Bytes of a recording: a minute and a half of this link, if it lost nothing."""
pytestmark = pytest.mark.long(
    short="tests/sync/http/test_bad_links.py::test_small_records_over_a_slow_link_that_dies_take_little_more_than_the_ideal"
)


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
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        lacking(f"{', '.join(absent)} is not installed (apt install iproute2 nftables)")
    if os.geteuid() != 0:
        lacking("a network namespace is made by root alone")
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
        withdrawn, with_media = world.coded(), world.with_media(MEDIA)
        bring(node, withdrawn)
        exchange(node, to(central, world.station))
        everything = [world.testimony() for _ in range(2)] + [with_media]
        bring(node, *everything)
        take(node, world.withdrawal(withdrawn))
        node.close()
        with served_at(central, NEAR) as (host, port):
            said = (str(world.folder / "node"), f"http://{host}:{port}", world.station.seed.hex())
            command = ["ip", "netns", "exec", namespace, sys.executable, "-m", "tests.support.faults.slow_node", *said]
            subprocess.run(command, check=True, timeout=3600, cwd=Path(__file__).parents[2])
        require_once(central, everything)
        require_gone(central, withdrawn)
        with open_station(world.folder / "node") as again:
            require_gone(again, withdrawn)
            exchange(again, to(central, world.station))  # what was destroyed here and there is said, with a receipt
            assert waiting(again) == []
            assert require_true_receipts(again, central) >= len(everything)
    finally:
        world.close()
