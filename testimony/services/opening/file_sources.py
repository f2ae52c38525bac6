"""Where a file comes from that a witness showed, in words, by the code of the format's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from testimony.errors import N_

SOURCES: Final[Mapping[str, str]] = {
    "witness_phone": N_("The witness's phone"),
    "other_phone": N_("Another person's phone"),
    "card": N_("A memory card, a stick or a paper"),
    "taken_now": N_("Taken with this phone in the interview"),
    "this_phone": N_("A picture that was on this phone already"),
    "unknown": N_("Not known"),
}

SAFE_ENDINGS: Final = frozenset(
    [
        *("3gp", "aac", "amr", "avi", "c2pa", "csv", "docx", "gif", "gpx", "heic", "heif", "jpeg", "jpg", "json"),
        *("kml", "m4a", "mkv", "mov", "mp3", "mp4", "odt", "ogg", "opus", "pdf", "png", "tif", "tiff", "txt", "vcf"),
        *("wav", "webm", "webp", "xlsx", "zip"),
    ]
)
"""Endings by which a program opens a file without running it. Every other file is saved as `.bin`."""
