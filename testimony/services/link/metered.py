"""Decide whether media wait because the connection is metered, and send them once when a user asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.store.state import link

if TYPE_CHECKING:
    from testimony.station.station import Station


def is_on(station: Station, session: Session) -> bool:
    """Whether the connection is metered: as the worker last set it at this node, else as the settings say."""
    switched = link.read(session).metered
    return station.settings.metered if switched is None else switched


def switch(session: Session, *, on: bool) -> None:
    """Store the worker's choice until it is changed."""
    link.edit(session).metered = on


def ask_once(session: Session) -> None:
    """Send media with the next successful sync, whatever the setting is."""
    link.edit(session).media_once = True


def is_asked(session: Session) -> bool:
    """Whether somebody asked for it, and no sync has succeeded since."""
    return bool(link.read(session).media_once)


def went(session: Session) -> None:
    """Media were sent: the next ones wait again."""
    link.edit(session).media_once = False


def may_go(station: Station, session: Session) -> bool:
    """Whether the next sync sends media."""
    return not is_on(station, session) or is_asked(session)
