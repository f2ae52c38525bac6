"""The manifest: the signed list of a testimony's parts. It alone defines what belongs to the testimony."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.records import fields

KIND = "manifest"
ALWAYS = ("coded", "consent", "identity", "incident", "narrative", "provenance")
MEDIA = "media-"
MOST_PIECES = 640
"""The limit for media in one testimony, so that the manifest which names them still fits into one frame (256 KiB)."""
FOR_COORDINATORS = frozenset(("coded", "consent"))
LARGEST_TESTIMONY = 2 << 30
IMPORTED = 3
"""The version of an account that a lawyer brought from elsewhere: the lawyer signs it in place of a phone."""


@dataclass(frozen=True, kw_only=True)
class PartEntry:
    """One part in a manifest: its commitment, head hashes by audience, body hash and body length in bytes."""

    part: str
    commit: str
    heads: Mapping[str, str]
    body: str
    len: int

    @property
    def names(self) -> frozenset[str]:
        """The SHA-256 names of its heads and its body."""
        return frozenset((*self.heads.values(), self.body))

    @classmethod
    def read(cls, value: Mapping[str, Any], part: str | None = None) -> PartEntry:
        """From an entry whose form holds, with its own "part", or (annexes) without, under the name `part`."""
        return cls(**{"part": part, **value})


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A testimony's manifest, structurally checked; signatures are `testimony.verify_manifest`'s.

    `keep_until`: the last month (YYYY-MM) in which the testimony is kept, None without an end. Version 1 does not say
    it and has None too: `version` tells the two apart.
    """

    version: int = 1
    tid: str
    rev: int
    prev: str | None
    day: str
    form: str
    form_sha256: str
    roster: str
    roster_no: int
    by: str
    withdraw: str | None
    parts: tuple[PartEntry, ...]
    keep_until: str | None = None

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Raises `NotCanonical`, and as `read`."""
        return cls.read(canonical.decode_object(data))

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Manifest:
        """From what canonical bytes said. Raises `Refused`: version.newer, kind.unknown, structure, size.limit."""
        fields.require_version(value, KIND)
        said = fields.require_form(value, KIND)
        return cls(**{**said, "version": fields.version_of(value), "parts": _parts(said["parts"])})

    @property
    def imported(self) -> bool:
        """Whether a lawyer brought it from elsewhere, and no phone took it down."""
        return self.version == IMPORTED

    def part(self, name: str) -> PartEntry | None:
        return next((entry for entry in self.parts if entry.part == name), None)

    @property
    def names(self) -> frozenset[str]:
        """The SHA-256 names of all heads and bodies."""
        return frozenset().union(*(entry.names for entry in self.parts))


def maker_of(version: int) -> str:
    """The role of who signs a manifest of `version`."""
    return "lawyer" if version == IMPORTED else "phone"


def audiences_of(part: str) -> tuple[str, ...]:
    """The audiences for which `part` always has a head, whoever consented to what."""
    return ("coordinators", "lawyers", "recovery") if part in FOR_COORDINATORS else ("lawyers", "recovery")


def is_media(part: str) -> bool:
    """Whether `part` is a piece of a recording or picture, which may arrive after the text."""
    return part.startswith(MEDIA)


def piece_name(number: int) -> str:
    """media-001, media-002, …"""
    return f"{MEDIA}{number:03d}"


def _parts(value: Sequence[Mapping[str, Any]]) -> tuple[PartEntry, ...]:
    entries = tuple(PartEntry.read(entry) for entry in value)
    names = [entry.part for entry in entries]
    if names != sorted(set(names)) or not set(ALWAYS) <= set(names):
        raise Refused("structure")
    pieces = [name for name in names if name not in ALWAYS]
    if pieces != [piece_name(number) for number, _ in enumerate(pieces, 1)] or len(pieces) > MOST_PIECES:
        raise Refused("structure")
    for entry in entries:
        if set(entry.heads) != set(audiences_of(entry.part)):
            raise Refused("structure")
    if sum(entry.len for entry in entries) > LARGEST_TESTIMONY:
        raise Refused("size.limit")
    return entries
