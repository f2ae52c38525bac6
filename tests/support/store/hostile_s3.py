"""An object store that lies: what S3 answers, by a server of this process that does something else when told to."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from testimony.store.blobs import s3
from testimony.store.blobs.s3 import BucketStore

KEY, SECRET = "liarskeyname", "liarssecretword"
DAY: Final = "Thu, 26 Nov 2026 13:00:00 GMT"
URL: Final = "s3://liar/central"


@dataclass(frozen=True)
class Asked:
    """A request: `key` without bucket and prefix."""

    method: str
    key: str
    body: bytes
    only_new: bool


@dataclass(frozen=True)
class Said:
    """An answer; `length`: what its header says, where that is not so."""

    status: int
    body: bytes = b""
    length: int | None = None


Lie = Callable[["Liar", Asked], Said | None]


@dataclass
class Liar:
    """An honest store of `objects`, while `lie` gives None. `asked`: what came."""

    port: int = 0
    scheme: str = "http"
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    lie: Lie | None = None
    freed: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Said:
        with self.lock:
            self.asked.append(asked)
        told = self.lie(self, asked) if self.lie is not None else None
        if told is not None:
            return told
        with self.lock:
            return self.honestly(asked)

    def honestly(self, asked: Asked) -> Said:
        if asked.method == "PUT":
            if asked.only_new and asked.key in self.objects:
                return error(412, "PreconditionFailed")
            self.objects[asked.key] = asked.body
            return Said(200)
        if asked.method == "DELETE":
            self.objects.pop(asked.key, None)
            return Said(204)
        if not asked.key:
            return Said(200, self._listed())
        if asked.key not in self.objects:
            return error(404, "NoSuchKey")
        return Said(200, self.objects[asked.key])

    def _listed(self) -> bytes:
        each = "".join(
            f"<Contents><Key>central/{escape(key)}</Key><Size>{len(data)}</Size><ETag>x</ETag>"
            "<LastModified>2026-11-26T13:00:00.000Z</LastModified></Contents>"
            for key, data in sorted(self.objects.items())
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{each}</ListBucketResult>".encode()


def error(status: int, code: str) -> Said:
    """As S3 says it, with the name of the key and what was signed."""
    quoted = f"<AWSAccessKeyId>{KEY}</AWSAccessKeyId><StringToSign>{SECRET}</StringToSign>"
    return Said(status, f"<Error><Code>{code}</Code><Message>no</Message>{quoted}</Error>".encode())


# What it may do. Each is for the objects alone: nothing here knows what a testimony is.


def loses(liar: Liar, asked: Asked) -> Said | None:
    """Acknowledges, and keeps nothing."""
    return Said(200) if asked.method == "PUT" else None


def keeps_other_bytes(liar: Liar, asked: Asked) -> Said | None:
    if asked.method != "PUT":
        return None
    with liar.lock:
        liar.objects[asked.key] = _other(asked.body)
    return Said(200)


def keeps_half(liar: Liar, asked: Asked) -> Said | None:
    if asked.method != "PUT":
        return None
    with liar.lock:
        liar.objects[asked.key] = asked.body[: len(asked.body) // 2]
    return Said(200)


def loses_one_in(number: int) -> Lie:
    """Of the puts, by the order in which they come."""
    count = iter(range(10**9))

    def lie(liar: Liar, asked: Asked) -> Said | None:
        return Said(200) if asked.method == "PUT" and next(count) % number == number - 1 else None

    return lie


def gives_other_bytes(liar: Liar, asked: Asked) -> Said | None:
    if asked.method != "GET" or asked.key not in liar.objects:
        return None
    return Said(200, _other(liar.objects[asked.key]))


def gives_too_much(liar: Liar, asked: Asked) -> Said | None:
    """Says that it has a gigabyte."""
    return Said(200, b"x" * 1000, length=1 << 30) if asked.method == "GET" and asked.key in liar.objects else None


def says(status: int, code: str = "InternalError", methods: str = "PUT GET HEAD DELETE") -> Lie:
    return lambda liar, asked: error(status, code) if asked.method in methods.split() else None


def knows_no_conditions(liar: Liar, asked: Asked) -> Said | None:
    return error(501, "NotImplemented") if asked.only_new else None


def is_there_already(liar: Liar, asked: Asked) -> Said | None:
    """Says of everything new that it is there."""
    return error(412, "PreconditionFailed") if asked.only_new else None


def deletes_nothing(liar: Liar, asked: Asked) -> Said | None:
    return Said(204) if asked.method == "DELETE" else None


def is_stuck(methods: str) -> Lie:
    """Answers when the test is over."""

    def lie(liar: Liar, asked: Asked) -> Said | None:
        if asked.method in methods.split():
            liar.freed.wait()
        return None

    return lie


def hangs_up(liar: Liar, asked: Asked) -> Said | None:
    """Ends the connection without a word."""
    raise ConnectionAbortedError


def _other(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:] if data else b"x"


@contextmanager
def lying(identity: Path | None = None) -> Iterator[Liar]:
    """One that runs, and is honest at first; by https with the key and the certificate in `identity`."""
    liar = Liar(scheme="https" if identity else "http")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

        def _do(self) -> None:
            path = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            listing = "list-type" in parse_qs(path.query)
            key = "" if listing else unquote(path.path).removeprefix("/liar/central/")
            said = liar.answer(Asked(self.command, key, body, self.headers.get("If-None-Match") == "*"))
            with suppress(OSError):  # whoever asked waits no longer
                self._say(said)

        def _say(self, said: Said) -> None:
            self.send_response(said.status)
            if said.status != 204:
                self.send_header("Content-Length", str(len(said.body) if said.length is None else said.length))
            self.send_header("ETag", '"x"')
            self.send_header("Last-Modified", DAY)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        def do_GET(self) -> None:
            self._do()

        def do_PUT(self) -> None:
            self._do()

        def do_HEAD(self) -> None:
            self._do()

        def do_DELETE(self) -> None:
            self._do()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A connection that was cut is what these tests do."""

    server = Server(("127.0.0.1", 0), Handler)
    liar.port = server.server_port
    if identity is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(identity)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        liar.freed.set()
        server.shutdown()
        server.server_close()
        thread.join()


def impatient(patch: pytest.MonkeyPatch) -> None:
    """For one that never answers: what is waited for in the field is not waited for here."""
    patch.setattr(s3, "REQUEST_SECONDS", 0.5)
    patch.setattr(s3, "BATCH_SECONDS", 1.5)


def with_credentials(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_ACCESS_KEY_ID", KEY)
    patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    patch.setenv("NO_PROXY", "127.0.0.1")


def opened(liar: Liar, patch: pytest.MonkeyPatch) -> BucketStore:
    """A store of ours in it."""
    with_credentials(patch)
    return BucketStore(URL, endpoint=liar.endpoint)
