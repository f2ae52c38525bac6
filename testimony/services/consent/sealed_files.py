"""Files that lawyers seal in pieces: those of a case, and documents that say what a witness agrees to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.domain.sealed_file import PIECE, SealedFile
from testimony.sealing.errors import CannotOpen
from testimony.sealing.testimony import pieces
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.opening import annexes as opening_annexes
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records.types import Incoming
from testimony.station.station import Station

READERS: Final = (Audience.LAWYERS, Audience.RECOVERY)
WHOLE: Final[dict[str, Callable[[bytes], bool]]] = {
    "pdf": lambda data: b"%PDF-" in data[:1024] and b"%%EOF" in data[-2048:],
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in data[-64:],
    "jpg": lambda data: data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-64:],
}
"""How the usual kinds of files begin and end."""


def seal_pieces(station: Station, reader: Reader, id: str, data: bytes, *, day: date) -> tuple[str, list[Incoming]]:
    """The key of the file `id` (hex), and its pieces to store. They name no testimony: the key ends with it."""
    key, texts = pieces.cut(data)
    items: list[Incoming] = []
    for number, text in enumerate(texts):
        piece = {"kind": PIECE, "file": id, "no": number, pieces.DATA: text}
        items += consent_acts.seal_content(station.chain.latest, reader, NOWHERE, piece, day=day, audiences=READERS)[1]
    return key, items


def open_file(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    file: SealedFile,
    *,
    signer: str,
    record: str,
    day: date,
) -> bytes:
    """The whole file that `signer` sealed, its hash checked. This desk's own log says that `record` was opened.

    Raises `CannotOpen`.
    """
    names = dict(_pieces(station, annexes, file, signer))
    if len(names) < file.pieces:
        raise CannotOpen("incomplete")
    ordered = [names[number] for number in range(file.pieces)]
    read = opening_annexes.read_whole(ReadingSession.at(station, session, reader), ordered)
    data = pieces.join(file.key, [read[name] for name in ordered], file.sha256)
    custody_log.append(session, kind="exported", ref=record, by=reader.id, day=day.isoformat())
    return data


def whole_kind(data: bytes) -> str | None:
    """The ending of a file that begins and ends as a PDF, PNG or JPEG does; None for all others."""
    return next((ending for ending, check in WHOLE.items() if check(data)), None)


def _pieces(station: Station, annexes: AnnexIndex, file: SealedFile, signer: str) -> Iterator[tuple[int, str]]:
    """(number, name of the annex) of the pieces that are here and that the same lawyer signed."""
    for annex in annexes.of_kind(PIECE):
        entry = station.chain.signer(annex.by)
        number = annex.content.get("no")
        if annex.content.get("file") != file.id or entry is None or entry.id != signer:
            continue
        if isinstance(number, int) and 0 <= number < file.pieces:
            yield number, annex.name
