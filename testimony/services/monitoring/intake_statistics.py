"""Count how many testimonies arrived at central in each week, from the day of arrival alone.

A manifest also states the day of the interview in clear. That day is not counted: it says more about the person, and a
coordinator only asks whether the field is active. Testimonies that were withdrawn later stay counted in their week: if
the number of an old week went down, it would show when a witness who withdrew had come.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.anonymity import small_counts
from testimony.store.models.records import RecordRow

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days from the Monday `start`. `number` is None if it is only shown as small."""

    start: date
    number: int | None


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """`weeks` from the first arrival to today, without gaps. `limit`: numbers below it, except 0, are hidden; 1 if all
    are shown; None if there are too few to show anything, and then there are no weeks.
    """

    weeks: tuple[Week, ...]
    limit: int | None


def count(session: Session, *, today: date) -> Arrivals:
    """Count the weeks. What is hidden is decided over all weeks, so that it is the same on every page."""
    counted: Counter[date] = Counter()
    by_day = select(RecordRow.received, func.count()).where(RecordRow.kind == "manifest").group_by(RecordRow.received)
    for day, number in session.execute(by_day):
        counted[_monday(date.fromisoformat(day))] += number
    limit = small_counts.least_shown([*counted.values()])
    if limit is None:
        return Arrivals(weeks=(), limit=None)
    first, last = min(counted), max(_monday(today), max(counted))
    starts = [first + WEEK * step for step in range((last - first) // WEEK + 1)]
    return Arrivals(
        weeks=tuple(Week(start=one, number=_hide_small(counted[one], limit)) for one in starts), limit=limit
    )


def _hide_small(number: int, limit: int) -> int | None:
    return None if 0 < number < limit else number


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
