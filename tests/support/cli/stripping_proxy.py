"""A proxy before central that takes records out of its feed. Anybody on the network can run one: it has no key."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from testimony.sync.http.channel import Answer
from tests.support.sync.hostile_central import Change, in_feed


@contextmanager
def stripping(url: str, change: Change) -> Iterator[str]:
    """The address of a proxy before the central at `url`; the pieces of its feed arrive as `change` makes them."""
    altered = in_feed(change)

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._hand_on(None)

        def do_POST(self) -> None:
            self._hand_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _hand_on(self, body: bytes | None) -> None:
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")
            }
            request = urllib.request.Request(url + self.path, body, headers, method=self.command)
            try:
                with urllib.request.urlopen(request) as answer:
                    status, given, data = answer.status, dict(answer.headers), answer.read()
            except urllib.error.HTTPError as error:
                status, given, data = error.code, dict(error.headers), error.read()
            made = altered(self.path, Answer(status, given, data))
            self.send_response(made.status)
            for name, value in made.headers.items():
                if name.lower() not in ("content-length", "connection", "server", "date", "accept-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
