"""One central as several processes: they may be killed and renewed while nodes deliver, and one does the chores."""

from __future__ import annotations

import os
import re
import signal
import threading
import urllib.request
from pathlib import Path

from testimony.errors import NotDelivered
from testimony.services import startup
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.cli.program import four_free_ports, serving_anew
from tests.support.services.world import World, take
from tests.support.store import postgres
from tests.support.sync.exactly_once import logged, require_once
from tests.support.sync.world import waiting

GLANCE = 0.05
BREATH = 0.1  # seconds between two deliveries, which would take all of the machine from those that start


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def leaders(home: Path, pids: list[int]) -> list[int]:
    """Which of these processes hold the lock of the jobs, as the system sees it."""
    inode = (home / "jobs.lock").stat().st_ino
    locked = re.findall(
        r"FLOCK +ADVISORY +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) ", Path("/proc/locks").read_text("ascii")
    )
    return [int(pid) for pid, number in locked if int(number) == inode and int(pid) in pids]


def test_workers_are_renewed_and_killed_and_no_delivery_is_lost_or_doubled(tmp_path: Path) -> None:
    with postgres.server() as database_url:
        world = World(tmp_path)
        home, port = tmp_path / "central", four_free_ports()
        settings = Settings(home=home, role="central", name="central", database_url=database_url)
        seed, rosters = world.central_signer.seed, list(world.chain.records)
        startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed).close()
        node, failed, done, stopped = world.node(), list[str](), list[object](), threading.Event()
        way = Transport(f"http://127.0.0.1:{port}", world.station, pause=lambda _: None, channel=HttpChannel())

        def deliver() -> None:
            while not stopped.wait(BREATH):
                done.append(sealed := world.testimony())
                take(node, sealed)
                try:
                    push(node, way)
                except NotDelivered as error:
                    failed.append(repr(error.__cause__ or error))

        with serving_anew("central", home, port, "--workers", "2", TESTIMONY_MONITOR_PORT=str(port + 1)) as central:
            thread = threading.Thread(target=deliver)
            thread.start()
            while len(first := children(central.pid)) < 2 or len(done) < 3:
                threading.Event().wait(GLANCE)
            assert len(leaders(home, first)) == 1
            central.send_signal(signal.SIGHUP)
            before = len(done)
            while set(children(central.pid)) & set(first) or len(children(central.pid)) != 2:
                threading.Event().wait(GLANCE)
            assert len(done) > before, "nothing was delivered while servers were renewed"
            assert failed == [], "who is renewed has answered what it was asked"
            killed = children(central.pid)[0]
            os.kill(killed, signal.SIGKILL)
            while len(found := children(central.pid)) < 2 or killed in found:
                threading.Event().wait(GLANCE)
            stopped.set()
            thread.join()
            with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/health", timeout=60) as answer:
                assert answer.status == 200
            assert len(failed) <= 1, failed
            push(node, way)
            central.terminate()
            assert central.wait(60) == 0
            assert "Traceback" not in central.stderr.read()
        assert waiting(node) == []
        with open_station(home) as station:
            require_once(station, done)  # type: ignore[arg-type]
            assert len(logged(station)) == len(logged(node)) == len(done) > 3
        world.close()
