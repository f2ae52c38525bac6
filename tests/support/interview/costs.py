"""Argon2id at almost no cost, on both sides alike, for tests of the interview: none of them is about guessing.

No station can be told so: the node of a test is changed in its memory, and serves its phone the script with other
numbers in it. The real ones are those of journeys, of `tests/sealing` and of `tests/js`. Such a node also packs its
pages quickly and less tightly; how large they are on the way is tested with real ones (`test_script_size.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import brotli

from testimony.sealing.keys import locked_seeds, passphrase
from testimony.web import assets

MEMORY_KIB, TIME = 64, 1
QUICK = 1  # of Brotli
LIGHTENED = f"{__name__}:lighten"
"""What a station of a test runs first (`Server.changed`)."""
SCRIPT = "js/sealing/keys/argon2.js"
REAL = f"m_kib:{passphrase.MEMORY_KIB},t:{passphrase.TIME},p:{passphrase.LANES}".encode()
LIGHT = f"m_kib:{MEMORY_KIB},t:{TIME},p:{passphrase.LANES}".encode()


@contextmanager
def lightened() -> Iterator[None]:
    """This process computes it at no cost, until the end of the block."""
    before = passphrase.MEMORY_KIB, passphrase.TIME
    _set(MEMORY_KIB, TIME)
    try:
        yield
    finally:
        _set(*before)


def lighten() -> None:
    """This process, a station of a test, does so for good, and serves it so."""
    _set(MEMORY_KIB, TIME)
    body, packed = assets.body, assets._packed

    def lighter(found: assets.Assets, name: str) -> bytes:
        data = body(found, name)
        if name != SCRIPT:
            return data
        assert REAL in data
        return data.replace(REAL, LIGHT)

    def anew(found: assets.Assets, name: str, coding: str) -> bytes:
        return (packed.__wrapped__ if name == SCRIPT else packed)(found, name, coding)

    assets.body, assets._packed = lighter, anew  # type: ignore[assignment]
    compress = brotli.compress
    brotli.compress = lambda data, **how: compress(data, **how | {"quality": QUICK})


def _set(memory_kib: int, time: int) -> None:
    passphrase.MEMORY_KIB, passphrase.TIME = memory_kib, time
    locked_seeds.COSTS.update({"m_kib": memory_kib, "t": time})
