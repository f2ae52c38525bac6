"""Metered: whether recordings and pictures wait because the link is dear, and go once when somebody says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

SWITCH: Final = "metered"
ASKED: Final = "media-now"
ON, OFF = "yes", "no"


def is_on(station: Station, session: Session) -> bool:
    """As the worker last switched it at this node; before that as the settings say."""
    row = session.get(FactRow, SWITCH)
    return station.settings.metered if row is None else row.value == ON


def switch(session: Session, *, on: bool) -> None:
    """Remember what the worker wants, until it is switched again."""
    session.merge(FactRow(name=SWITCH, value=ON if on else OFF))


def ask_once(session: Session) -> None:
    """Let media go with the next exchange that succeeds, whatever the switch says."""
    session.merge(FactRow(name=ASKED, value=ON))


def is_asked(session: Session) -> bool:
    """Whether somebody said so, and no exchange has succeeded since."""
    row = session.get(FactRow, ASKED)
    return row is not None and row.value == ON


def went(session: Session) -> None:
    """They went: the next ones wait again."""
    session.merge(FactRow(name=ASKED, value=OFF))


def may_go(station: Station, session: Session) -> bool:
    """Whether media go with the next exchange."""
    return not is_on(station, session) or is_asked(session)
