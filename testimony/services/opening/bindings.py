"""The keys that bind annexes to their testimonies, for as long as these are here and their consent opens."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from testimony.sealing.errors import CannotOpen
from testimony.sealing.testimony import bound
from testimony.services.opening import compartments
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.store.models.records import TombstoneRow


def key_of(reading: ReadingSession, tid: str) -> bytes | None:
    """The key of the testimony `tid`, by the first key in memory that opens its consent; None if it was destroyed.

    Raises `CannotOpen`: incomplete (the testimony is not here yet), or why its consent does not open.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == tid, TombstoneRow.shredded)
    if reading.session.scalar(stone) is not None:
        return None
    about = record_queries.records_about(reading.session, tid)
    record = next((one for one in about if one.kind == "manifest"), None)
    if record is None:
        raise CannotOpen("incomplete")
    manifest, grants = compartments.parsed(record), [one for one in about if one.kind == "grant"]
    closed = CannotOpen("incomplete")
    for reader in (reading.reader, *reading.reader.beside):
        by = replace(reading, reader=reader)
        try:
            opened = compartments.open_one(by, record.id, manifest, compartments.CONSENT, grants)
        except CannotOpen as refusal:
            closed = refusal
        else:
            return bound.key_of(str(opened.header["salt"]))
    raise closed
