"""Stations start when they can, and say in one sentence why when they cannot."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from testimony.cli.main import build_parser
from testimony.cli.serve import command, port_note, server
from testimony.services import startup
from testimony.station.station import Station
from tests.support.cli.program import ROOT, refused, run, serving, serving_anew, without_privileges

FreePort = Callable[[], int]


def test_a_station_serves_and_stops_cleanly_when_asked(homes: Path, free_port: FreePort) -> None:
    port = free_port()
    with serving_anew("field", homes / "field", port) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr is not None
        said = process.stderr.read()
        assert "Traceback" not in said
        assert "the roster ended on 2026-04-07; going on with it" in said


def test_the_token_of_a_desk_stands_behind_the_hash_so_that_it_reaches_no_log(homes: Path, free_port: FreePort) -> None:
    with serving("desk", homes / "desk-lawyer", free_port()) as process:
        before, token = process.address.split("#")
        assert before.startswith("http://localhost:")
        assert len(token) >= 43


REFUSED = """
import os, pathlib, resource, sys
from testimony.platform.posix import memory

memory.SWAPS = pathlib.Path(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_MEMLOCK, (65_536, 65_536))
os.geteuid = lambda: 1_000
from testimony.__main__ import main

sys.exit(main())
"""
"""Starts the program as a user whose memory the system does not lock."""


@pytest.mark.skipif(sys.platform != "linux", reason="mlockall is asked on Linux alone")
@pytest.mark.parametrize(("swaps", "said"), [("Filename\n/dev/dm-1\n", True), ("Filename\n", False)])
def test_a_desk_says_that_the_system_may_swap_and_serves_all_the_same(
    swaps: str, said: bool, homes: Path, free_port: FreePort, tmp_path: Path
) -> None:
    (file := tmp_path / "swaps").write_text(swaps, "utf-8")
    command = [sys.executable, "-c", REFUSED, str(file), "serve", "desk"]
    command += ["--home", str(homes / "desk-lawyer"), "--port", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1].partition("#")[0]
        with urllib.request.urlopen(f"{address}en/start", timeout=60) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        lines = process.stdout.read()
    assert (server.SWAP in lines) is said
    assert (process.returncode, "switch swap off or encrypt it" in lines) == (0, said)


def test_monitors_ask_on_a_port_of_their_own_and_find_nothing_else_there(
    homes: Path, free_port: FreePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        watched = probe.getsockname()[1]
    monkeypatch.setenv("TESTIMONY_MONITOR_PORT", str(watched))
    with serving_anew("central", homes / "central", free_port()) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{watched}/health" in process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{watched}/health", timeout=60) as answer:
            assert json.load(answer)["healthy"] is True
        with urllib.request.urlopen(f"http://127.0.0.1:{watched}/metrics", timeout=60) as answer:
            assert b'testimony_testimonies{state="held"} ' in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{watched}/en/", timeout=60)


def test_a_taken_port_is_said(homes: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("serve", "field", "--home", homes / "field", "--port", port)
    assert refused(done, f"Port {port} is in use", "--port")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_cannot_be_is_a_usage_error(port: str) -> None:
    done = run("serve", "field", "--home", "nowhere", f"--port={port}")
    assert done.returncode == 2
    assert "a number from 1 to 65535" in done.stderr


def test_several_processes_of_one_sqlite_file_are_refused_in_one_sentence(homes: Path) -> None:
    done = run("serve", "central", "--home", homes / "central", "--workers", "2")
    assert refused(done, "one SQLite file", "Leave out --workers", "docs/central.md")


@pytest.mark.parametrize("number", ["0", "65", "two", "-1"])
def test_a_number_of_processes_that_cannot_be_is_a_usage_error(number: str) -> None:
    done = run("serve", "central", "--home", "nowhere", f"--workers={number}")
    assert done.returncode == 2
    assert "a number from 1 to 64" in done.stderr


def test_a_missing_home_is_said_and_not_made(tmp_path: Path) -> None:
    assert refused(run("serve", "field", "--home", tmp_path / "none"), "There is no station in", "org create")
    assert not (tmp_path / "none").exists()


def test_a_home_of_another_role_is_said(homes: Path) -> None:
    done = run("serve", "central", "--home", homes / "field", "--port", "65000")
    assert refused(done, "is a field node, not a central server")


def test_a_desk_listens_to_this_machine_only(homes: Path) -> None:
    done = run("serve", "desk", "--home", homes / "desk-lawyer", "--host", "0.0.0.0")
    assert refused(done, "this machine only")


def test_an_address_of_another_machine_is_said(homes: Path, free_port: FreePort) -> None:
    done = run("serve", "field", "--home", homes / "field", "--host", "192.0.2.1", "--port", free_port())
    assert refused(done, "cannot listen on 192.0.2.1")


def test_damaged_settings_are_said(homes: Path) -> None:
    (homes / "field" / "station.json").write_text("{")
    assert refused(run("serve", "field", "--home", homes / "field"), "station.json", "backup")


def test_a_folder_that_cannot_be_written_is_said(homes: Path, free_port: FreePort) -> None:
    home = homes / "field"
    for path in (home, *home.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        done = without_privileges("serve", "field", "--home", home, "--port", free_port())
    finally:
        for path in (home, *home.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert refused(done, "cannot be written")


def test_a_locked_database_is_said_and_nothing_is_lost(homes: Path, free_port: FreePort) -> None:
    home = homes / "field"
    with sqlite3.connect(home / "testimony.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        done = run("serve", "field", "--home", home, "--port", free_port())
        other.execute("ROLLBACK")
    other.close()
    assert refused(done, "Another program is using the database")
    with serving_anew("field", home, free_port()) as process:
        assert process.poll() is None


@pytest.mark.parametrize("another", [False, True])
def test_a_server_waits_for_the_lock_of_a_command_and_not_for_that_of_another_server(
    another: bool, homes: Path, free_port: FreePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Opened(Exception):
        pass

    def opened(home: Path, *, lock_timeout: float) -> Station:
        raise Opened(lock_timeout)

    monkeypatch.setattr(startup, "open_station", opened)
    port = free_port()
    monkeypatch.setenv("TESTIMONY_PORT", str(port))
    arguments = build_parser().parse_args(["serve", "central", "--home", str(homes / "central"), "--port", str(port)])
    before = port_note.noted(homes / "central", 1) if another else nullcontext()
    with before, pytest.raises(Opened, match=r"^0\.0$" if another else f"^{server.LOCK_TIMEOUT}$"):
        command.run(arguments)


def test_a_station_ends_with_the_process_that_started_it(homes: Path, free_port: FreePort) -> None:
    command = [sys.executable, "-m", "testimony", "serve", "field", "--home", str(homes / "field"), "--with-parent"]
    with subprocess.Popen(
        [*command, "--port", str(free_port())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 14)])
def test_an_old_python_is_told_what_to_do(version: tuple[int, int, int]) -> None:
    pretend = f"import sys, runpy; sys.version_info = {version}; sys.argv = ['testimony']; "
    program = pretend + "runpy.run_module('testimony', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert f"needs Python 3.11 or newer; this is Python {'.'.join(map(str, version))}" in done.stderr


def test_settings_say_nothing_secret(homes: Path) -> None:
    settings = json.loads((homes / "desk-lawyer" / "station.json").read_text())
    assert set(settings) <= {"v", "role", "name", "port", "central_url", "demonstration", "key_file", "database_url"}
