"""Chunks of a batch, for links whose connections break: what arrived is kept (docs/sync.md, "Chunks").

{"batch": SHA-256 of the batch, "bytes": its length, "from": where this chunk begins} 0x0A ‖ bytes of the batch
"""

from __future__ import annotations

from typing import Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.records import fields
from testimony.services.intake.uploads import LARGEST, Chunk

HEADER_LIMIT: Final = 256
CHUNK_LIMIT: Final = LARGEST + HEADER_LIMIT
"""Bytes of one request."""


def encode(chunk: Chunk) -> bytes:
    """The body of a request."""
    return canonical.encode({"batch": chunk.name, "bytes": chunk.total, "from": chunk.start}) + b"\n" + chunk.data


def decode(body: bytes) -> Chunk:
    """Raises `NotCanonical` or `Refused`."""
    end = body.find(b"\n", 0, HEADER_LIMIT)
    if end < 0:
        raise NotCanonical
    said = fields.exactly(canonical.decode(body[:end]), {"batch", "bytes", "from"})
    total = fields.integer(said["bytes"], 1, LARGEST)
    return Chunk(fields.sha256(said["batch"]), total, fields.integer(said["from"], 0, total), body[end + 1 :])
