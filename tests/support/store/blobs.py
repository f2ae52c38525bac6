"""Bodies by their names."""

from __future__ import annotations

import hashlib

ABSENT = hashlib.sha256(b"absent").hexdigest()


def named(*given: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(body).hexdigest(): body for body in given}
