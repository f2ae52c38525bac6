"""Store what central reports about this node: how much of its log it knows, and whether the node is marked as copied.

A node is marked when its home was copied or restored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.store.state import centrals

if TYPE_CHECKING:
    from testimony.station.station import Station


def note(station: Station, session: Session, *, quarantined: bool, size: int) -> None:
    """Store central's answer. `size`: of this node's log, as central knows it."""
    known = centrals.edit_standing(session)
    known.told_size = size
    if not quarantined:
        known.quarantined_since = None
    elif known.quarantined_since is None:
        known.quarantined_since = station.today()


def quarantined_since(session: Session) -> str:
    """The day on which central first reported this node as marked, "" while it is not."""
    return centrals.read_standing(session).quarantined_since or ""


def told_size(session: Session) -> int:
    """How many entries of this node's log central knew when it last answered."""
    return centrals.read_standing(session).told_size or 0
