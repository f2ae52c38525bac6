"""Recordings, pictures and files: split into pieces that are sealed like any other part, and a sealed list that joins
them."""

from __future__ import annotations

import re
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
WITH_FILES = "testimony/2/media"
"""The version of a list with a file: a program that does not know files calls it newer, and not altered."""
LIST = piece_name(1)
LIST_TYPE = "application/json"
PIECE = 257_000
"""Bytes of every piece but the last of its item: with any header line, its body is within the 256 KiB of a frame."""
TYPES: Mapping[str, tuple[str, ...]] = {
    "voice": ("audio/mp4", "audio/ogg", "audio/webm"),
    "picture": ("image/jpeg",),
    "file": ("application/octet-stream",),
}
"""By kind, the only types there are. Nobody believes what a file says of itself, so all files have one type."""
SOURCES = ("witness_phone", "other_phone", "card", "taken_now", "this_phone", "unknown")
"""Where a file comes from, as the interviewer noted it."""
MOMENT = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What the phone noted of a file when it took it in: its name there, one of `SOURCES`, when (UTC, by the phone's
    clock), and the SHA-256 of all its bytes."""

    name: str
    source: str
    at: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A recording (`seconds` long), a picture, or a file with its `name`, `source` and `at`, before it is sealed."""

    kind: str
    type: str
    data: bytes
    seconds: int = 0
    name: str = ""
    source: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the list: `pieces` parts from number `first` on hold its `len` bytes, in order."""

    kind: str
    type: str
    len: int
    seconds: int
    first: int
    pieces: int
    origin: Origin | None = None  # of a file, and of nothing else

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
                     | {"first": first, "pieces": pieces} | _origin_of(medium))  # fmt: skip
        for place in range(pieces):
            piece = medium.data[place * PIECE : (place + 1) * PIECE]
            parts[piece_name(first + place)] = Content(medium.type, piece)
    if len(parts) + 1 > MOST_PIECES:
        raise PartTooLarge
    version = WITH_FILES if any(medium.kind == "file" for medium in media) else VERSION
    return {LIST: Content(LIST_TYPE, canonical.encode({"v": version, "items": items}))} | parts


def read_list(data: bytes, manifest: Manifest) -> tuple[Item, ...]:
    """The items of the opened list `data`. Raises `CannotOpen`: newer_version, or altered unless they are exactly the
    pieces that the manifest names, each in one item and in order."""
    try:
        value = canonical.decode_object(data)
        with_files = value.get("v") == WITH_FILES
        if not with_files:
            fields.require_version(value, "media")
        said = fields.exactly(value, {"v", "items"})["items"]
        items = tuple(_item(one) for one in said) if isinstance(said, list) else ()
        if with_files != any(item.origin for item in items):
            raise Refused("structure")
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


def _origin_of(medium: Medium) -> dict[str, Any]:
    if medium.kind != "file":
        return {}
    noted = {"name": medium.name, "source": medium.source, "at": medium.at}
    return {"origin": noted | {"sha256": canonical.sha256_hex(medium.data)}}


def _item(value: Any) -> Item:
    """Raises `Refused`."""
    is_file = isinstance(value, dict) and value.get("kind") == "file"
    keys = {"kind", "type", "len", "seconds", "first", "pieces"}
    said = fields.exactly(value, keys | {"origin"} if is_file else keys)
    kind = fields.text(said["kind"])
    length = fields.integer(said["len"], 1, MOST_PIECES * PIECE)
    item = Item(
        kind=kind,
        type=fields.text(said["type"]),
        len=length,
        seconds=fields.integer(said["seconds"], 0, 24 * 3600),
        first=fields.integer(said["first"], 2, MOST_PIECES),
        pieces=fields.integer(said["pieces"], 1, MOST_PIECES),
        origin=_origin(said["origin"]) if is_file else None,
    )
    if item.type not in TYPES.get(kind, ()) or item.pieces != -(-length // PIECE):
        raise Refused("structure")
    return item


def _origin(value: Any) -> Origin:
    """Raises `Refused`."""
    said = fields.exactly(value, {"name", "source", "at", "sha256"})
    if said["source"] not in SOURCES or not isinstance(said["at"], str) or not MOMENT.fullmatch(said["at"]):
        raise Refused("structure")
    return Origin(
        name=fields.text(said["name"]), source=said["source"], at=said["at"], sha256=fields.sha256(said["sha256"])
    )
