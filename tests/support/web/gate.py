"""A way to central on which a request waits."""

from __future__ import annotations

import threading

from testimony.sync.http.channel import Answer, Channel


class Gate:
    """The way to central, on which each request waits until it is let through."""

    def __init__(self, inner: Channel) -> None:
        self.inner = inner
        self.open = threading.Event()
        self.asked = threading.Semaphore(0)

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked.release()
        assert self.open.wait(30)
        return self.inner.send(method, url, headers, body)
