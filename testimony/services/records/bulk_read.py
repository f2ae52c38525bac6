"""Read all sealed objects of a record at once, to copy them to another place."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.services.records.head_cipher import HeadSafe
from testimony.store.errors import PartDamaged, PartMissing
from testimony.store.models.records import Held, ObjectRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station

FEW = 512
"""Up to this many names are queried by name; beyond, everything that the records name is queried."""
log = logging.getLogger("testimony.carrying")


@dataclass(frozen=True, slots=True)
class Lying:
    """A head or a body as stored here: a head `locked` under the shred key of `subject`, or a body in a file."""

    name: str
    subject: str
    audience: str | None
    locked: bytes


def sealed_objects(
    station: Station, session: Session, record: str, names: Collection[str]
) -> Iterator[tuple[str, bytes | None]]:
    """(name, bytes) of those heads and bodies of `record` that are in `names`, are held, and may be served.

    Each is hashed again; None stands for one whose copy here is damaged. What was shredded meanwhile is left out. Ask
    for the text of a testimony at once, but for one piece of its media at a time.
    """
    return unlocked(station, lying(session, {record: names}).get(record, ()))


def lying(session: Session, wanted: Mapping[str, Collection[str]]) -> dict[str, list[Lying]]:
    """By record, the `wanted` heads and bodies that are held and may be served, in order of parts."""
    columns = (ObjectRow.record, ObjectRow.name, ObjectRow.subject, ObjectRow.audience, ObjectRow.sealed)
    names = {name for of_record in wanted.values() for name in of_record}
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == ObjectRow.subject)
    held = select(*columns).where(ObjectRow.record.in_(wanted), ObjectRow.held == Held.HELD, ~stone.exists())
    if len(names) <= FEW:
        held = held.where(ObjectRow.name.in_(names))
    found: dict[str, list[Lying]] = {}
    ordered = held.order_by(ObjectRow.part, ObjectRow.name)
    for record, name, subject, audience, sealed in session.execute(ordered) if names else ():
        if name in wanted[record]:
            found.setdefault(record, []).append(Lying(name, subject, audience, sealed or b""))
    return found


def unlocked(station: Station, objects: Iterable[Lying]) -> Iterator[tuple[str, bytes | None]]:
    """(name, bytes) of each, read and hashed one by one; None: its copy here is damaged.

    The key is looked up each time, so what was shredded since is left out, including a body whose file was deleted.
    """
    key: bytes | None = None
    subject = ""
    for one in objects:
        if one.subject != subject:
            subject, key = one.subject, station.shred_keys.find(one.subject)
        if key is None:
            continue
        data = _body(station, one.name) if one.audience is None else HeadSafe(key).unlock(one.name, one.locked)
        if data is not None or station.shred_keys.find(subject) is not None:
            yield one.name, data


def _body(station: Station, name: str) -> bytes | None:
    try:
        return station.parts.read(name)
    except (PartDamaged, PartMissing) as error:
        log.warning("%s: %s", error.code, name)
        return None
