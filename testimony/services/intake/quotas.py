"""Limit how much one station may deliver to central in a day, so that a hostile one cannot fill the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.errors import Refused
from testimony.store.state import quotas

if TYPE_CHECKING:
    from testimony.station.station import Station

MOST_WAITING: Final = 100
"""A station's withdrawals in a day that wait for their testimony: a tenth of the space for all of them."""
MOST_ASKED: Final = 50
"""Questions of one lawyer's key that central accepts in a day, so that a stolen key cannot bury the honest ones."""


def is_used_up(station: Station, session: Session, kid: str) -> bool:
    """Whether the station or reader `kid` has delivered all that the settings allow for today.

    The batch that reaches the limit is accepted in full, so a day stores at most one batch more.
    """
    records, size = used(station, session, kid)
    return records >= station.settings.quota_records or size >= station.settings.quota_bytes


def used(station: Station, session: Session, kid: str) -> tuple[int, int]:
    """(records, bytes) that were stored for `kid` today, by the day of this station."""
    return quotas.used(session, kid, quotas.UPLOAD, station.today())


def note(station: Station, session: Session, kid: str, *, records: int, size: int) -> None:
    """Count what was just stored; what was already held, or refused, is not counted."""
    if not records and not size:
        return
    before = used(station, session, kid)
    quotas.keep(session, kid, quotas.UPLOAD, station.today(), before[0] + records, before[1] + size)


def require_share(session: Session, kid: str, day: str) -> None:
    """Count one more withdrawal of `day` that waits for its testimony; `kid`: who delivers it, "" if no station does.

    Anybody can sign such withdrawals, and none of them shreds anything yet. Raises `Refused("waiting.full")`: it waits
    with its sender, and deliveries of other stations still find room.
    """
    if kid and not _counted(session, kid, day, quotas.WITHDRAWAL, MOST_WAITING):
        raise Refused("waiting.full")


def require_question(session: Session, kid: str, day: str) -> None:
    """Count one more question of `day` that the lawyer's key `kid` signed. Raises `Refused("quota")`: it can go
    another day.
    """
    if not _counted(session, kid, day, quotas.QUESTION, MOST_ASKED):
        raise Refused("quota")


def _counted(session: Session, kid: str, day: str, kind: str, most: int) -> bool:
    """Whether there is room for one more on `day`; if so, count it."""
    before, _ = quotas.used(session, kid, kind, day)
    if before < most:
        quotas.keep(session, kid, kind, day, before + 1)
    return before < most
