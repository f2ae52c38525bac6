"""How many objects were refused here, by rule and day, for a month: numbers for an overview, no name and no content.

At central also of each station that brought them. Who offers the same thing each minute broke a rule once that day.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from testimony.errors import REFUSAL_RULES, TestimonyError
from testimony.store.models.accounts import FactRow

if TYPE_CHECKING:
    from testimony.station.station import Station

PREFIX: Final = "rejected-"  # day, "-", rule
OF: Final = "turned-away-"  # the kid of who brought it, "-", and the same
DAYS: Final = 30
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class Rejected:
    """So many objects by this rule, the last of them on `day`."""

    rule: str
    number: int
    day: str


def note(station: Station, refused: Iterable[tuple[str, str]], *, by: str = "") -> None:
    """Count what a delivery brought and this station did not take, as (name, rule). Opens a transaction where there is
    something. `by`: the kid of the station that brought it, at central.

    A disk that takes nothing keeps nobody from being told which rule it was: then it is not counted.
    """
    day = station.today()
    known = [(name, rule) for name, rule in refused if rule in REFUSAL_RULES]
    counted = Counter(rule for name, rule in known if station.rejected.is_new(day, by, name, rule))
    if not counted:
        return
    try:
        with station.database.transaction() as session:
            _add(session, PREFIX, day, counted)
            if by:
                _add(session, f"{OF}{by}-", day, counted)
    except TestimonyError as error:
        log.warning("refused objects were not counted: %s", error.code)


def recent(session: Session, *, by: str = "") -> list[Rejected]:
    """Of the last days, the most frequent rule first; `by`: of what this station brought."""
    prefix = f"{OF}{by}-" if by else PREFIX
    found: dict[str, Rejected] = {}
    for name, value in session.execute(select(FactRow.name, FactRow.value).where(FactRow.name.startswith(prefix))):
        day, rule = name[len(prefix) :][:10], name[len(prefix) + 11 :]
        before = found.get(rule, Rejected(rule, 0, ""))
        found[rule] = Rejected(rule, before.number + int(value), max(before.day, day))
    return sorted(found.values(), key=lambda one: (-one.number, one.rule))


def _add(session: Session, prefix: str, day: str, counted: Counter[str]) -> None:
    for rule, number in counted.items():
        name = f"{prefix}{day}-{rule}"
        row = session.get(FactRow, name)
        session.merge(FactRow(name=name, value=str(number + (int(row.value) if row else 0))))
    oldest = (date.fromisoformat(day) - timedelta(days=DAYS)).isoformat()
    session.execute(delete(FactRow).where(FactRow.name.startswith(prefix), FactRow.name < prefix + oldest))
