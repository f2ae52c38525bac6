"""Writes on a stick what a desk gives back to a restored central: records with their proofs, text, then media."""

from __future__ import annotations

from collections.abc import Callable, Collection

from testimony.services.continuity import given_back
from testimony.services.continuity.given_back import Kept
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.bundle.writer import BundleWriter
from testimony.sync.wire import returned
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame

Read = Callable[[str, Collection[str]], list[Frame]]
"""The sealed objects of a record, by their names."""


def chosen(station: Station, central: str, *, everything: bool) -> list[Kept]:
    """What central's earlier log names, and its log since then does not, as far as that one was read here.

    `everything`: also what it does name, and what is to be given back before its new log was read at all.
    """
    with station.database.reading() as session:
        return given_back.chosen(session, central, everything=everything)


def put(station: Station, writer: BundleWriter, found: Collection[Kept], read: Read) -> tuple[int, int, int]:
    """How many records and objects were written, and how many records did not fit."""
    records = objects = 0
    for number, one in enumerate(found):
        text = read(one.name, one.text)
        frame = _frame(station, one)
        if frame is None:
            continue
        if not writer.put([frame, *text]):
            return records, objects, len(found) - number
        records, objects = records + 1, objects + len(text)
    for number, one in enumerate(found):
        written = _put_media(station, writer, one, read) if one.has_media else 0
        if written is None:
            return records, objects, len(found) - number
        objects += written
    return records, objects, 0


def _put_media(station: Station, writer: BundleWriter, one: Kept, read: Read) -> int | None:
    """How many objects were written; None when the stick is full."""
    with station.database.reading() as session:
        pieces = given_back.pieces(session, one.name)
    frame = _frame(station, one)
    if frame is None:
        return 0
    written = 0
    for number, names in enumerate(pieces.values()):
        frames = read(one.name, names)
        if not (writer.put(frames, [frame]) if number else writer.put([frame, *frames])):
            return None
        written += len(frames)
    return written


def _frame(station: Station, one: Kept) -> Frame | None:
    """None for a record that was withdrawn meanwhile, or that is too large to travel."""
    with station.database.reading() as session:
        envelope = record_queries.envelopes_of(session, [one.name]).get(one.name)
    payload = b"" if envelope is None else returned.encode(envelope, one.logged)
    return Frame("record", payload) if 0 < len(payload) <= PAYLOAD_LIMIT else None
