"""How much one station may deliver to central on one day, so that a hostile one cannot fill its disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from testimony.errors import Refused
from testimony.store.accounts import FactRow

if TYPE_CHECKING:
    from testimony.services.station import Station

USED: Final = "quota-"  # and a kid: day, records, bytes
WAITING: Final = "waiting-"  # and a kid: day, withdrawals
MOST_WAITING: Final = 100
"""Withdrawals of one station in a day that wait for their testimony: a tenth of the room that all of them have."""
_SAID = select(FactRow.value).where(FactRow.name == bindparam("fact"))


def is_used_up(station: Station, session: Session, kid: str) -> bool:
    """Whether the station or reader `kid` has delivered all that the settings allow for today.

    The batch that reaches the limit is taken whole, so what is stored in a day is at most one batch more.
    """
    records, size = used(station, session, kid)
    return records >= station.settings.quota_records or size >= station.settings.quota_bytes


def used(station: Station, session: Session, kid: str) -> tuple[int, int]:
    """(records, bytes) that were stored of `kid` today, by the day of this station."""
    said = session.scalar(_SAID, {"fact": USED + kid})
    day, records, size = said.split(" ") if said is not None else ("", "0", "0")
    return (int(records), int(size)) if day == station.today() else (0, 0)


def note(station: Station, session: Session, kid: str, *, records: int, size: int) -> None:
    """Count what is stored just now; what was held already, or refused, counts nothing."""
    if not records and not size:
        return
    before = used(station, session, kid)
    value = f"{station.today()} {before[0] + records} {before[1] + size}"
    session.merge(FactRow(name=USED + kid, value=value))
    session.flush()


def require_share(station: Station, session: Session, kid: str) -> None:
    """Count one more withdrawal that waits for its testimony; `kid`: of who brings it, "" where no station does.

    Anybody can sign such withdrawals, and none of them shreds anything yet. Raises `Refused("waiting.full")`: it waits
    with its sender, and what another station brings still finds room.
    """
    if not kid:
        return
    fact = session.get(FactRow, WAITING + kid)
    day, number = fact.value.split(" ") if fact is not None else ("", "0")
    before = int(number) if day == station.today() else 0
    if before >= MOST_WAITING:
        raise Refused("waiting.full")
    session.merge(FactRow(name=WAITING + kid, value=f"{station.today()} {before + 1}"))
