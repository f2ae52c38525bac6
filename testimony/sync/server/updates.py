"""Hands the update on that waits at central, piece by piece. It is signed, so central only carries it."""

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
"""In one answer, each as large as one may be."""


def answer_update(station: Station, data: bytes) -> bytes:
    """Canonical JSON {"runs": version, "from": bytes} -> objects, the next pieces of the file; in `end` stand
    {"version", "size"}, which are "" and 0 where nothing newer than `runs` waits. Raises `NotCanonical` or `Refused`.
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
