"""One sealed part: a header line that binds it to its testimony, content and padding, as one body with its heads."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen, PartTooLarge
from testimony.sealing.parts.decoys import key_of
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import labelled

KIND = "part"
SMALLEST = 4096
LONGEST_LINE = 1024
LARGEST_BODY = 256 * 1024
"""The limit for every part, including pieces of media: the size of one frame (docs/sync.md)."""

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
        return {
            "part": self.part,
            "commit": self.commit,
            "heads": {audience: canonical.sha256_hex(head) for audience, head in self.heads.items()},
            "body": canonical.sha256_hex(self.body),
            "len": len(self.body),
        }


@dataclass(frozen=True, kw_only=True)
class OpenedPart:
    """The header line, parsed, and the content; `line` proves the commitment to a third party."""

    header: Mapping[str, Any]
    line: bytes
    content: bytes
    head: OpenedHead | None = None


@dataclass(frozen=True)
class OpenedHead:
    """The head by which a part of version 2 was opened."""

    head: bytes = field(repr=False)
    file_key: bytes = field(repr=False)
    decoys: bytes = field(repr=False)

    def count_readers(self) -> int:
        """How many slots are no decoys. Raises `CannotOpen("altered")`."""
        return age.count_readers(self.head, self.file_key, key_of(self.decoys))


def padme(size: int) -> int:
    """`size` rounded up so that the length leaks at most O(log log size) bits (Nikitin et al. 2019, PURBs)."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def sealed_size(padded: int) -> int:
    """Bytes of a body: the nonce, the padded plaintext and a tag for each 64 KiB chunk."""
    return 16 + padded + 16 * -(-padded // (64 * 1024))


def commitment(line: bytes) -> str:
    """SHA-256(L("testimony/1/commit", header line)), hex."""
    return canonical.sha256_hex(labelled("testimony/1/commit", line))


def seal_part(
    content: bytes,
    *,
    part: str,
    type: str,  # noqa: A002 - the name in the header line
    tid: str,
    form_sha256: str | None,
    roster: str,
    consent: str | None,
    audiences: Mapping[str, Readers],
    rev: int = 1,
    decoys: bytes | None = None,
) -> SealedPart:
    """Seal `content` (MIME `type`) under a fresh file key, one head per audience with exactly its slots.

    `decoys`: 32 random bytes make it version 2, whose readers can tell decoys from readers; None: version 1.
    Raises `PartTooLarge` or `SlotsTooFew`.
    """
    if len(content) > LARGEST_BODY:  # before it is hashed
        raise PartTooLarge
    line = canonical.encode(
        {
            "v": f"testimony/{1 if decoys is None else 2}/{KIND}",
            "tid": tid,
            "rev": rev,
            "part": part,
            "type": type,
            "len": len(content),
            "sha256": canonical.sha256_hex(content),
            "salt": os.urandom(32).hex(),
            "consent": consent,
            "form_sha256": form_sha256,
            "roster": roster,
            **({} if decoys is None else {"decoys": decoys.hex()}),
        }
    )
    plaintext = _padded(line, content)
    if sealed_size(len(plaintext)) > LARGEST_BODY:
        raise PartTooLarge
    file_key = age.new_file_key()
    nobody = None if decoys is None else key_of(decoys).recipient
    heads = {
        name: age.seal_head(file_key, recipients, slots, nobody) for name, (recipients, slots) in audiences.items()
    }
    return SealedPart(part=part, commit=commitment(line), heads=heads, body=age.seal_body(file_key, plaintext))


def open_part(head: bytes, body: bytes, *, key: OpeningKey, commit: str, expected: Mapping[str, Any]) -> OpenedPart:
    """Open and check one part whose hashes were checked. Raises `CannotOpen`.

    `expected` are header fields (tid, rev, part…) that must be exactly so.
    """
    file_key = age.open_head(head, key)
    plaintext = age.open_body(file_key, body)
    line, newline, _ = plaintext[: LONGEST_LINE + 1].partition(b"\n")
    header = _header(line) if newline else {}
    if any(header[name] != value for name, value in expected.items()):
        raise CannotOpen("altered")
    if not hmac.compare_digest(commitment(line), commit):
        raise CannotOpen("altered")
    content = _content(plaintext, line, header)
    secret = header["decoys"]
    opened = None if secret is None else OpenedHead(head, file_key, bytes.fromhex(secret))
    return OpenedPart(header=header, line=line, content=content, head=opened)


def rewrap(head: bytes, *, key: OpeningKey, recipients: Sequence[Recipient], slots: int) -> bytes:
    """One more head for the same body, for a grant; body and other heads stay. Raises `CannotOpen`, `SlotsTooFew`."""
    return age.seal_head(age.open_head(head, key), recipients, slots)


def _padded(line: bytes, content: bytes) -> bytes:
    filled = line + b"\n" + content
    return filled.ljust(padme(max(len(filled), SMALLEST)), b"\0")


def read_header(line: bytes) -> dict[str, Any]:
    """The fields of a header line but "v"; `decoys` is None in version 1. Raises `NotCanonical`, `Refused`."""
    return {"decoys": None, **fields.formed(SignedRecord(line, ()), KIND)}


def _header(line: bytes) -> dict[str, Any]:
    try:
        return read_header(line)
    except (NotCanonical, Refused) as error:
        raise CannotOpen("altered") from error


def _content(plaintext: bytes, line: bytes, header: Mapping[str, Any]) -> bytes:
    size = header["len"]
    end = len(line) + 1 + size
    if len(plaintext) != padme(max(end, SMALLEST)) or plaintext.count(0, end) != len(plaintext) - end:
        raise CannotOpen("altered")
    content = plaintext[len(line) + 1 : end]
    if hashlib.sha256(content).hexdigest() != header["sha256"]:
        raise CannotOpen("altered")
    return content
