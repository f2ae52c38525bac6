"""Adopting a new roster of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.services.station import Station

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord


def adopt(station: Station, session: Session, record: SignedRecord) -> bool:
    """Take the next roster into force and log it. False when it is held already. Raises `RosterRefused`.

    The station's chain changes only after the transaction was committed.
    """
    raise NotImplementedError


def held(session: Session) -> list[SignedRecord]:
    """All rosters in force or replaced, the oldest first."""
    raise NotImplementedError
