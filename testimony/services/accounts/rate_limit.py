"""How often somebody may ask for something: counted in memory, by a clock that no wrong date can move."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from testimony.services.accounts.errors import TooOften


class Pace:
    """`at_most` times within `seconds`, for each name by itself."""

    def __init__(self, at_most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_most = at_most
        self._seconds = seconds
        self._clock = clock
        self._asked: dict[str, deque[float]] = {}
        self._mutex = threading.Lock()

    def require(self, name: str) -> None:
        """Count one more for `name`. Raises `TooOften`, which counts nothing."""
        with self._mutex:
            now = self._clock()
            asked = self._asked.setdefault(name, deque())
            while asked and now - asked[0] >= self._seconds:
                asked.popleft()
            if len(asked) >= self._at_most:
                raise TooOften
            asked.append(now)
