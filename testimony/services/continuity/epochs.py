"""Following central through a restoration: another epoch under its signature, and the mirror of before kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.services.continuity import reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogWentBack
from testimony.services.tracking import readership
from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

FOLLOWED: Final = "epoch-"  # and the kid of a central: the epoch that it is in
LEFT: Final = "left-"  # and an epoch that a central was in before, and said by its signature that it left
DONE: Final = "offered-to-"  # and the kid of a central: the last epoch in which everything was offered to it


def follow(station: Station, session: Session, central: str, epoch: str) -> bool:
    """Whether `central` says, by the signed `epoch` of its log, that it was restored since it was last heard of.

    Then its log is read from the beginning, what was read before is kept aside as evidence, and everything that is kept
    here is offered again. An empty epoch is that of an older version, which says nothing. Raises `LogWentBack` for an
    epoch that it has left before: somebody repeats an old answer, or a copy of central runs beside it.
    """
    known = followed(session, central)
    if not epoch or epoch == known:
        return False
    if is_left(session, epoch):
        raise LogWentBack(station=central)
    session.merge(FactRow(name=FOLLOWED + central, value=epoch))
    if not known:
        return False
    session.merge(FactRow(name=LEFT + known, value=central))
    _begin_again(station, session, central, epoch)
    return True


def is_left(session: Session, epoch: str) -> bool:
    """Whether a central has said that it is no more in `epoch`: what it signed in it may be gone there."""
    return session.get(FactRow, LEFT + epoch) is not None


def followed(session: Session, central: str) -> str:
    """The epoch in which `central` was when it was last heard of, "" when it never said one."""
    fact = session.get(FactRow, FOLLOWED + central)
    return "" if fact is None else fact.value


def offered(session: Session, central: str) -> str:
    """The last epoch in which everything that is kept here was offered to `central`."""
    fact = session.get(FactRow, DONE + central)
    return "" if fact is None else fact.value


def note_offered(session: Session, central: str, epoch: str) -> None:
    """All that is kept here was offered to `central` since it is in `epoch`."""
    if offered(session, central) != epoch:
        session.merge(FactRow(name=DONE + central, value=epoch))


def _begin_again(station: Station, session: Session, central: str, epoch: str) -> None:
    custody_log.mirror_set_aside(session, central)
    readership.forget(session, central)
    reoffer.reopen(session)
    custody_log.append(session, kind="restored", ref=epoch, by=central, day=station.today())
