"""Recordings and pictures: split into pieces that are sealed like any other part, and a sealed list that joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import CannotOpen, PartTooLarge
from testimony.sealing.parts.manifest import MOST_PIECES, Manifest, is_media, piece_name
from testimony.sealing.parts.part import OpenedPart
from testimony.sealing.records import fields
from testimony.sealing.testimony.testimony import Content

VERSION = "testimony/1/media"
LIST = piece_name(1)
LIST_TYPE = "application/json"
PIECE = 257_000
"""Bytes of every piece but the last of its item: with any header line, its body is within the 256 KiB of a frame."""
TYPES: Mapping[str, tuple[str, ...]] = {
    "voice": ("audio/mp4", "audio/ogg", "audio/webm"),
    "picture": ("image/jpeg",),
}
"""By kind, the only types there are."""


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A recording (`seconds` long) or a picture, before it is sealed."""

    kind: str
    type: str
    data: bytes
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the list: `pieces` parts from number `first` on hold its `len` bytes, in order."""

    kind: str
    type: str
    len: int
    seconds: int
    first: int
    pieces: int

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(piece_name(self.first + place) for place in range(self.pieces))

    def size_of(self, place: int) -> int:
        """Bytes of the piece at `place` (from 0)."""
        return min(PIECE, self.len - place * PIECE)


def cut(media: Sequence[Medium]) -> dict[str, Content]:
    """The parts to seal for `media`: the list, then every piece; none for no media. Raises `PartTooLarge` for more than
    fit, and `ValueError` for what is empty or of another type: no reader would take it."""
    if not media:
        return {}
    parts: dict[str, Content] = {}
    items = []
    for medium in media:
        if not medium.data or medium.type not in TYPES.get(medium.kind, ()):
            raise ValueError(medium.type)
        pieces = -(-len(medium.data) // PIECE)
        first = len(parts) + 2
        items.append({"kind": medium.kind, "type": medium.type, "len": len(medium.data), "seconds": medium.seconds}
                     | {"first": first, "pieces": pieces})  # fmt: skip
        for place in range(pieces):
            piece = medium.data[place * PIECE : (place + 1) * PIECE]
            parts[piece_name(first + place)] = Content(medium.type, piece)
    if len(parts) + 1 > MOST_PIECES:
        raise PartTooLarge
    return {LIST: Content(LIST_TYPE, canonical.encode({"v": VERSION, "items": items}))} | parts


def read_list(data: bytes, manifest: Manifest) -> tuple[Item, ...]:
    """The items of the opened list `data`. Raises `CannotOpen`: newer_version, or altered unless they are exactly the
    pieces that the manifest names, each in one item and in order."""
    try:
        value = canonical.decode_object(data)
        fields.require_version(value, "media")
        said = fields.exactly(value, {"v", "items"})["items"]
        items = tuple(_item(one) for one in said) if isinstance(said, list) else ()
    except (NotCanonical, Refused) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise CannotOpen("newer_version" if newer else "altered") from error
    named = [name for item in items for name in item.parts]
    if [LIST, *named] != [entry.part for entry in manifest.parts if is_media(entry.part)]:
        raise CannotOpen("altered")
    return items


def require_piece(item: Item, place: int, opened: OpenedPart) -> bytes:
    """The content of the piece at `place`. Raises `CannotOpen("altered")` when the list says another type or size."""
    if opened.header["type"] != item.type or len(opened.content) != item.size_of(place):
        raise CannotOpen("altered")
    return opened.content


def _item(value: Any) -> Item:
    """Raises `Refused`."""
    said = fields.exactly(value, {"kind", "type", "len", "seconds", "first", "pieces"})
    kind = fields.text(said["kind"])
    length = fields.integer(said["len"], 1, MOST_PIECES * PIECE)
    item = Item(
        kind=kind,
        type=fields.text(said["type"]),
        len=length,
        seconds=fields.integer(said["seconds"], 0, 24 * 3600),
        first=fields.integer(said["first"], 2, MOST_PIECES),
        pieces=fields.integer(said["pieces"], 1, MOST_PIECES),
    )
    if item.type not in TYPES.get(kind, ()) or item.pieces != -(-length // PIECE):
        raise Refused("structure")
    return item
