"""The small separate server: it ends without an error while it still answers somebody."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pytest

from testimony.web.server.side_server import HelpServer


class SlowToClear:
    """An application whose thread has answered and is not back yet: the clearing away waits for `go`."""

    def __init__(self) -> None:
        self.clearing, self.go = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> SlowToClear:
        start_response("200 OK", [("Content-Length", "5")])
        return self

    def __iter__(self) -> Iterable[bytes]:
        yield b"hello"

    def close(self) -> None:
        self.clearing.set()
        self.go.wait(10)


def test_it_ends_without_an_error_though_a_thread_has_only_just_answered(caplog: pytest.LogCaptureFixture) -> None:
    app = SlowToClear()
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()[:2]
    server = HelpServer(app, listener)
    server.start()
    with closing(http.client.HTTPConnection(*address, timeout=20)) as way, caplog.at_level(logging.ERROR):
        way.request("GET", "/")
        assert app.clearing.wait(10)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        time.sleep(0.5)  # so that a server which closes its sockets first has done it
        socket.create_connection(address, timeout=2).close()
        app.go.set()
        stopping.join(20)
        assert not stopping.is_alive()
        until = time.monotonic() + 5
        while time.monotonic() < until and any("waitress" in each.name for each in threading.enumerate()):
            time.sleep(0.05)
    assert [record.getMessage() for record in caplog.records] == []
    with pytest.raises(OSError):
        socket.create_connection(address, timeout=2)
