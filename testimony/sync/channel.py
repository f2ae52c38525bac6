"""Carries one HTTP request to another station: over the network, or into a Flask application of this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import urllib3
from urllib3.util import Timeout

from testimony.errors import NotTheStation, StationUnreachable

ANSWER_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of an answer that are read at most; what is longer is not from a station."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Channel(Protocol):
    """Carries one request. Raises `StationUnreachable` when nothing, or not everything, came back."""

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer: ...


class HttpChannel:
    """One kept connection by urllib3: no redirects, no proxies, no cookies, no retries of its own, bounded answers."""

    def __init__(self, *, connect_seconds: float = 10.0, read_seconds: float = 60.0) -> None:
        self.pool = urllib3.PoolManager(
            num_pools=1, maxsize=1, retries=False, timeout=Timeout(connect=connect_seconds, read=read_seconds)
        )

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if not url.startswith(("http://", "https://")):
            raise StationUnreachable(url=shown(url))
        try:
            response = self.pool.request(
                method, url, headers=headers, body=body, redirect=False, preload_content=False, decode_content=False
            )
            return self._read(response, url)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise StationUnreachable(url=shown(url)) from error

    def _read(self, response: urllib3.BaseHTTPResponse, url: str) -> Answer:
        try:
            data = response.read(ANSWER_LIMIT + 1)
            if len(data) > ANSWER_LIMIT:
                response.close()
                raise NotTheStation(url=shown(url))
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, data)
        finally:
            response.release_conn()

    def close(self) -> None:
        """Let go of the connection."""
        self.pool.clear()


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
