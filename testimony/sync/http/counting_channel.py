"""A channel that counts its bytes and that another thread can stop."""

from __future__ import annotations

import threading

from testimony.errors import NotDelivered
from testimony.sync.errors import ExchangeStopped
from testimony.sync.http.channel import Answer, AnswerTorn, Channel, HttpChannel


class CountingChannel:
    """`sent` and `came`: bytes of bodies so far, those of torn answers too. Raises `ExchangeStopped` once stopped.

    Each response is stored before the next request, and what was sent without a receipt stays in the outbox, so
    stopping loses nothing.
    """

    def __init__(self, inner: Channel) -> None:
        self._inner = inner
        self._stopped = threading.Event()
        self.sent = self.came = 0

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._stopped.is_set():
            raise ExchangeStopped
        try:
            answer = self._inner.send(method, url, headers, body)
        except NotDelivered as error:
            self.came += len(error.answer.body) if isinstance(error, AnswerTorn) else 0
            if self._stopped.is_set():
                raise ExchangeStopped from error
            raise
        self.sent += len(body)
        self.came += len(answer.body)
        return answer

    def pause(self, seconds: float) -> None:
        """Wait so long, or until it is stopped."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """No further request; the one under way is cut off, and so is a pause."""
        self._stopped.set()
        if isinstance(self._inner, HttpChannel):
            self._inner.cut()
