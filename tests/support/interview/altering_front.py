"""A node behind another address that may alter what it serves, or lose the connection."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = ("Content-Type", "Content-Security-Policy", "Cache-Control")


class Front:
    """`changes`: how the body of a path is changed. `lost`: what ends the path of an answer that never comes.

    `asked`: the paths that were asked for.
    """

    def __init__(self, port: int, at: int) -> None:
        """Of the node that listens on `port` of this machine, for phones that know it at the port `at`."""
        self.changes: dict[str, Callable[[bytes], bytes]] = {}
        self.lost = ""
        self.asked: list[str] = []
        front = self

        class Forward(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                front.asked.append(self.path)
                if front.lost and self.path.endswith(front.lost):
                    self.close_connection = True
                    return
                self._answer(f"http://127.0.0.1:{port}{self.path}", None)

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self._answer(f"http://127.0.0.1:{port}{self.path}", said)

            def _answer(self, address: str, said: bytes | None) -> None:
                kept = {name: self.headers[name] for name in ("Content-Type", "Cookie") if self.headers[name]}
                try:
                    with urllib.request.urlopen(urllib.request.Request(address, said, kept)) as answer:
                        status, headers, body = answer.status, answer.headers, answer.read()
                except urllib.error.HTTPError as error:
                    status, headers, body = error.code, error.headers, error.read()
                except OSError:  # the node is off
                    self.close_connection = True
                    return
                change = front.changes.get(self.path)
                body = change(body) if change else body
                with suppress(ConnectionError):  # the phone is off
                    self.send_response(status)
                    for name in PASSED_ON:
                        self.send_header(name, headers.get(name, ""))
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._node = port
        self.server = ThreadingHTTPServer(("127.0.0.1", at), Forward)
        self.address = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def body(self, path: str) -> bytes:
        """What the node serves at `path`, unaltered."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._node}{path}") as answer:
            data: bytes = answer.read()
        return data

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
