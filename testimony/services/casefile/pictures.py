"""Prepare pictures for a case file: decode them in a child process, shrink and re-encode them, where consent allows."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Purpose
from testimony.sealing.errors import CannotOpen
from testimony.services.opening import pictures
from testimony.services.opening.errors import PictureUnreadable, PieceAltered, PieceLacking
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.testimony.view import Opened
from testimony.station.station import Station

LONGEST: Final = 1_200
"""Pixels on the longer side, as many as paper shows. The sealed picture remains the evidence."""


def read_pictures(station: Station, session: Session, reader: Reader, opened: Opened) -> dict[int, bytes]:
    """Number of the medium -> PNG. Pictures that cannot be shown in full are left out; the file counts them."""
    agreed = any(key.purpose is Purpose.PHOTOGRAPH for key in opened.consent.usable)
    if not agreed or opened.gallery is None or opened.gallery.closed:
        return {}
    media = OpenMedia(ReadingSession.at(station, session, reader), opened.tid, permission=opened.permission)
    numbers = [one.number for one in opened.gallery.media if one.item.kind == "picture" and not one.missing]
    found = {number: _shown(media, number) for number in numbers}
    return {number: png for number, png in found.items() if png}


def smaller(width: int, height: int, rows: memoryview, longest: int = LONGEST) -> tuple[int, int, memoryview]:
    """The picture reduced to every nth pixel of every nth row, so that no side is longer than `longest`."""
    step = -(-max(width, height) // longest)
    if step == 1:
        return width, height, rows
    columns, lines = -(-width // step), -(-height // step)
    made = bytearray(3 * columns * lines)
    for line in range(lines):
        row = rows[3 * width * line * step : 3 * width * (line * step + 1)]
        start = 3 * columns * line
        for colour in range(3):
            made[start + colour : start + 3 * columns : 3] = bytes(row[colour :: 3 * step])
    return columns, lines, memoryview(made)


def _shown(media: OpenMedia, number: int) -> bytes:
    try:
        return pictures.png(*smaller(*pictures.dots(pictures.sealed(media, number))))
    except (PictureUnreadable, PieceAltered, PieceLacking, CannotOpen):
        return b""  # the file says how many are missing
