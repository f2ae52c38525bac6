"""A token bucket for each address and one for the whole station, in memory: slows down who tries many codes."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from testimony.services.accounts.errors import TooFast

MOST_ADDRESSES = 4096
"""Whoever was quiet longest is forgotten first, and so begins with a full bucket again."""


class Bucket:
    """`size` at once, then one in `every` seconds."""

    def __init__(self, size: int, every: float, now: float) -> None:
        self.size, self.every, self.left, self.seen = size, every, float(size), now

    def wait(self, now: float) -> float:
        """Seconds until there is room for one more; 0 when there is."""
        self.left = min(self.size, self.left + (now - self.seen) / self.every)
        self.seen = now
        return 0.0 if self.left >= 1 else (1 - self.left) * self.every


class Throttle:
    """Nothing of an address is written anywhere; it is forgotten when the program ends."""

    def __init__(
        self,
        *,
        size: int = 10,
        every: float = 20.0,
        station_size: int = 60,
        station_every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """An address: `size` at once, then one in `every` seconds; all together `station_size` and `station_every`."""
        self._size, self._every, self._clock = size, every, clock
        self._station = Bucket(station_size, station_every, clock())
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._mutex = threading.Lock()

    def require(self, address: str | None) -> None:
        """Count one more. `address` None: whose it is cannot be told, so that the station's bucket alone counts.

        Raises `TooFast`, which counts nothing.
        """
        with self._mutex:
            now = self._clock()
            buckets = [self._station] if address is None else [self._station, self._bucket(address, now)]
            wait = max(bucket.wait(now) for bucket in buckets)
            if wait > 0:
                raise TooFast(math.ceil(wait))
            for bucket in buckets:
                bucket.left -= 1

    def _bucket(self, address: str, now: float) -> Bucket:
        bucket = self._addresses.setdefault(address, Bucket(self._size, self._every, now))
        self._addresses.move_to_end(address)
        while len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return bucket
