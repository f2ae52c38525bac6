"""Parses one page of a feed: the signed checkpoint, consecutive positions, and their records and receipts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.log import merkle
from testimony.sealing.records.records import SignedRecord
from testimony.sync.wire.frames import Frame

ORIGIN: Final = re.compile(r"testimony/1/log/([0-9a-f]{16})\n")


class PageMalformed(ValueError):
    """This is not a piece of a feed."""


@dataclass(kw_only=True)
class Page:
    """`entries[i]` are the bytes behind `leaves[i]`, None where only the hash was given. `next`: where to go on.

    `read`: how many entries have reached a lawyer's desk, as central says to a node. `lacks`: records that this node
    delivered and that are no longer whole there.
    """

    checkpoint: str = ""
    leaves: list[bytes] = field(default_factory=list)
    entries: list[bytes | None] = field(default_factory=list)
    records: list[SignedRecord] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    next: int = 0
    size: int = 0
    read: int = 0
    lacks: list[str] = field(default_factory=list)

    @property
    def station(self) -> str:
        """The kid in the origin line, "" when there is none. Nothing is verified by this."""
        named = ORIGIN.match(self.checkpoint)
        return named[1] if named else ""


def take_apart(frames: Sequence[Frame]) -> Page:
    """Raises `PageMalformed`."""
    if [frame.kind for frame in frames[:2]] != ["checkpoint", "proof"]:
        raise PageMalformed
    page = Page()
    try:
        page.checkpoint = frames[0].payload.decode()
        for frame in frames[2:]:
            _add(page, frame)
    except (NotCanonical, UnicodeDecodeError) as error:
        raise PageMalformed from error
    return page


def _add(page: Page, frame: Frame) -> None:
    if frame.kind == "leaf" and len(frame.payload) == 32:
        page.leaves.append(frame.payload)
        page.entries.append(None)
    elif frame.kind == "entry":
        page.leaves.append(merkle.leaf_hash(frame.payload))
        page.entries.append(frame.payload)
    elif frame.kind == "record" and page.leaves:
        page.records.append(SignedRecord.decode(frame.payload))
    elif frame.kind == "object" and page.leaves:
        page.objects[canonical.sha256_hex(frame.payload)] = frame.payload
    elif frame.kind == "end":
        said = canonical.decode_object(frame.payload)
        page.next, page.size = _position(said.get("next")), _position(said.get("size"))
        page.read = _position(said.get("read", 0))
        page.lacks = _names(said.get("lacks", []))
    else:
        raise PageMalformed


def _position(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise PageMalformed
    return value


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise PageMalformed
    return value
