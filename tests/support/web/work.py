"""The work that a station asks for, done as any client may do it."""

from __future__ import annotations

import hashlib
import itertools


def proof_of_work(challenge: str, bits: int, body: bytes) -> str:
    """What a client sends with `body` (services/accounts/work.py)."""
    start = hashlib.sha256(f"{challenge}:{hashlib.sha256(body).hexdigest()}:".encode())
    for number in itertools.count():
        tried = start.copy()
        tried.update(str(number).encode())
        if int.from_bytes(tried.digest(), "big") >> (256 - bits) == 0:
            return f"{challenge}:{number}"
    raise AssertionError
