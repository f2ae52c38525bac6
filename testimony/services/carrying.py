"""Reading the sealed objects of a record to be carried elsewhere: all of them at once, because there are many."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.errors import PartDamaged, PartMissing
from testimony.services import collect
from testimony.services.headsafe import HeadSafe
from testimony.store.records import Held, ObjectRow

if TYPE_CHECKING:
    from testimony.services.station import Station

FEW = 64
"""Names by which the database is asked, rather than for everything that the record names."""
log = logging.getLogger("testimony.carrying")


def sealed_objects(
    station: Station, session: Session, record: str, names: Collection[str]
) -> Iterator[tuple[str, bytes | None]]:
    """(name, bytes) of those heads and bodies of `record` that are in `names`, are held, and may be served.

    Each is hashed again; None stands for one whose copy here is damaged. What was shredded meanwhile is left out. Ask
    for the text of a testimony, and for a piece of its media at a time.
    """
    columns = (ObjectRow.name, ObjectRow.subject, ObjectRow.audience, ObjectRow.sealed)
    wanted = select(*columns).where(ObjectRow.record == record, ObjectRow.held == Held.HELD)
    if len(names) <= FEW:
        wanted = wanted.where(ObjectRow.name.in_(names))
    safes: dict[str, HeadSafe | None] = {}
    for name, subject, audience, sealed in session.execute(wanted.order_by(ObjectRow.part, ObjectRow.name)).all():
        if name not in names:
            continue
        if subject not in safes:
            safes[subject] = _safe(station, session, subject)
        safe = safes[subject]
        if safe is not None:
            yield name, _body(station, name) if audience is None else safe.unlock(name, sealed or b"")


def _body(station: Station, name: str) -> bytes | None:
    try:
        return station.parts.read(name)
    except (PartDamaged, PartMissing) as error:
        log.warning("%s: %s", error.code, name)
        return None


def _safe(station: Station, session: Session, subject: str) -> HeadSafe | None:
    """How heads of `subject` are opened; None when it may not be served or its key is gone."""
    key = station.shred_keys.find(subject)
    return HeadSafe(key) if key is not None and collect.is_served(session, subject) else None
