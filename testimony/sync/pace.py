"""How much goes into the next batch: a link that dies early teaches a delivery to ask less of it."""

from __future__ import annotations

from typing import Final

SMALLEST: Final = 64 * 1024
FIRST: Final = 128 * 1024
LARGEST: Final = 512 * 1024
CREEP: Final = 16 * 1024


class Pace:
    """How large the next batch may be: `batch_bytes`, between `SMALLEST` and `LARGEST`.

    It doubles with each batch that arrives and halves with each that does not. What failed once is come near again in
    steps of `CREEP` only (as TCP does, RFC 5681): on a link on which every connection dies, doubling at once would lose
    every second batch.
    """

    def __init__(self) -> None:
        self.batch_bytes = FIRST
        self._doubling_to = LARGEST

    def arrived(self) -> None:
        doubled = self.batch_bytes * 2
        self.batch_bytes = min(LARGEST, doubled if doubled <= self._doubling_to else self.batch_bytes + CREEP)

    def failed(self) -> None:
        self._doubling_to = self.batch_bytes = max(SMALLEST, self.batch_bytes // 2)
