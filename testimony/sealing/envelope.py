"""One part, sealed: a header line that binds it to its testimony, the content, zeros, in one age body with its heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testimony.sealing.recipients import OpeningKey, Recipient

Readers = tuple[Sequence[Recipient], int]
"""The recipients of one audience, and its slots."""


@dataclass(frozen=True, kw_only=True)
class SealedPart:
    """A part as it travels: one body, and one head per audience."""

    part: str
    commit: str
    heads: Mapping[str, bytes]
    body: bytes

    def describe(self) -> dict[str, Any]:
        """Its entry in a manifest: {"part", "commit", "heads" {audience: sha256}, "body", "len"}."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class OpenedPart:
    """The header line, parsed, and the content; `line` proves the commitment to a third party."""

    header: Mapping[str, Any]
    line: bytes
    content: bytes


def padme(size: int) -> int:
    """`size` rounded up so that the length leaks at most O(log log size) bits (Nikitin et al. 2019, PURBs)."""
    raise NotImplementedError


def commitment(line: bytes) -> str:
    """SHA-256(L("testimony/1/commit", header line)), hex."""
    raise NotImplementedError


def seal_part(
    content: bytes,
    *,
    part: str,
    type: str,
    tid: str,
    form_sha256: str | None,
    roster: str,
    consent: str | None,
    audiences: Mapping[str, Readers],
    rev: int = 1,
) -> SealedPart:
    """Seal `content` (MIME `type`) under a fresh file key, one head per audience with exactly its slots."""
    raise NotImplementedError


def open_part(head: bytes, body: bytes, *, key: OpeningKey, commit: str, expected: Mapping[str, Any]) -> OpenedPart:
    """Open and check one part whose hashes were checked. Raises `CannotOpen`.

    `expected` are header fields (tid, rev, part…) that must be exactly so.
    """
    raise NotImplementedError


def rewrap(head: bytes, *, key: OpeningKey, recipients: Sequence[Recipient], slots: int) -> bytes:
    """One more head for the same body, for a grant; body and other heads stay. Raises `CannotOpen`, `SlotsTooFew`."""
    raise NotImplementedError
