"""Bodies of parts as content-addressed files: what is named by its hash is whole and on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class PartStore:
    """A folder of bodies, each named by its SHA-256 (lower-case hex)."""

    def __init__(self, folder: Path) -> None:
        raise NotImplementedError

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Keep `bodies` (name -> bytes, the caller has hashed them). Returns only after all are on the disk."""

    def read(self, name: str) -> bytes:
        """The bytes, hashed again. Raises `PartMissing` or `PartDamaged`."""
        raise NotImplementedError

    def holds(self, name: str) -> bool:
        """Whether the file is there (not whether it is undamaged: `read` says that)."""
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Delete; nothing happens when it is not there."""
