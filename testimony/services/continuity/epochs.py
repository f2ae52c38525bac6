"""Follow central into a new log epoch after it was restored, verify its signature, and keep the old log mirror."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.services.continuity import reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import CentralsTwo
from testimony.services.tracking import readership
from testimony.store.state import centrals, epochs

if TYPE_CHECKING:
    from testimony.station.station import Station


ANEW: Final = "0" * 32
"""In the place of the epoch in which everything was offered: it is to be offered again, whatever the epoch."""


def follow(station: Station, session: Session, central: str, epoch: str) -> bool:
    """Whether the signed `epoch` of its log shows that `central` was restored since it was last heard of.

    Then its log is read from the beginning, what was read before is kept as evidence, and everything kept here is
    offered again. An older version has an empty epoch, which says nothing. Raises `CentralsTwo` for an epoch that it
    has left before: somebody repeats an old answer, or a copy of central runs at the same time.
    """
    known = followed(session, central)
    if not epoch or epoch == known:
        return False
    if is_left(session, epoch):
        raise CentralsTwo(station=central)
    centrals.edit(session, central).epoch = epoch
    if not known:
        return False
    epochs.add_left(session, known, central)
    _begin_again(station, session, central, epoch)
    return True


def is_left(session: Session, epoch: str) -> bool:
    """Whether a central has said that it left `epoch`. What it signed in that epoch may be lost there."""
    return epochs.is_left(session, epoch)


def followed(session: Session, central: str) -> str:
    """The epoch of `central` when it was last heard of, "" if it never had one."""
    return centrals.read(session, central).epoch or ""


def offered(session: Session, central: str) -> str:
    """The last epoch in which everything kept here was offered to `central`."""
    return centrals.read(session, central).offered or ""


def offer_anew(session: Session) -> None:
    """The log of a central went back or forked without another epoch: a desk gives back what it holds all the same."""
    centrals.forget_offered(session, ANEW)


def note_offered(session: Session, central: str, epoch: str) -> None:
    """Record that everything kept here was offered to `central` since it began `epoch`."""
    if offered(session, central) != epoch:
        centrals.edit(session, central).offered = epoch


def _begin_again(station: Station, session: Session, central: str, epoch: str) -> None:
    custody_log.mirror_set_aside(session, central)
    readership.forget(session, central)
    reoffer.reopen(session)
    custody_log.append(session, kind="restored", ref=epoch, by=central, day=station.today())
