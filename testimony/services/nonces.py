"""Nonces that count once. What is given out is not kept: only what was used is, and that takes a good signature.

So nobody can push the nonces of others out of the memory by asking for many, and nobody with a good key can use so
many that none of others counts: there is room for each signer. After a restart the asker simply asks for another.
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
AT_MOST = 20_000
"""Used ones that are remembered of one signer; beyond that none of theirs is taken until the oldest are too old to
count. That is 33 requests a second for ten minutes: more than any exchange makes, and 6 MB for a key of the roster."""
TIME, CHANCE = 16, 32
"""Hex digits of the time, in microseconds, and of chance; the rest of a nonce is the code over both."""
DIGEST: Final = "sha256"


class Nonces:
    """Given out by `new`, taken back once by `spend`. Timed by a clock that no wrong date can move."""

    def __init__(self, life_seconds: float = LIFE_SECONDS, at_most: int = AT_MOST) -> None:
        self._life = int(life_seconds * 1_000_000)
        self._at_most = at_most
        self._secret = secrets.token_bytes(32)
        self._used: dict[str, OrderedDict[str, int]] = {}  # by signer, with the time at which each was used
        self._mutex = threading.Lock()

    def new(self) -> str:
        """112 hex digits: when it was made, chance, and a code that only this process can make."""
        made = f"{_now():0{TIME}x}{secrets.token_hex(CHANCE // 2)}"
        return made + self._code(made)

    def spend(self, nonce: str, by: str) -> None:
        """Raises `NonceSpent` for one that was not given out, was used, or is too old, or when `by` used too many.

        `by`: whose good signature came with it. That must be known before: anybody can ask for nonces.
        """
        made, code = nonce[: TIME + CHANCE], nonce[TIME + CHANCE :]
        if not nonce.isascii() or not hmac.compare_digest(code, self._code(made)):
            raise NonceSpent
        now = _now()
        with self._mutex:
            self._forget(now)
            used = self._used.setdefault(by, OrderedDict())
            spent = any(nonce in of_one for of_one in self._used.values())
            if now - int(made[:TIME], 16) > self._life or spent or len(used) >= self._at_most:
                raise NonceSpent
            used[nonce] = now

    def _forget(self, now: int) -> None:
        """Those that are too old to count are refused by their age."""
        for by, used in list(self._used.items()):
            while used and now - next(iter(used.values())) > self._life:
                used.popitem(last=False)
            if not used:
                del self._used[by]

    def _code(self, made: str) -> str:
        return hmac.new(self._secret, made.encode(), DIGEST).hexdigest()


def _now() -> int:
    return time.monotonic_ns() // 1000
