"""Uploads one batch in chunks, and resumes where the other side stopped, however often the connection breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from testimony.canonical import sha256_hex
from testimony.services.intake.uploads import Chunk
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame

ROUNDS: Final = 256
"""The most requests for one batch between two failures: an endless series of answers achieves nothing."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A frame that is to go, and its name."""

    name: str
    frame: Frame


class Upload:
    """`parcels` in the container `batch`. `under_way`: bytes of the chunk that was sent last."""

    def __init__(self, transport: Transport, parcels: Sequence[Parcel], batch: bytes) -> None:
        self.transport = transport
        self.parcels = parcels
        self.under_way = 0
        self._batch = batch
        self._name = sha256_hex(batch)
        self._there = self._before = 0
        self._is_sure = True  # that so much is there; at first that nothing is, which costs no question

    @property
    def may_be_done(self) -> bool:
        """Whether the chunk that was sent last was the last one: its answer may be all that is lacking."""
        return self._there + self.under_way == len(self._batch)

    def has_moved(self) -> bool:
        """Whether anything arrived since this was asked last."""
        moved, self._before = self._there > self._before, self._there
        return moved

    def go_on(self) -> list[Frame]:
        """The answer to the whole batch. Raises `StationUnreachable`; may be called again then."""
        for _ in range(ROUNDS):
            chunk = self._next() if self._is_sure else b""
            self.under_way, self._is_sure = len(chunk), False
            answer = self.transport.upload(Chunk(self._name, len(self._batch), self._there, chunk))
            self.transport.pace.arrived(len(chunk))
            if isinstance(answer, list):
                return answer
            self._there, self._is_sure = answer, True
        raise NotTheStation(url=self.transport.base_url)

    def _next(self) -> bytes:
        """What the pace allows, so that all chunks that are left are of one size."""
        left = len(self._batch) - self._there
        chunks = math.ceil(left / self.transport.pace.batch_bytes)
        return self._batch[self._there : self._there + math.ceil(left / chunks)]
