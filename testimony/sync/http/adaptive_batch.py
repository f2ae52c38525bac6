"""Adaptive batch size: a delivery asks for smaller batches on a link whose connections break early.

What is under way when a connection breaks is lost, and every batch has a cost of its own. This is the question of how
often to checkpoint a long computation: every sqrt(2 · cost of saving · mean between failures), as J. W. Young found
("A first order approximation to the optimum checkpoint interval", Communications of the ACM 17(9), 1974). Here all
three are counted in bytes.
"""

from __future__ import annotations

import math
from typing import Final

SMALLEST: Final = 16 * 1024
FIRST: Final = 128 * 1024
LARGEST: Final = 512 * 1024
HEADERS: Final = 1500
"""Bytes that a request and its answer weigh beside what they carry: headers, signature, nonce."""
WAITING: Final = 8
"""A second of waiting counts for an eighth of what could have been sent in it, and for no more than twice the headers:
a byte that goes twice costs money and battery too, and near the optimum the time hardly changes.
"""
SMALL: Final = 4096
"""Bytes up to which a request measures the way there and back, and above which the rate of the link."""
SEEN: Final = 8
"""The number of small requests; only the fastest counts, since the others waited for something else too."""
FORGETTING: Final = 0.75
"""What all failures before weigh when another one comes."""
GROWTH: Final = 8
"""While nothing failed no piece is larger than this part of what arrived: that much the first failure may cost."""


class Pace:
    """How large the next piece may be: `batch_bytes`, between `SMALLEST` and `LARGEST`. Bytes and seconds."""

    def __init__(self) -> None:
        self._limit = FIRST
        self._ceiling = LARGEST
        self._since = 0.0  # bytes that arrived since the last failure
        self._failures = self._survived = 0.0  # how many there were, and the bytes between them; both forgetting
        self._ways: tuple[float, ...] = ()  # replaced, not changed: the next piece is filled while one is under way
        self._rate = 0.0

    @property
    def failing(self) -> bool:
        """Whether anything failed yet."""
        return self._failures > 0

    @property
    def batch_bytes(self) -> int:
        most = min(self._limit, self._ceiling)
        if self._failures:
            mean = (self._survived + self._since) / self._failures
            most = min(most, int(math.sqrt(2 * self.overhead * mean)))
        return max(SMALLEST, most)

    @property
    def overhead(self) -> float:
        """What a piece costs beside its own bytes, in bytes."""
        waiting = min(self._ways) * self._rate / WAITING if self._ways else 0.0
        return HEADERS + min(waiting, 2 * HEADERS)

    def arrived(self, size: int) -> None:
        """A piece of `size` bytes was answered."""
        self._since += size
        room = LARGEST if self._failures else max(FIRST, int(self._since / GROWTH))
        self._limit = max(self._limit, min(LARGEST, self._limit * 2, room))

    def failed(self, gone: float) -> None:
        """A piece got no whole answer, after `gone` bytes of it: where that is not known half of it, for all we know.

        When nothing arrived since the failure before, this may be the same one, a station that is switched off:
        nothing new is learned of the link, and the piece is halved only.
        """
        if self._failures and not self._since:
            self._limit = max(SMALLEST, self.batch_bytes // 2)
            return
        self._failures = self._failures * FORGETTING + 1
        self._survived = self._survived * FORGETTING + self._since + gone
        self._since = 0.0

    def too_large(self) -> None:
        """Something on the way takes no piece of this size: half of it is the most from now on."""
        self._ceiling = self._limit = max(SMALLEST, self.batch_bytes // 2)

    def timed(self, size: int, seconds: float) -> None:
        """A request of `size` bytes was answered after `seconds`."""
        if size <= SMALL:
            self._ways = (*self._ways, seconds)[-SEEN:]
            return
        spent = max(seconds - (min(self._ways) if self._ways else 0.0), seconds / 2)
        if spent > 0:
            rate = size / spent
            self._rate = (self._rate + rate) / 2 if self._rate else rate
