"""How many objects were refused here, by rule and day, for a month: numbers for an overview, no name and no content."""

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
from testimony.store.accounts import FactRow

if TYPE_CHECKING:
    from testimony.services.station import Station

PREFIX: Final = "rejected-"
DAYS: Final = 30
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class Rejected:
    """So many objects by this rule, the last of them on `day`."""

    rule: str
    number: int
    day: str


def note(station: Station, rules: Iterable[str]) -> None:
    """Count what a delivery brought and this station did not take. Opens a transaction where there is something.

    A disk that takes nothing keeps nobody from being told which rule it was: then it is not counted.
    """
    counted = Counter(rule for rule in rules if rule in REFUSAL_RULES)
    if not counted:
        return
    try:
        with station.database.transaction() as session:
            _add(session, station.today(), counted)
    except TestimonyError as error:
        log.warning("refused objects were not counted: %s", error.code)


def recent(session: Session) -> list[Rejected]:
    """Of the last days, the most frequent rule first."""
    found: dict[str, Rejected] = {}
    for name, value in session.execute(select(FactRow.name, FactRow.value).where(FactRow.name.startswith(PREFIX))):
        day, rule = name[len(PREFIX) :][:10], name[len(PREFIX) + 11 :]
        before = found.get(rule, Rejected(rule, 0, ""))
        found[rule] = Rejected(rule, before.number + int(value), max(before.day, day))
    return sorted(found.values(), key=lambda one: (-one.number, one.rule))


def _add(session: Session, day: str, counted: Counter[str]) -> None:
    for rule, number in counted.items():
        name = f"{PREFIX}{day}-{rule}"
        row = session.get(FactRow, name)
        session.merge(FactRow(name=name, value=str(number + (int(row.value) if row else 0))))
    oldest = (date.fromisoformat(day) - timedelta(days=DAYS)).isoformat()
    session.execute(delete(FactRow).where(FactRow.name.startswith(PREFIX), FactRow.name < PREFIX + oldest))
