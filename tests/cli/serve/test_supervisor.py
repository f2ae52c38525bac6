"""Central as several processes: who dies or hangs is replaced, who cannot start replaces nobody, counts are shared."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.cli.program import ROOT

GLANCE = 0.02
SUPERVISOR = """
import socket, sys
from testimony.cli.serve.supervisor import Supervisor

listener = socket.create_server(("127.0.0.1", 0))
command = [sys.executable, sys.argv[1]]
say = lambda: print("up", listener.getsockname()[1], flush=True)
sys.exit(Supervisor(2, command, [listener], {"token": "t"}, up=say, silence=2.5).run())
"""
WORKER = """
import json, os, socket, sys, time
from pathlib import Path

line, port = (socket.socket(fileno=int(one)) for one in sys.argv[1].split(","))
assert json.loads(line.recv(4096))["token"] == "t"
if Path(__file__).with_name("broken").exists():
    sys.exit(3)
line.sendall(b'{"ready": true}\\n')
port.setblocking(True)
port.settimeout(0.3)
while True:
    line.sendall(b"{}\\n")
    try:
        client = port.accept()[0]
    except OSError:
        continue
    with client:
        name = client.recv(64).decode()
        line.sendall(json.dumps({"count": name, "burst": 2, "period": 3600}).encode() + b"\\n")
        client.sendall(b"%d %s" % (os.getpid(), line.recv(4096)))
"""


class Supervised:
    """A supervisor with two workers that answer with their number and what the supervisor counted."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def workers(self) -> list[int]:
        """Those that run now."""
        file = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in file.read_text("ascii").split()]

    def said(self, *words: str) -> list[int]:
        """The numbers that stand in the next lines of its log, which say `words`."""
        assert self.process.stderr is not None
        found = []
        for word in words:
            line = self.process.stderr.readline()
            assert word in line, line
            found += [int(one) for one in line.split() if one.isdigit()]
        return found

    def ask(self, name: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port), 20) as client:
            client.sendall(name.encode())
            return client.recv(4096).decode()


@contextmanager
def supervised(folder: Path) -> Iterator[Supervised]:
    (folder / "worker.py").write_text(WORKER, "utf-8")
    command = [sys.executable, "-c", SUPERVISOR, str(folder / "worker.py")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().split()[-1])
            yield Supervised(process, port)
        finally:
            process.terminate()
            process.wait(30)


def _until(there: Supervised, wanted: int, without: Collection[int] = ()) -> list[int]:
    """Ask until so many workers have answered, none of them of `without`."""
    seen: dict[int, None] = {}
    while len(seen) < wanted:
        pid = int(there.ask("anybody").split()[0])
        assert pid not in without
        seen[pid] = None
        threading.Event().wait(GLANCE)
    return list(seen)


def test_who_dies_and_who_hangs_is_replaced_and_connections_wait_meanwhile(tmp_path: Path) -> None:
    with supervised(tmp_path) as there:
        first = _until(there, 2)
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        assert int(there.ask("who came meanwhile").split()[0]) not in first
        second = _until(there, 2, without=first)
        os.kill(second[0], signal.SIGSTOP)
        third = {*there.said("ended (-9)", "ended (-9)", "gives no sign of life", "ended (-9)")}
        assert {*first, second[0]} <= third
        assert second[1] in _until(there, 2, without={*first, second[0]})


def test_all_are_renewed_and_none_by_a_program_that_does_not_start(tmp_path: Path) -> None:
    with supervised(tmp_path) as there:
        first = _until(there, 2)
        (tmp_path / "broken").touch()
        there.process.send_signal(signal.SIGHUP)
        there.said("are renewed", "ended (3)")
        assert set(_until(there, 2)) == set(first)
        (tmp_path / "broken").unlink()
        there.process.send_signal(signal.SIGHUP)
        there.said("are renewed")
        while set(there.workers()) & set(first):
            threading.Event().wait(GLANCE)
        assert not set(_until(there, 2)) & set(first)


def test_what_a_client_asks_of_all_counts_once(tmp_path: Path) -> None:
    with supervised(tmp_path) as there:
        _until(there, 2)
        answers = [there.ask("192.0.2.7") for _ in range(6)]
    assert ['"wait": 0' in answer for answer in answers] == [True, True, *[False] * 4]


def test_what_never_started_ends_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    (tmp_path / "worker.py").write_text(WORKER, "utf-8")
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "worker.py")]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, b"")


def test_workers_end_with_their_supervisor(tmp_path: Path) -> None:
    with supervised(tmp_path) as there:
        left = _until(there, 2)
        there.process.kill()
        there.process.wait(30)
        for pid in left:
            while _state(pid) != "Z":
                threading.Event().wait(GLANCE)


def _state(pid: int) -> str:
    """Of a process, as the system writes it; Z: it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2][:1]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"
