"""Signed heads of central's log on every USB stick, so that each station that reads one compares them with its own.

In this way split views are detected without any action by a person.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from testimony.canonical import sha256_hex
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.split_view import Verdict
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable

NAMES: Final = re.compile(r"head-[0-9]{10}-[0-9a-f]{8}\.note")
MOST: Final = 100
"""The limit for one USB stick; the newest names come first."""


def leave(station: Station, folder: Path) -> Path | None:
    """Write the furthest head that is known here into `folder`, unless it lies there already; None when there is none.

    Raises `StickRefused`.
    """
    with station.database.reading() as session:
        head = split_view.head(station, session)
    if head is None:
        return None
    data = head.note.encode()
    path = folder / f"head-{head.size:010}-{sha256_hex(data)[:8]}.note"
    removable.sweep(folder, NAMES)
    with removable.named_errors():
        if path.exists():
            return path
    file = removable.NewFile(path)
    try:
        file.write(data)
        file.finish()
        with file.again() as back:
            if back.read() != data:
                raise StickRefused("damaged")
        file.keep()
    except BaseException:
        file.discard()
        raise
    return path


def found(folder: Path) -> list[Path]:
    """The heads that lie in `folder`. Raises `StickRefused`."""
    with removable.named_errors():
        paths = [path for path in folder.iterdir() if NAMES.fullmatch(path.name) and path.is_file()]
    return sorted(paths, reverse=True)[:MOST]


def take(station: Station, path: Path) -> Verdict:
    """Hold a head that another station left against what is known here. Raises `CheckpointForeign`, `StickRefused`."""
    with removable.reading(path) as source:
        data = source.read(split_view.NOTE_LIMIT + 1)
    return consider(station, data)


def consider(station: Station, data: bytes) -> Verdict:
    """The same of its bytes. Raises `CheckpointForeign`, `StoreFull`, `StoreLocked`."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CheckpointForeign from error
    with station.database.transaction() as session:
        return split_view.consider(station, session, note)
