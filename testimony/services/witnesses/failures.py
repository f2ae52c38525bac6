"""Remember the last failure to get a time stamp or a cosignature: the day and the reason, no details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy.orm import Session

from testimony.store.state import witnesses

if TYPE_CHECKING:
    from testimony.station.station import Station

Kind = Literal["stamp", "cosigned"]


@dataclass(frozen=True)
class Unkept:
    """`reason`: a key of `STAMP_SENTENCES` or of `COSIGN_SENTENCES`. `day`: YYYY-MM-DD."""

    day: str
    reason: str


def note(station: Station, session: Session, kind: Kind, reason: str) -> None:
    """Remember today's failure and its reason. An unreachable authority is asked each hour: one row is enough."""
    witnesses.keep_failure(session, kind, station.today(), reason)


def last(session: Session, kind: Kind) -> Unkept | None:
    """The last failure; None if there was none."""
    row = witnesses.failure(session, kind)
    return None if row is None else Unkept(row.day, row.reason)
