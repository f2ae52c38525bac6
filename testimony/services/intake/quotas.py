"""How much one station may deliver to central on one day, so that a hostile one cannot fill its disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from testimony.errors import Refused
from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

USED: Final = "quota-"  # and a kid: day, records, bytes
WAITING: Final = "waiting-"  # and a kid: day, withdrawals
MOST_WAITING: Final = 100
"""Withdrawals of one station in a day that wait for their testimony: a tenth of the room that all of them have."""
ASKED: Final = "asked-"  # and a kid: day, questions
MOST_ASKED: Final = 50
"""Questions of one lawyer's key in a day that central takes: a stolen one does not bury what honest ones ask."""
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
    if kid and not _counted(station, session, WAITING + kid, MOST_WAITING):
        raise Refused("waiting.full")


def require_question(station: Station, session: Session, kid: str) -> None:
    """Count one more question that the lawyer's key `kid` signed. Raises `Refused("quota")`: it goes another day."""
    if not _counted(station, session, ASKED + kid, MOST_ASKED):
        raise Refused("quota")


def _counted(station: Station, session: Session, name: str, most: int) -> bool:
    """Whether there is room for one more today; then it is counted."""
    fact = session.get(FactRow, name)
    day, number = fact.value.split(" ") if fact is not None else ("", "0")
    before = int(number) if day == station.today() else 0
    if before < most:
        session.merge(FactRow(name=name, value=f"{station.today()} {before + 1}"))
        session.flush()
    return before < most
