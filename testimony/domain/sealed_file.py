"""A file that lawyers seal in pieces, such as a report or a document: what the annex that describes it says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from testimony.domain.values import HASH, ID, matched, number

PIECE: Final = "attachment-piece"
"""The kind of an annex that holds one piece."""
LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file. Each piece is a record that every lawyer's desk fetches."""
ENDING: Final = re.compile(r"[a-z0-9]{1,8}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """`ending`: of a saved copy. `key`: opens its pieces (32 hex)."""

    id: str
    ending: str
    size: int
    sha256: str
    key: str
    pieces: int

    def file_value(self) -> dict[str, Any]:
        """These fields as they stand in the annex; `file_fields` reads them."""
        return {name: getattr(self, name) for name in ("id", "ending", "size", "sha256", "key", "pieces")}


def file_fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `SealedFile` in the content of an annex. Raises `EventUnreadable`."""
    return {
        "id": matched(value.get("id"), ID),
        "ending": matched(value.get("ending"), ENDING),
        "size": number(value.get("size"), 1, LARGEST),
        "sha256": matched(value.get("sha256"), HASH),
        "key": matched(value.get("key"), ID),
        "pieces": number(value.get("pieces"), 1, LARGEST),
    }
