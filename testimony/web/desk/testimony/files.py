"""Files that witnesses showed, at a lawyer's desk: named, described and saved, never rendered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from flask_babel import gettext as _

from testimony.sealing.testimony.media import Item, Origin
from testimony.services.opening.file_sources import SAFE_ENDINGS, SOURCES
from testimony.web.text import labels, quantities


def saved_as(tid: str, number: int, origin: Origin) -> str:
    """A name without a word of the phone's: who sees the folder learns nothing, and no name hides what a file is."""
    ending = PurePosixPath(origin.name).suffix.removeprefix(".").lower()
    return f"evidence-{tid[:8]}-{number}.{ending if ending in SAFE_ENDINGS else 'bin'}"


def facts(item: Item) -> Iterator[tuple[str, str]]:
    """What the phone noted of a file: label and value."""
    if item.origin is None:
        return
    yield _("File name on the phone"), item.origin.name
    yield _("Size"), quantities.amount(item.len)
    yield _("Where it is from"), _(SOURCES[item.origin.source])
    yield _("Added on the phone"), labels.moment(item.origin.at)
    yield "SHA-256", item.origin.sha256
