"""Nonces that count once. What is given out is not kept: only what was used is, and that takes a good signature.

So nobody can push the nonces of others out of the memory by asking for many. After a restart the asker simply asks for
another.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from typing import Final

from testimony.errors import NonceSpent

LIFE_SECONDS = 600.0
AT_MOST = 100_000
"""Used ones that are remembered; beyond that none is taken until the oldest are too old to count."""
TIME, CHANCE = 16, 32
"""Hex digits of the time, in microseconds, and of chance; the rest of a nonce is the code over both."""
DIGEST: Final = "sha256"


class Nonces:
    """Given out by `new`, taken back once by `spend`. Timed by a clock that no wrong date can move."""

    def __init__(self, life_seconds: float = LIFE_SECONDS, at_most: int = AT_MOST) -> None:
        self._life = int(life_seconds * 1_000_000)
        self._at_most = at_most
        self._secret = secrets.token_bytes(32)
        self._used: OrderedDict[str, int] = OrderedDict()  # with the time at which each was used
        self._mutex = threading.Lock()

    def new(self) -> str:
        """112 hex digits: when it was made, chance, and a code that only this process can make."""
        made = f"{_now():0{TIME}x}{secrets.token_hex(CHANCE // 2)}"
        return made + self._code(made)

    def spend(self, nonce: str) -> None:
        """Raises `NonceSpent` for one that was not given out, was used, or is too old."""
        made, code = nonce[: TIME + CHANCE], nonce[TIME + CHANCE :]
        if not nonce.isascii() or not hmac.compare_digest(code, self._code(made)):
            raise NonceSpent
        now = _now()
        with self._mutex:
            self._forget(now)
            if now - int(made[:TIME], 16) > self._life or nonce in self._used or len(self._used) >= self._at_most:
                raise NonceSpent
            self._used[nonce] = now

    def _forget(self, now: int) -> None:
        """Those that are too old to count are refused by their age."""
        while self._used and now - next(iter(self._used.values())) > self._life:
            self._used.popitem(last=False)

    def _code(self, made: str) -> str:
        return hmac.new(self._secret, made.encode(), DIGEST).hexdigest()


def _now() -> int:
    return time.monotonic_ns() // 1000
