"""Count refused objects by rule and day for a month: numbers for an overview, without names or content.

Central also counts them by the station that delivered them. A sender that offers the same object every minute counts
as one refusal on that day.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from testimony.errors import REFUSAL_RULES, TestimonyError
from testimony.store.state import rejections

if TYPE_CHECKING:
    from testimony.station.station import Station

DAYS: Final = 30
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class Rejected:
    """How many objects broke this rule, the last of them on `day`."""

    rule: str
    number: int
    day: str


def note(station: Station, refused: Iterable[tuple[str, str]], *, by: str = "") -> None:
    """Count what a delivery contained and this station refused, as (name, rule). Opens a transaction if there is
    something.

    `by`: the kid of the delivering station, at central. If the disk accepts no writes, nothing is counted, so that the
    sender still gets the answer.
    """
    day = station.today()
    known = [(name, rule) for name, rule in refused if rule in REFUSAL_RULES]
    counted = Counter(rule for name, rule in known if station.rejected.is_new(day, by, name, rule))
    if not counted:
        return
    try:
        with station.database.transaction() as session:
            _add(session, "", day, counted)
            if by:
                _add(session, by, day, counted)
    except TestimonyError as error:
        log.warning("refused objects were not counted: %s", error.code)


def recent(session: Session, *, by: str = "") -> list[Rejected]:
    """Counts of the last days, most frequent rule first; `by`: for what this station delivered."""
    found: dict[str, Rejected] = {}
    for day, rule, number in rejections.counts(session, by):
        before = found.get(rule, Rejected(rule, 0, ""))
        found[rule] = Rejected(rule, before.number + number, max(before.day, day))
    return sorted(found.values(), key=lambda one: (-one.number, one.rule))


def _add(session: Session, by: str, day: str, counted: Counter[str]) -> None:
    for rule, number in counted.items():
        rejections.add(session, by, day, rule, number)
    oldest = (date.fromisoformat(day) - timedelta(days=DAYS)).isoformat()
    rejections.remove_before(session, by, oldest)
