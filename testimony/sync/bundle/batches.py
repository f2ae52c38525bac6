"""Splits the contents of a file into batches for import; a record and its objects stay together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from testimony.sync.wire.frames import Frame

SHARE: Final = 512 * 1024
"""Bytes that are taken in at once: a record and its objects stay together, unless its media are more than that."""


def in_shares(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Records and objects in order; what is first and belongs to no record is left out."""
    return _shares(_groups(frames))


def _groups(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Each record with the objects behind it; objects before the first record belong to nothing.

    Of many media a share at a time: a group that begins with an object goes on where the one before ended.
    """
    group: list[Frame] = []
    size, begun = 0, False
    for frame in frames:
        begun = begun or frame.kind == "record"
        if group and (frame.kind == "record" or size + frame.size > SHARE):
            yield group
            group, size = [], 0
        if begun:
            group.append(frame)
            size += frame.size
    if group:
        yield group


def _shares(groups: Iterable[list[Frame]]) -> Iterator[list[Frame]]:
    share: list[Frame] = []
    size = 0
    for group in groups:
        weight = sum(frame.size for frame in group)
        if share and size + weight > SHARE:
            yield share
            share, size = [], 0
        share += group
        size += weight
    if share:
        yield share
