"""Work that a client does before it may ask again soon: a search for a number, which costs it time and us none.

For clients that cannot be told apart: one of them that asks too often must not have the others refused. A proof is for
one request body, so that each further question costs the work again.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Final

BITS: Final = 17
"""Leading zero bits of the digest: 130,000 tries on average, half a second in a browser and some seconds on a phone."""
WINDOW: Final = 600
"""Seconds for which a challenge is given out; it is good for one window more."""
LONGEST: Final = 100
"""Characters of a proof."""


class Work:
    """Challenges and their proofs. Processes that share `secret` accept each other's; nothing is remembered.

    A proof is `<challenge>:<number>` so that the SHA-256 of `<challenge>:<SHA-256 of the body, hex>:<number>` begins
    with `BITS` zero bits.
    """

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret, self._clock = secret.encode(), clock

    def challenge(self) -> str:
        """64 hex digits, the same for everybody who asks in this window."""
        return self._of(self._window())

    def is_done(self, proof: str, body: bytes) -> bool:
        """Whether `proof` is one for `body`."""
        challenge, _, number = proof.partition(":")
        window = self._window()
        known = any(hmac.compare_digest(challenge.encode(), self._of(each).encode()) for each in (window, window - 1))
        if not known or len(proof) > LONGEST or not number.isascii() or not number.isdigit():
            return False
        found = hashlib.sha256(f"{challenge}:{hashlib.sha256(body).hexdigest()}:{number}".encode()).digest()
        return int.from_bytes(found, "big") >> (8 * len(found) - BITS) == 0

    def _window(self) -> int:
        return int(self._clock() // WINDOW)

    def _of(self, window: int) -> str:
        return hmac.new(self._secret, f"work/{window}".encode(), "sha256").hexdigest()
