"""Sends one HTTP request to another station: over the network, or to a Flask application in this process."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import urllib3
from urllib3.util import Timeout, make_headers

from testimony.errors import NotDelivered
from testimony.sync.errors import NotTheStation, ProxyRefused, StationTooSlow, StationUnreachable, StationUntrusted
from testimony.sync.http.bandwidth import Bucket
from testimony.sync.http.connection import Lifeline
from testimony.sync.http.route import Way

ANSWER_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of an answer that are read at most; what is longer is not from a station."""
ANSWER: Final = 1024 * 1024
"""Bytes of the longest answer that a station gives, with some room."""
WHOLE: Final = 600.0
"""Seconds for a request with its answer: the smallest batch goes in that time at 1 kbit/s, the largest at 8."""
NO_PROXY_THERE: Final = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
REFUSED_TUNNEL: Final = "Tunnel connection failed"
"""As http.client says that a proxy did not open a way to https."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class AnswerTorn(StationUnreachable):
    """The connection died within an answer. `answer` holds what had come of it."""

    def __init__(self, answer: Answer, url: str) -> None:
        super().__init__(url=url)
        self.answer = answer


class Channel(Protocol):
    """Carries one request. Raises `StationUnreachable` when nothing came back, `AnswerTorn` when not everything did."""

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer: ...


class HttpChannel:
    """One kept connection by urllib3: no redirects, no cookies, no retries of its own, bounded answers.

    Three patiences, in seconds: until a connection stands, between two signs of life, and for a whole request, so that
    neither a black hole nor a trickle holds an exchange for ever. A limit of bandwidth lengthens the last.
    """

    def __init__(
        self,
        way: Way | None = None,
        *,
        connect_seconds: float = 10.0,
        read_seconds: float = 60.0,
        whole_seconds: float = WHOLE,
        bucket: Bucket | None = None,
    ) -> None:
        self.way = way or Way()
        self.timeout = Timeout(connect=connect_seconds, read=read_seconds)
        self.whole_seconds = whole_seconds
        self.bucket = bucket or Bucket(self.way.bytes_per_second)
        self._line = Lifeline(read_seconds)
        self._pool: urllib3.PoolManager | None = None
        self._late = False

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Raises `StationUnreachable`, `StationTooSlow`, `StationUntrusted`, `ProxyRefused`, `NotTheStation`; and
        before anything is sent `SettingUnusable`, `FileUnreadable`.
        """
        if not url.startswith(("http://", "https://")):
            raise StationUnreachable(url=shown(url))
        try:
            pool = self._pool = self._pool or self._open(url)
            with self._deadline(len(body)):
                answer = self._ask(pool, method, url, headers, body)
            if self._late:  # cut off by us: what was read may only look whole
                raise StationTooSlow(url=shown(url))
            return answer
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self._line.let_go()  # the library closed its own end; ours would keep the connection open
            raise StationTooSlow(url=shown(url)) if self._late else _delivery_error(error, url) from error

    def _open(self, url: str) -> urllib3.PoolManager:
        kept: dict[str, Any] = {"num_pools": 1, "maxsize": 1, "retries": False, "timeout": self.timeout}
        if url.startswith("https://"):
            kept["ssl_context"] = self.way.tls()
        proxy = self.way.proxy_to(url)
        if proxy is None:
            pool = urllib3.PoolManager(**kept)
        else:
            said = make_headers(proxy_basic_auth=proxy.credentials) if proxy.credentials else None
            pool = urllib3.ProxyManager(proxy.url, proxy_headers=said, **kept)
        self._line.watch(pool)
        return pool

    def _ask(self, pool: urllib3.PoolManager, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        given: bytes | Iterator[bytes] = body
        if body:  # in pieces, since a socket's patience is for all that it is given at once
            headers, given = {**headers, "Content-Length": str(len(body))}, self.bucket.cut(body)
        response = pool.request(
            method, url, headers=headers, body=given, redirect=False, preload_content=False, decode_content=False
        )
        data = bytearray()
        try:
            self._read(response, data, url)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if self._late:
                raise
            self._line.let_go()
            raise AnswerTorn(Answer(response.status, _lower(response.headers), bytes(data)), shown(url)) from error
        finally:
            response.release_conn()
        return Answer(response.status, _lower(response.headers), bytes(data))

    def _read(self, response: urllib3.BaseHTTPResponse, data: bytearray, url: str) -> None:
        while piece := response.read(self.bucket.piece):
            data += piece
            self.bucket.take(len(piece))
            if len(data) > ANSWER_LIMIT:
                response.close()
                raise NotTheStation(url=shown(url))

    @contextmanager
    def _deadline(self, size: int) -> Iterator[None]:
        """Cut the connection when the whole request takes too long, wherever it hangs: no timeout of a socket does."""
        self._late = False
        timer = threading.Timer(self.whole_seconds + self.bucket.seconds_for(size + ANSWER), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        """From another thread: end the request that is under way; it raises `StationTooSlow`."""
        self._cut()

    def _cut(self) -> None:
        self._late = True
        self._line.cut()

    def close(self) -> None:
        """Close the connection."""
        if self._pool is not None:
            self._pool.clear()
        self._line.let_go()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _delivery_error(error: Exception, url: str) -> NotDelivered:
    """Why nothing came back, in our words. The library's may hold the proxy's password: they are never shown."""
    if REFUSED_TUNNEL in str(error) or isinstance(getattr(error, "original_error", None), NO_PROXY_THERE):
        return ProxyRefused(url=shown(url))
    cause = error.args[0] if isinstance(error, urllib3.exceptions.SSLError) and error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError | urllib3.util.ssl_match_hostname.CertificateError):
        return StationUntrusted(url=shown(url))
    return StationUnreachable(url=shown(url))


class InProcess:
    """For tests and demonstrations: the other station is a Flask application in this process (its test client)."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urllib3.util.parse_url(url)
        response = self.client.open(
            parts.request_uri, method=method, headers=headers, data=body, base_url=f"{parts.scheme}://{parts.netloc}"
        )
        answered = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, answered, response.data)


def shown(url: str) -> str:
    """The address of the station in `url`, for a sentence: without path and question."""
    return url.partition("/sync/")[0]
