"""How old the list of readers is: since when nobody who knows has said that the roster here is the newest.

A roster says it itself on the day on which it was issued; after that, freshness statements do. The phone has the same
rule (`interview/node/freshness.js`). See docs/sealing.md, "Freshness of the roster".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from testimony.domain.time import A_DAY

LIFE: Final = timedelta(days=14)
"""A statement counts for so long."""


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """`age`: days since it was last confirmed on the day `confirmed`; both None if every date is still to come.

    `stale`: it was to be confirmed and was not, for more than `LIFE`. `newer`: the number of a newer roster, which is
    not here; None if none is known.
    """

    confirmed: date | None
    age: int | None
    stale: bool
    newer: int | None


def has_come(day: date, today: date) -> bool:
    """Whether a statement of `day` counts `today`: a day ahead may be another clock, more is the future."""
    return day <= today + A_DAY


def look(today: date, *, issued: date, no: int, asked: bool, said: tuple[int, date] | None) -> Freshness:
    """`issued`, `no`: of the roster in force. `asked`: whether it names somebody who is to confirm it. `said`: number
    and day of the newest statement.
    """
    counts = said if said is not None and has_come(said[1], today) else None
    days = [issued] if counts is None or counts[0] != no else [issued, counts[1]]
    confirmed = max((day for day in days if has_come(day, today)), default=None)
    age = None if confirmed is None else max(0, (today - confirmed).days)
    return Freshness(
        confirmed=confirmed,
        age=age,
        stale=asked and (age is None or age > LIFE.days),
        newer=counts[0] if counts is not None and counts[0] > no else None,
    )
