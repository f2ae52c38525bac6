"""Sends the update that central offers, piece by piece. Central need not be trusted: the update is signed."""

from __future__ import annotations

from typing import Final

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.records import fields
from testimony.sealing.update.manifest import numbers
from testimony.services.update import waiting_update
from testimony.station.station import Station
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame, write_frames

PIECES: Final = 2
"""Frames of full size in one answer."""


def answer_update(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"runs": version, "from": position in bytes} -> frames: objects with the next pieces of the file,
    and an `end` with {"version", "size"}, which are "" and 0 if no update newer than `runs` waits.

    Raises `NotCanonical`, `Refused`.
    """
    said = fields.exactly(canonical.decode_object(data), {"runs", "from"})
    start = fields.integer(said["from"])
    try:
        runs = numbers(fields.text(said["runs"]))
    except ValueError as error:
        raise Refused("structure") from error
    found = waiting_update.held(station.settings)
    if found is None or numbers(found.version) <= runs:
        return write_frames([], version="", size=0)
    size, piece = waiting_update.read_piece(station.settings, start, PIECES * PAYLOAD_LIMIT)
    frames = [Frame("object", piece[at : at + PAYLOAD_LIMIT]) for at in range(0, len(piece), PAYLOAD_LIMIT)]
    return write_frames(frames, version=found.version, size=size)
