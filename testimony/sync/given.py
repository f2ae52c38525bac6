"""What central gives by name: pieces of media to desks of lawyers, wordings and trusted files to all, resumable."""

from __future__ import annotations

from typing import Final

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing import fields
from testimony.sealing.manifest import MOST_PIECES, piece_name
from testimony.sealing.records import SignedRecord
from testimony.services import trusting, wordings
from testimony.services.collect import Status
from testimony.services.giving import Given, give
from testimony.services.pieces import Piece
from testimony.services.station import Station
from testimony.sync.messages import BATCH_LIMIT, Frame, write_frames
from testimony.sync.receive import FRAMES_LIMIT, NAMES_LIMIT, PAGE, names_in, status_frame

PIECES_LIMIT: Final = 4096
"""Pieces of media in one question."""


def answer_media(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"wanted": [{"record", "pieces": [number, …]}, …]} -> for each piece head and body, or why not.

    In `end` stands {"answered"}: how many of the pieces, in the order of the question. With {"skip": n} only what
    follows on the first n bytes of that answer. Ends before 512 KiB with what fits. Who asks was looked at before.
    Raises `NotCanonical` or `Refused`.
    """
    wanted = _wanted(data)
    frames: list[Frame] = []
    filled = answered = 0
    with station.database.reading() as session:
        for given in give(station, session, wanted):
            piece = _frames_of_given(given)
            filled += sum(frame.size for frame in piece)
            if frames and (filled > PAGE or len(frames) > FRAMES_LIMIT):
                break
            frames += piece
            answered += 1
    return write_frames(frames, answered=answered)[_skipped(data) :]


def answer_wordings(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"wanted": [name, …]} of what the roster names -> each, or that it is not here; {"answered"}.

    Given is what the roster in force names, and nothing else. {"skip"} as for media. Ends before 512 KiB with
    what fits, at least with one.
    Who asks was looked at before. Raises `NotCanonical` or `Refused`.
    """
    frames: list[Frame] = []
    filled = 0
    for name in names_in(data, "wanted", NAMES_LIMIT):
        frame = _frame_of_wording(name, trusting.given(station, name) or wordings.given(station, name))
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


def _wanted(data: bytes) -> list[Piece]:
    asked = canonical.decode_object(data).get("wanted")
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
