"""What central said of this field node: how far it knows its log, and whether it is marked as copied or restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

QUARANTINED: Final = "quarantined"
SIZE: Final = "greeted"


def note(station: Station, session: Session, *, quarantined: bool, size: int) -> None:
    """Remember what central answered. `size`: of this node's log, as central knows it."""
    if told_size(session) != size:
        session.merge(FactRow(name=SIZE, value=str(size)))
    fact = session.get(FactRow, QUARANTINED)
    if quarantined and fact is None:
        session.add(FactRow(name=QUARANTINED, value=station.today()))
    elif not quarantined and fact is not None:
        session.delete(fact)


def quarantined_since(session: Session) -> str:
    """The day on which central first said that this node is marked, "" while it is not."""
    fact = session.get(FactRow, QUARANTINED)
    return "" if fact is None else fact.value


def told_size(session: Session) -> int:
    """How many entries of this node's log central knew when it last answered."""
    fact = session.get(FactRow, SIZE)
    return 0 if fact is None else int(fact.value)
