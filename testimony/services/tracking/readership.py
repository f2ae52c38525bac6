"""How far lawyers' desks have read central's log: noted at central when they ask for more, heard of at a node.

A desk asks for what follows position N only after everything before N is on its disk, and its reader signs that
request. So the furthest N says what has reached a desk, without a word about any single testimony.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.domain.roles import Role
from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

READER: Final = "read-by-"  # and the kid of a reader's or a node's key: at central
SAID: Final = "read-says-"  # and the kid of a central server: at a node


def note(station: Station, kid: str, position: int) -> None:
    """At central: the station or reader `kid` holds the first `position` entries. Opens a transaction for news."""
    with station.database.reading() as session:
        if _mark(session, READER + kid) >= position:
            return
    with station.database.transaction() as session:
        if _mark(session, READER + kid) < position:  # another thread may have been quicker
            session.merge(FactRow(name=READER + kid, value=str(position)))


def furthest(station: Station, session: Session) -> int:
    """At central: how many entries of its log some active lawyer's desk holds."""
    people = station.chain.latest.people
    lawyers = [person for person in people if (person.role, person.status) == (Role.LAWYER, "active")]
    return max((_mark(session, READER + key.kid) for person in lawyers for key in person.keys), default=0)


def read_by(session: Session, kid: str) -> int:
    """At central: how many entries of its log the node or reader `kid` holds."""
    return _mark(session, READER + kid)


def hear(session: Session, central: str, position: int) -> None:
    """At a node: the central server `central` says that a lawyer's desk holds the first `position` entries."""
    if _mark(session, SAID + central) != position:
        session.merge(FactRow(name=SAID + central, value=str(position)))


def heard(session: Session, central: str) -> int:
    """At a node: what `central` last said."""
    return _mark(session, SAID + central)


def forget(session: Session, central: str) -> None:
    """At a node: what `central` said counted the entries of a log that it has no more."""
    row = session.get(FactRow, SAID + central)
    if row is not None:
        session.delete(row)


def _mark(session: Session, name: str) -> int:
    row = session.get(FactRow, name)
    return 0 if row is None else int(row.value)
