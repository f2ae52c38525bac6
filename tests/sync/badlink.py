"""A bad link without waiting: connections die after so many bytes, and its clock says how long it all would take."""

from __future__ import annotations

from collections.abc import Callable

from testimony.errors import StationUnreachable
from testimony.sync.channel import Answer, Channel
from tests.sync.world import ADDRESS

CONNECTING = 2
"""Ways there and back until the first request goes."""


class BadLink:
    """Carries requests to `channel`. `dying`: after how many bytes asked the next connection dies.

    `rate`: bytes a second each way; `way`: seconds there and back. `sent`, `received`: bytes that went over, headers
    included; `now`: seconds that it took.
    """

    def __init__(self, channel: Channel, dying: Callable[[], int], *, rate: float = 32_000, way: float = 0.1) -> None:
        self.channel, self.dying, self.rate, self.way = channel, dying, rate, way
        self.now = 0.0
        self.sent = self.received = self.connections = 0
        self._left = 0

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._left <= 0:
            self._left, self.now = self.dying(), self.now + CONNECTING * self.way
            self.connections += 1
        size = len(method) + len(url) + _weight(headers) + len(body)
        gone = min(size, self._left)
        self._left -= gone
        self.sent += gone
        self.now += gone / self.rate
        if gone < size:
            raise StationUnreachable(url=ADDRESS)
        answer = self.channel.send(method, url, headers, body)
        size = _weight(answer.headers) + len(answer.body)
        self.received += size
        self.now += self.way + size / self.rate
        return answer


def _weight(headers: dict[str, str]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items())
