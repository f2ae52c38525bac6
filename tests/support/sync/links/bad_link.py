"""A bad link without waiting: connections die after so many bytes, and its clock says how long it all would take."""

from __future__ import annotations

from collections.abc import Callable

from testimony.sync.errors import StationUnreachable
from testimony.sync.http.channel import Answer, AnswerTorn, Channel
from tests.support.sync.world import ADDRESS

CONNECTING = 2
"""Ways there and back until the first request goes."""


class BadLink:
    """Carries requests to `channel`. `dying`, `dying_down`: how many bytes of what is asked, and of what is answered,
    the next connection lives for.

    `rate`: bytes a second each way; `way`: seconds there and back. `sent`, `received`: bytes that went over, headers
    included; `whole`: those of answers that were not cut; `now`: seconds that it took.
    """

    def __init__(
        self,
        channel: Channel,
        dying: Callable[[], int],
        *,
        dying_down: Callable[[], int] = lambda: 1 << 60,
        rate: float = 32_000,
        way: float = 0.05,
    ) -> None:
        self.channel, self.dying, self.dying_down, self.rate, self.way = channel, dying, dying_down, rate, way
        self.now = 0.0
        self.sent = self.received = self.whole = self.connections = 0
        self._up = self._down = 0

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._up <= 0 or self._down <= 0:
            self._up, self._down = self.dying(), self.dying_down()
            self.connections += 1
            self.now += CONNECTING * self.way
        size = len(method) + len(url) + _weight(headers) + len(body)
        gone = min(size, self._up)
        self._up -= gone
        self.sent += gone
        self.now += gone / self.rate
        if gone < size:
            raise StationUnreachable(url=ADDRESS)
        return self._back(self.channel.send(method, url, headers, body))

    def _back(self, answer: Answer) -> Answer:
        before = _weight(answer.headers)
        size = before + len(answer.body)
        came = min(size, self._down)
        self._down -= came
        self.received += came
        self.now += self.way + came / self.rate
        if came == size:
            self.whole += size
            return answer
        if came < before:
            raise StationUnreachable(url=ADDRESS)
        raise AnswerTorn(Answer(answer.status, answer.headers, answer.body[: came - before]), ADDRESS)


def _weight(headers: dict[str, str]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items())
