"""Scrub heads and bodies: hash a share of them at a time, record damage, and repair it.

A failing card goes unnoticed until the testimony is wanted, so everything stored is checked about once a week. A
damaged object counts as missing in requests, so that whoever has a copy delivers it again; until then it is listed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from testimony.services.records.head_cipher import HeadSafe
from testimony.store.errors import PartDamaged, PartMissing
from testimony.store.models.deliveries import Delivery
from testimony.store.models.records import Held, ObjectRow, TombstoneRow
from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.station.station import Station

LOOKS_A_WEEK: Final = 168
LEAST: Final = 64
AT_MOST: Final = 1000
"""Beyond this, damaged objects are not recorded one by one: the disk is lost, and a backup is needed."""
MOST_NAMED: Final = 256
HERE: Final = (Held.HELD, Held.SUSPENDED)
log = logging.getLogger("testimony.damage")
ObjectSeen = Row[str, str, str | None, bytes | None]


def look(station: Station) -> int:
    """Hash the next share, and what was damaged before. Returns how much is damaged now. Opens transactions."""
    with station.database.reading() as session:
        known = names(session)
        share = _share(session)
        again = _rows(session, ObjectRow.name.in_(known)) if known else []
    found = {name for row in (*share, *again) for name in _broken(station, row)}
    with station.database.transaction() as session:
        found = _with_their_like(station, session, found)
        forget(session, known - found)
        _remember(session, found - known, station.today(), room=AT_MOST - len(known & found))
        maintenance.edit(session).rehashed = share[-1].name if share else ""
    for name in sorted(found - known):
        log.warning("damaged on this disk: %s", name)
    return len(found)


def names(session: Session) -> set[str]:
    """The heads and bodies that are known to be damaged here."""
    return maintenance.damaged(session)


def count(session: Session) -> int:
    """How many there are."""
    return maintenance.count_damaged(session)


def forget(session: Session, mended: Collection[str]) -> None:
    """Forget these, which are intact again or no longer held."""
    if mended:
        maintenance.remove_damaged(session, mended)


def records(session: Session, node: str) -> list[str]:
    """At central: records of testimonies that the station `node` delivered, with damaged objects here."""
    wanted = select(ObjectRow.record).join(Delivery, Delivery.tid == ObjectRow.subject)
    damaged = names(session)
    of_node = (Delivery.node == node, ObjectRow.name.in_(damaged), ObjectRow.held.in_(HERE))
    return sorted(set(session.scalars(wanted.where(*of_node).limit(MOST_NAMED)))) if damaged else []


def _share(session: Session) -> Sequence[ObjectSeen]:
    """The next objects by name, from where the last scrub ended; after the last name from the first again."""
    here = session.execute(select(func.count()).where(ObjectRow.held.in_(HERE))).scalar_one()
    size = max(LEAST, -(-here // LOOKS_A_WEEK))
    after = _rows(session, ObjectRow.name > (maintenance.read(session).rehashed or ""), limit=size)
    return after or _rows(session, limit=size)


def _rows(session: Session, *where: ColumnElement[bool], limit: int | None = None) -> Sequence[ObjectSeen]:
    columns = (ObjectRow.name, ObjectRow.subject, ObjectRow.audience, ObjectRow.sealed)
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == ObjectRow.subject, TombstoneRow.shredded)
    held = select(*columns).where(ObjectRow.held.in_(HERE), ~stone.exists(), *where)
    return session.execute(held.order_by(ObjectRow.name).limit(limit)).all()


def _broken(station: Station, row: ObjectSeen) -> Iterator[str]:
    if row.audience is None:
        try:
            station.parts.read(row.name)
        except (PartDamaged, PartMissing):
            yield row.name
        return
    key = station.shred_keys.find(row.subject)
    if key is None or HeadSafe(key).unlock(row.name, row.sealed or b"") is None:
        yield row.name


def _with_their_like(station: Station, session: Session, found: set[str]) -> set[str]:
    """Those still held; if a key is gone, every head under it, since a new key must open them all."""
    held = {row.name: row.subject for row in _rows(session, ObjectRow.name.in_(found))} if found else {}
    keyless = [subject for subject in set(held.values()) if station.shred_keys.find(subject) is None]
    heads = _rows(session, ObjectRow.subject.in_(keyless), ObjectRow.audience.is_not(None)) if keyless else []
    return held.keys() | {row.name for row in heads}


def _remember(session: Session, new: Iterable[str], day: str, *, room: int) -> None:
    for name in sorted(new)[: max(0, room)]:
        maintenance.add_damaged(session, name, day)
