"""A time stamp authority as a real HTTP server: `openssl ts` behind it, or whatever it is told to answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tests.support.sealing.timestamp_authority import Authority

Answering = Callable[[bytes], tuple[int, bytes]]
PATH: Final = "/tsr"


class Answers:
    """`answer`: how it answers now; `asked`: the questions that came."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.asked: list[bytes] = []
        self.answer: Answering = lambda query: (200, authority.reply(query))


@contextmanager
def serving(authority: Authority) -> Iterator[tuple[str, Answers]]:
    """(address, answers) while it runs."""
    answers = Answers(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answers.asked.append(query)
            rightly = (self.path, self.headers["Content-Type"]) == (PATH, "application/timestamp-query")
            status, body = answers.answer(query) if rightly else (400, b"")
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PATH}", answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
