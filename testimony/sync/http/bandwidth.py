"""Limits the bandwidth of a sync with a token bucket, so that other users of the link keep their share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

PIECE: Final = 16 * 1024
"""Bytes between two looks at the bucket, at most; a tenth of a second's worth on slower links."""


class Bucket:
    """`bytes_per_second` in both directions together; 0: no limit, and never a pause.

    Not to be shared between threads. `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        bytes_per_second: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.rate = bytes_per_second
        self.piece = min(PIECE, max(1, bytes_per_second // 10)) if bytes_per_second else PIECE
        self._clock, self._pause = clock, pause
        self._left = float(bytes_per_second)
        self._at = clock()

    def take(self, size: int) -> None:
        """`size` bytes went or came: wait until that is made up for. At most a second's worth is saved up."""
        if not self.rate:
            return
        now = self._clock()
        self._left = min(float(self.rate), self._left + (now - self._at) * self.rate) - size
        self._at = now
        if self._left < 0:
            self._pause(-self._left / self.rate)

    def cut(self, data: bytes) -> Iterator[bytes]:
        """`data` in pieces, each when there is room for it."""
        for start in range(0, len(data), self.piece):
            piece = data[start : start + self.piece]
            self.take(len(piece))
            yield piece

    def seconds_for(self, size: int) -> float:
        """How long `size` bytes take at least."""
        return size / self.rate if self.rate else 0.0
