"""Finds the rows that name a picture or recording which is not in the archive with the records."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from testimony.services.imports.files.table import Table

_FILE: Final = re.compile(
    r"[^/\\]{1,120}\.(?:jpe?g|png|gif|heic|webp|mp4|3gpp?|mov|webm|mkv|m4a|mp3|amr|aac|ogg|oga|opus|wav|pdf)",
    re.ASCII | re.IGNORECASE,
)
_PIECES: Final = re.compile(r"\n|; |: ")
"""What stands between the cells of a repeat group that became one cell (`nested`)."""


def lacking(table: Table) -> int:
    """How many rows name a file that is not beside them; 0 if the records came without an archive."""
    if table.attached is None:
        return 0
    here = {_alike(posixpath.basename(name)) for name in table.attached}
    return sum(any(_alike(name) not in here for name in _named(row.cells)) for row in table.rows)


def _named(cells: tuple[str, ...]) -> list[str]:
    pieces = (piece.strip() for cell in cells if "." in cell for piece in _PIECES.split(cell))
    return [piece for piece in pieces if _FILE.fullmatch(piece)]


def _alike(name: str) -> str:
    """The name as KoboToolbox stores it: "_" for spaces, and no other signs."""
    return re.sub(r"[^\w.-]", "", name.strip().replace(" ", "_")).casefold()
