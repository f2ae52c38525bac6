"""Limit how often a client may ask for something: a token bucket for each name, in memory.

It uses a clock that a wrong date does not affect. No name is written to disk; all are forgotten when the program ends.
Two limits must outlast a restart and are elsewhere: the lockout for passwords (lockout.py), and the daily quota of what
a station may deliver (services/intake/quotas.py).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from testimony.services.accounts.errors import TooFast

MOST_NAMES: Final = 4096
"""The name that was quiet longest is forgotten first, and begins with a full bucket again."""


@dataclass(frozen=True)
class Rate:
    """`burst` requests at once, then one every `period` seconds."""

    burst: int
    period: float


class RateLimiter:
    """`each`: the rate of one name. There is none for all together: one client could use it up and block everybody."""

    def __init__(self, each: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._clock = each, clock
        self._names: OrderedDict[str, _Bucket] = OrderedDict()
        self._mutex = threading.Lock()

    def require(self, name: str) -> None:
        """Count a request. Raises `TooFast` with the seconds until the next one is allowed, and then counts nothing."""
        with self._mutex:
            now = self._clock()
            bucket = self._bucket(name, now)
            if (wait := bucket.wait(now)) > 0:
                raise TooFast(math.ceil(wait))
            bucket.left -= 1

    def _bucket(self, name: str, now: float) -> _Bucket:
        bucket = self._names.setdefault(name, _Bucket(self._each, now))
        self._names.move_to_end(name)
        while len(self._names) > MOST_NAMES:
            self._names.popitem(last=False)
        return bucket


class _Bucket:
    __slots__ = ("left", "rate", "seen")

    def __init__(self, rate: Rate, now: float) -> None:
        self.rate, self.left, self.seen = rate, float(rate.burst), now

    def wait(self, now: float) -> float:
        """Seconds until the next request is allowed; 0 if it is now."""
        self.left = min(self.rate.burst, self.left + (now - self.seen) / self.rate.period)
        self.seen = now
        return 0.0 if self.left >= 1 else (1 - self.left) * self.rate.period
