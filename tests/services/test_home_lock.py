"""A home that is open twice: only one of them tidies it, and nothing that the other does is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from testimony.services.startup import open_station
from testimony.store.files import durable
from testimony.store.files.lock import HomeLock
from tests.support.services.world import World, said, take

HOLDING = """
import os, sys, time
from pathlib import Path
from testimony.services.startup import open_station
station = open_station(Path(sys.argv[1]))
(station.settings.home / "parts" / "incoming" / "abcd-half").write_bytes(b"half")
if sys.argv[2] == "fork" and os.fork() == 0:
    time.sleep(600)
print(os.getpid(), flush=True)
time.sleep(600)
"""


def half_written(home: Path) -> list[str]:
    return [path.name for path in (home / "parts" / "incoming").iterdir()]


def logged(home: Path) -> int:
    return (home / "testimony.db-wal").stat().st_size


def test_a_home_opened_during_a_delivery_loses_nothing_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, sealed = world.node(), world.testimony()
    sync = durable.syncfs
    opened = []

    def opening(descriptor: int) -> None:
        if not opened:
            opened.append(half_written(node.settings.home))
            open_station(node.settings.home).close()
        assert sync is not None
        sync(descriptor)

    monkeypatch.setattr(durable, "syncfs", opening)
    outcome = take(node, sealed)
    assert opened[0], "it was opened while files waited for their names"
    assert set(said(outcome)) == {"stored"}
    assert [receipt.value["record"] for receipt in outcome.receipts] == [sealed.record.id]


def test_only_the_first_opener_empties_the_write_ahead_log(world: World) -> None:
    node = world.node()
    home = node.settings.home
    with open_station(home) as second:
        take(node, world.testimony())
        assert logged(home) > 0
        take(second, world.testimony())
    assert logged(home) > 0
    node.database._tidy()
    assert logged(home) == 0


def test_who_stays_takes_over_from_who_leaves(world: World) -> None:
    node = world.node()
    second = open_station(node.settings.home)
    world.opened.append(second)
    take(second, world.testimony())
    second.database._tidy()
    assert logged(node.settings.home) > 0
    node.close()
    take(second, world.testimony())
    second.database._tidy()
    assert logged(node.settings.home) == 0


@pytest.mark.parametrize("how", ["plain", "fork"])
def test_after_a_holder_was_killed_the_next_opener_sweeps(world: World, how: str) -> None:
    """Also when a child that it forked lives on."""
    node = world.node()
    home = node.settings.home
    node.close()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(home), how], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline()
            with open_station(home):
                assert half_written(home) == ["abcd-half"]
            holder.kill()
            holder.wait()
            with open_station(home):
                assert half_written(home) == []
        finally:
            with contextlib.suppress(ProcessLookupError):  # nobody of it is left
                os.killpg(holder.pid, signal.SIGKILL)


def test_a_server_waits_a_moment_for_a_command_that_is_soon_done(tmp_path: Path) -> None:
    command, server = HomeLock(tmp_path / "lock"), HomeLock(tmp_path / "lock")
    assert command.take()
    assert not server.wait(0)
    command.release()
    assert server.wait(60)
    assert not command.take(), "released for good"
    server.release()
    server.release()


def test_a_home_that_nobody_closed_is_free_when_it_is_forgotten(tmp_path: Path) -> None:
    first = HomeLock(tmp_path / "lock")
    assert first.take()
    del first
    second = HomeLock(tmp_path / "lock")
    assert second.take()
    second.release()
