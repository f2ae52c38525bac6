"""A server before centrals that hands each whole request on: to one after the other, or with other answers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

from testimony.sync.wire.frames import read_frames, write_frames

Change = Callable[[str, bytes], bytes]
"""(path, body of the answer) -> the body that is given instead."""


def as_it_is(path: str, body: bytes) -> bytes:
    return body


def without_receipts(path: str, body: bytes) -> bytes:
    """Of the answer to a batch the statuses alone, as a central would give it that signs for nothing."""
    if path != "/sync/batch":
        return body
    return write_frames([frame for frame in read_frames(body) if frame.kind == "status"])


@contextmanager
def forwarding(*ports: int, change: Change = as_it_is) -> Iterator[str]:
    """The address of a server that asks the stations at `ports` in turn, each request another one."""
    turns = itertools.cycle(ports)
    pool = urllib3.PoolManager(retries=False)

    class Forwarder(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: text for name, text in self.headers.items() if name.lower() != "accept-encoding"}
            url = f"http://127.0.0.1:{next(turns)}{self.path}"
            answer = pool.request(self.command, url, body=asked, headers=headers, redirect=False)
            body = change(self.path, answer.data)
            self.send_response(answer.status)
            for name, text in answer.headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    Forwarder.do_GET = Forwarder.do_POST = Forwarder.forward  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        pool.clear()
