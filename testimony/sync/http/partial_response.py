"""Resumes an interrupted response: keeps the bytes that arrived and requests the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from testimony.sync.errors import ContainerTorn, StationUnreachable
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame, read_frames

FRAMES_TYPE: Final = "application/vnd.testimony.frames"


class FramesTorn(StationUnreachable):
    """Not all of an answer came, and no more of it comes now. `frames`: those that came whole; no `end`."""

    def __init__(self, frames: list[Frame], url: str) -> None:
        super().__init__(url=url)
        self.frames = frames


class Came:
    """The received part of one response, over one connection after another."""

    def __init__(self) -> None:
        self.data = b""
        self._before = 0

    def add(self, answer: Answer) -> None:
        """What followed, if it is of an answer in frames."""
        if answer.status == 200 and answer.headers.get("content-type", "") == FRAMES_TYPE:
            self.data += answer.body

    def take(self) -> bytes:
        """All of it, which is then done with: if it is not what it should be it is asked for from its beginning."""
        taken, self.data, self._before = self.data, b"", 0
        return taken

    def has_moved(self) -> bool:
        """Whether anything came since this was asked last."""
        moved, self._before = len(self.data) > self._before, len(self.data)
        return moved

    def frames(self) -> list[Frame]:
        """The complete frames."""
        found: list[Frame] = []
        with suppress(ContainerTorn):
            found.extend(read_frames(self.data))
        return found
