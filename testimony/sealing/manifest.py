"""The manifest: the signed list of a testimony's parts, which alone says what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "testimony/1/manifest"
ALWAYS = ("coded", "consent", "identity", "incident", "narrative", "provenance")


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
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A testimony's manifest, structurally checked; signatures are `testimony.verify_manifest`'s."""

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

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Raises `NotCanonical`, `Refused("version.newer")`, `Refused("kind.unknown")` or `Refused("structure")`."""
        raise NotImplementedError

    def part(self, name: str) -> PartEntry | None:
        raise NotImplementedError

    @property
    def names(self) -> frozenset[str]:
        """The SHA-256 names of all heads and bodies."""
        raise NotImplementedError
