"""Nonces that count once. They live in memory: after a restart the asker simply asks for another."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict

from testimony.errors import NonceSpent

LIFE_SECONDS = 600.0
AT_MOST = 10_000


class Nonces:
    """Given out by `new`, taken back once by `spend`. Timed by a clock that no wrong date can move."""

    def __init__(self, life_seconds: float = LIFE_SECONDS, at_most: int = AT_MOST) -> None:
        self._life_seconds = life_seconds
        self._at_most = at_most
        self._given: OrderedDict[str, float] = OrderedDict()
        self._mutex = threading.Lock()

    def new(self) -> str:
        """32 random hex digits; of too many that nobody used the oldest is forgotten."""
        nonce = secrets.token_hex(16)
        with self._mutex:
            self._given[nonce] = time.monotonic()
            if len(self._given) > self._at_most:
                self._given.popitem(last=False)
        return nonce

    def spend(self, nonce: str) -> None:
        """Raises `NonceSpent` for one that was not given out, was used, or is too old."""
        with self._mutex:
            given = self._given.pop(nonce, None)
        if given is None or time.monotonic() - given > self._life_seconds:
            raise NonceSpent
