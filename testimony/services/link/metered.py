"""Decide whether media wait because the connection is metered, and send them once when a user asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.store.models import link

if TYPE_CHECKING:
    from testimony.station.station import Station


def is_on(station: Station, session: Session) -> bool:
    """As the worker last switched it at this node; before that as the settings say."""
    switched = link.read(session).metered
    return station.settings.metered if switched is None else switched


def switch(session: Session, *, on: bool) -> None:
    """Remember what the worker wants, until it is switched again."""
    link.edit(session).metered = on


def ask_once(session: Session) -> None:
    """Let media go with the next exchange that succeeds, whatever the switch says."""
    link.edit(session).media_once = True


def is_asked(session: Session) -> bool:
    """Whether somebody said so, and no exchange has succeeded since."""
    return bool(link.read(session).media_once)


def went(session: Session) -> None:
    """They went: the next ones wait again."""
    link.edit(session).media_once = False


def may_go(station: Station, session: Session) -> bool:
    """Whether media go with the next exchange."""
    return not is_on(station, session) or is_asked(session)
