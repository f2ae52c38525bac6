"""The keys that bind annexes to their testimonies, for as long as these are here and their consent opens."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.sealing.errors import CannotOpen
from testimony.sealing.testimony import bound
from testimony.services.opening import compartments
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.models.records import TombstoneRow


def key_of(station: Station, session: Session, readers: Iterable[Reader], tid: str) -> bytes | None:
    """The key of the testimony `tid`, by the first of `readers` that opens its consent; None if it was destroyed.

    Raises `CannotOpen`: incomplete (the testimony is not here yet), or why its consent does not open.
    """
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == tid, TombstoneRow.shredded)
    if session.scalar(stone) is not None:
        return None
    about = record_queries.records_about(session, tid)
    record = next((one for one in about if one.kind == "manifest"), None)
    if record is None:
        raise CannotOpen("incomplete")
    manifest, grants = compartments.parsed(record), [one for one in about if one.kind == "grant"]
    closed = CannotOpen("incomplete")
    for reader in readers:
        try:
            opened = compartments.open_one(station, session, reader, record.id, manifest, compartments.CONSENT, grants)
        except CannotOpen as refusal:
            closed = refusal
        else:
            return bound.key_of(str(opened.header["salt"]))
    raise closed
