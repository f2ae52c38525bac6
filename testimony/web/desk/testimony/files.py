"""Files that witnesses showed, at a lawyer's desk: named, described and saved, never rendered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from flask_babel import gettext as _

from testimony.sealing.testimony.media import Item, Origin
from testimony.services.opening.file_sources import SOURCES
from testimony.web.text import labels, quantities

KNOWN: Final = frozenset(
    {
        "3gp",
        "aac",
        "amr",
        "avi",
        "c2pa",
        "csv",
        "docx",
        "gif",
        "gpx",
        "heic",
        "heif",
        "jpeg",
        "jpg",
        "json",
        "kml",
        "m4a",
    }
    | {
        "mkv",
        "mov",
        "mp3",
        "mp4",
        "odt",
        "ogg",
        "opus",
        "pdf",
        "png",
        "txt",
        "vcf",
        "wav",
        "webm",
        "webp",
        "xlsx",
        "zip",
    }
)
"""Endings by which a program opens a file without running it. Every other file is saved as `.bin`."""


def saved_as(tid: str, number: int, origin: Origin) -> str:
    """A name without a word of the phone's: who sees the folder learns nothing, and no name hides what a file is."""
    ending = PurePosixPath(origin.name).suffix.removeprefix(".").lower()
    return f"evidence-{tid[:8]}-{number}.{ending if ending in KNOWN else 'bin'}"


def facts(item: Item) -> Iterator[tuple[str, str]]:
    """What the phone noted of a file: label and value."""
    if item.origin is None:
        return
    yield _("File name on the phone"), item.origin.name
    yield _("Size"), quantities.amount(item.len)
    yield _("Where it is from"), _(SOURCES[item.origin.source])
    yield _("Added on the phone"), labels.moment(item.origin.at)
    yield "SHA-256", item.origin.sha256
