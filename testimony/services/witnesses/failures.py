"""What came last in place of a time stamp or a cosignature: the day and the reason, nothing of what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy.orm import Session

from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

Kind = Literal["stamp", "cosigned"]
FACT: Final = "unkept-"
"""With the kind: the day and the reason."""


@dataclass(frozen=True)
class Unkept:
    """`reason`: a key of `STAMP_SENTENCES` or of `COSIGN_SENTENCES`. `day`: YYYY-MM-DD."""

    day: str
    reason: str


def note(station: Station, session: Session, kind: Kind, reason: str) -> None:
    """Remember that today nothing was kept, and why. An authority out of reach is asked each hour: one row says it."""
    said = f"{station.today()} {reason}"
    row = session.get(FactRow, FACT + kind)
    if row is None or row.value != said:
        session.merge(FactRow(name=FACT + kind, value=said))


def last(session: Session, kind: Kind) -> Unkept | None:
    """None while nothing was refused."""
    row = session.get(FactRow, FACT + kind)
    return None if row is None else Unkept(*row.value.split(" ", 1))
