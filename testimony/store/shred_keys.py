"""The shred keys: one small file outside the database; without a testimony's key its heads are noise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class ShredKeys:
    """`file` holds one line a testimony: 32 hex of its id, a space, 64 hex of its random key."""

    def __init__(self, file: Path) -> None:
        raise NotImplementedError

    def ensure(self, tids: Sequence[str]) -> dict[str, bytes]:
        """The 32-byte key of every id, made where there is none yet; on the disk before this returns."""
        raise NotImplementedError

    def find(self, tid: str) -> bytes | None:
        """The key, or None when there was none or it was shredded."""
        raise NotImplementedError

    def shred(self, tids: Sequence[str]) -> None:
        """Forget these keys: the file is written anew without them and replaces the old one."""
