"""Serves content by name: text to readers' desks, media pieces to lawyers' desks, wordings to all; resumable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from testimony import canonical
from testimony.domain.roles import Role
from testimony.errors import Refused
from testimony.sealing.parts.manifest import MOST_PIECES, piece_name
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.services.feed import missing_text
from testimony.services.feed.feed import Asker
from testimony.services.feed.missing_media import Given, give
from testimony.services.feed.missing_text import Text
from testimony.services.records.media_counts import Piece
from testimony.services.records.types import Status
from testimony.services.roster import trusted_files
from testimony.services.wordings import wordings
from testimony.station.station import Station
from testimony.sync.errors import StationRefused
from testimony.sync.server.server import FRAMES_LIMIT, NAMES_LIMIT, PAGE, names_in, status_frame
from testimony.sync.wire.frames import BATCH_LIMIT, Frame, write_frames

PIECES_LIMIT: Final = 4096
"""Pieces of media in one question."""
TEXTS_LIMIT: Final = 1024
"""Heads and bodies of text in one question."""


def answer_media(station: Station, data: bytes, asker: Asker) -> bytes:
    """Canonical JSON {"wanted": [{"record", "pieces": [number, …]}, …]} -> for each piece head and body, or why not.

    Or {"texts": [{"record", "objects": [name, …]}, …]} -> for each head or body that is no piece of media the same. In
    `end` stands {"answered"}: how many of them, in the order of the question. With {"skip": n} only what follows on the
    first n bytes of that answer. Ends before 512 KiB with what fits. That `asker` reads here was looked at before.
    Raises `NotCanonical` or `Refused`, and `StationRefused` to who is no lawyer and asks for media.
    """
    asked = canonical.decode_object(data)
    with station.database.reading() as session:
        if "texts" in asked:
            return _filled(missing_text.give(station, session, asker, _texts(asked["texts"])))[_skipped(data) :]
        if asker.role != Role.LAWYER:
            raise StationRefused("signer.role")
        return _filled(give(station, session, _wanted(asked.get("wanted"))))[_skipped(data) :]


def _filled(found: Iterable[Given]) -> bytes:
    """As much as one answer holds, at least of one."""
    frames: list[Frame] = []
    filled = answered = 0
    for given in found:
        piece = _frames_of_given(given)
        filled += sum(frame.size for frame in piece)
        if frames and (filled > PAGE or len(frames) > FRAMES_LIMIT):
            break
        frames += piece
        answered += 1
    return write_frames(frames, answered=answered)


def answer_wordings(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"wanted": [name, …]} of what the roster names -> each, or that it is not here; {"answered"}.

    Given is what the roster in force names, and nothing else. {"skip"} as for media. Ends before 512 KiB with
    what fits, at least with one.
    Who asks was looked at before. Raises `NotCanonical` or `Refused`.
    """
    frames: list[Frame] = []
    filled = 0
    for name in names_in(data, "wanted", NAMES_LIMIT):
        frame = _frame_of_wording(
            name, trusted_files.read_piece(station, name) or wordings.find_requested(station, name)
        )
        filled += frame.size
        if frames and (filled > PAGE or len(frames) == FRAMES_LIMIT):
            break
        frames.append(frame)
    return write_frames(frames, answered=len(frames))[_skipped(data) :]


def _skipped(data: bytes) -> int:
    """How much of the answer, which is the same each time, the asker has from the last time."""
    return fields.integer(canonical.decode_object(data).get("skip", 0), 0, BATCH_LIMIT)


def _frame_of_wording(name: str, found: SignedRecord | bytes | None) -> Frame:
    if found is None:
        return status_frame(Status(name, "refused", "not.held"))
    return Frame("object", found) if isinstance(found, bytes) else Frame("record", found.encode())


def _texts(asked: object) -> list[Text]:
    wanted: list[Text] = []
    for one in asked if isinstance(asked, list) else [None]:
        said = fields.exactly(one, {"record", "objects"})
        names = said["objects"] if isinstance(said["objects"], list) else [None]
        record = fields.sha256(said["record"])
        wanted += [Text(record, fields.sha256(name)) for name in names]
        if len(wanted) > TEXTS_LIMIT:
            raise Refused("size.limit")
    return wanted


def _wanted(asked: object) -> list[Piece]:
    pieces: list[Piece] = []
    for one in asked if isinstance(asked, list) else [None]:
        said = fields.exactly(one, {"record", "pieces"})
        numbers = said["pieces"] if isinstance(said["pieces"], list) else [None]
        record = fields.sha256(said["record"])
        pieces += [Piece(record, piece_name(fields.integer(number, 1, MOST_PIECES))) for number in numbers]
        if len(pieces) > PIECES_LIMIT:
            raise Refused("size.limit")
    return pieces


def _frames_of_given(given: Given) -> list[Frame]:
    if given.status is not None:
        return [status_frame(given.status)]
    return [Frame("object", data) for data in given.objects]
