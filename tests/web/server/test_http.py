"""A server that is asked to stop sends what it has answered to its end, and takes nobody in any more."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from testimony.web.server.http import finish, leave, make_server, run
from tests.support.cli.program import ROOT

SIZE = 24_000_000  # more than two sockets hold
PROGRAM = """
import signal, socket, sys, time
from testimony.web.server.http import finish, make_server

def stop(*_):
    raise SystemExit(0)

def app(environ, start):
    if environ["PATH_INFO"] == "/slow":
        print("asked", flush=True)
        time.sleep(6)  # longer than waitress waits
    start("200 OK", [("Content-Length", str({size}))])
    return [bytes({size})]

listener = socket.create_server(("127.0.0.1", 0))
server = make_server(app, listener, threads=2, outbuf_overflow=2 * {size})
signal.signal(signal.SIGTERM, stop)
print(listener.getsockname()[1], flush=True)
server.run()
{finish}
server.close()
"""


def _read_after_the_signal(tmp_path: Path, finish: str) -> int:
    """Bytes of the answer that came to somebody who reads slowly while the server is asked to stop."""
    file = tmp_path / "served.py"
    file.write_text(PROGRAM.format(size=SIZE, finish=finish))
    command = [sys.executable, str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    ) as served:
        assert served.stdout is not None
        with socket.create_connection(("127.0.0.1", int(served.stdout.readline()))) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            seen = len(reader.recv(1))  # it is being answered
            served.send_signal(signal.SIGTERM)
            threading.Event().wait(0.3)  # it has heard the signal before more is read
            while part := _received(reader):
                seen += len(part)
                if seen > SIZE:
                    break
        served.terminate()
        served.wait(30)
    return seen


def _received(reader: socket.socket) -> bytes:
    try:
        return reader.recv(65536)
    except ConnectionResetError:
        return b""


def test_what_was_answered_arrives_whole(tmp_path: Path) -> None:
    assert _read_after_the_signal(tmp_path, "finish(server)") > SIZE


def test_without_finishing_it_would_be_cut_off(tmp_path: Path) -> None:
    assert _read_after_the_signal(tmp_path, "") < SIZE


def test_what_was_asked_is_answered_however_long_it_takes(tmp_path: Path) -> None:
    file = tmp_path / "served.py"
    file.write_text(PROGRAM.format(size=10, finish="finish(server)"))
    command = [sys.executable, str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    ) as served:
        assert served.stdout is not None
        with socket.create_connection(("127.0.0.1", int(served.stdout.readline()))) as reader:
            reader.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n")
            assert served.stdout.readline() == "asked\n"
            served.send_signal(signal.SIGTERM)
            assert reader.recv(100).startswith(b"HTTP/1.1 200")
        served.wait(30)


def test_what_waits_for_a_thread_when_the_server_is_asked_to_stop_is_answered_too() -> None:
    """The second of two requests has not begun then; waitress alone would drop it."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked, stopped = threading.Event(), threading.Event()

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        asked.set()
        stopped.wait(10)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = make_server(app, listener.dup(), threads=1)

    def beat() -> None:
        if asked.is_set() and len(server.task_dispatcher.queue) == 1:
            threading.Timer(0.1, stopped.set).start()
            raise SystemExit(0)

    clients = [socket.create_connection(listener.getsockname()) for _ in range(2)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    assert run(server, beat) is False
    finish(server)
    server.asyncore.close_all(server._map, ignore_all=True)
    for client in clients:
        answer = client.recv(1000)
        assert b"Connection: close" in answer
        assert answer.endswith(b"ok")
        client.close()
    listener.close()


def test_a_server_that_leaves_answers_who_asked_and_leaves_who_comes_then_to_the_next_one() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    later = []

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        leave(server)
        later.append(socket.create_connection(listener.getsockname()))
        later[0].sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        threading.Event().wait(0.3)  # the loop of the server has seen it
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = make_server(app, listener.dup(), threads=2)
    with socket.create_connection(listener.getsockname()) as first:
        first.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert run(server) is True
        finish(server)
        server.asyncore.close_all(server._map, ignore_all=True)
        answer = first.recv(1000)
    assert b"Connection: close" in answer
    assert answer.endswith(b"ok")
    listener.settimeout(5)
    taken, _ = listener.accept()
    assert taken.recv(100).startswith(b"GET / ")
    for one in (taken, later[0], listener):
        one.close()
