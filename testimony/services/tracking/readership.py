"""Track how far lawyers' desks have read central's log: recorded at central from their requests, reported to nodes.

A desk asks for what follows position N only after everything before N is on its disk, and its reader signs that
request. So the highest N shows what has reached a desk, without revealing anything about a single testimony.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.domain.roles import Role
from testimony.store.state import centrals, readership

if TYPE_CHECKING:
    from testimony.station.station import Station


def note(station: Station, kid: str, position: int) -> None:
    """At central: the station or reader `kid` holds the first `position` entries. Opens a transaction if that is
    new.
    """
    with station.database.reading() as session:
        if read_by(session, kid) >= position:
            return
    with station.database.transaction() as session:
        if read_by(session, kid) < position:  # another thread may have been faster
            readership.edit(session, kid).read = position


def furthest(station: Station, session: Session) -> int:
    """At central: how many entries of its log some active lawyer's desk holds."""
    people = station.chain.latest.people
    lawyers = [person for person in people if (person.role, person.status) == (Role.LAWYER, "active")]
    return max((read_by(session, key.kid) for person in lawyers for key in person.keys), default=0)


def read_by(session: Session, kid: str) -> int:
    """At central: how many entries of its log the node or reader `kid` holds."""
    return readership.read(session, kid).read or 0


def hear(session: Session, central: str, position: int) -> None:
    """At a node: the central server `central` reports that a lawyer's desk holds the first `position` entries."""
    if heard(session, central) != position:
        centrals.edit(session, central).lawyers_read = position


def heard(session: Session, central: str) -> int:
    """At a node: the last report of `central`."""
    return centrals.read(session, central).lawyers_read or 0


def forget(session: Session, central: str) -> None:
    """At a node: forget the report, which counted entries of a log that `central` no longer has."""
    if centrals.read(session, central).lawyers_read is not None:
        centrals.edit(session, central).lawyers_read = None
