"""Periods of admission: months, quarters and years, and the backlog before the first of them.

An account is admitted once. The periods that count it lie within each other, so it stands at most once in a month, once
in a quarter and once in a year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from testimony.domain.tables.errors import TablesRefused

BACKLOG: Final = "until "
LABEL: Final = re.compile(r"(?:(until )?([0-9]{4})-(0[1-9]|1[0-2])|([0-9]{4})(?:-Q([1-4]))?)", re.ASCII)


class Kind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Period:
    """`first`, `last`: months, counted from the year 0. A backlog has no first month and counts as a year."""

    label: str
    kind: Kind
    first: int | None
    last: int

    @classmethod
    def of(cls, label: str) -> Period:
        """From "2026-03", "2026-Q1", "2026" or "until 2026-03". Raises `TablesRefused("period")`."""
        found = LABEL.fullmatch(label)
        if found is None:
            raise TablesRefused("period")
        backlog, of_month, month, year, quarter = found.groups()
        if month:
            at = 12 * int(of_month) + int(month) - 1
            if backlog:
                return cls(label=label, kind=Kind.YEAR, first=None, last=at)
            return cls(label=label, kind=Kind.MONTH, first=at, last=at)
        start = 12 * int(year) + 3 * (int(quarter or 1) - 1)
        kind, length = (Kind.QUARTER, 3) if quarter else (Kind.YEAR, 12)
        return cls(label=label, kind=kind, first=start, last=start + length - 1)

    @classmethod
    def containing(cls, kind: Kind, day: date) -> Period:
        """The period of `kind` with `day`."""
        labels = {Kind.MONTH: f"-{day.month:02d}", Kind.QUARTER: f"-Q{(day.month + 2) // 3}", Kind.YEAR: ""}
        return cls.of(f"{day.year}{labels[kind]}")

    @classmethod
    def backlog(cls, day: date) -> Period:
        """All that came until the end of the month with `day`."""
        return cls.of(f"{BACKLOG}{day.year}-{day.month:02d}")

    @property
    def is_backlog(self) -> bool:
        return self.first is None

    @property
    def year(self) -> int:
        """The year of the plan that it is published by."""
        return self.last // 12

    @property
    def first_day(self) -> date | None:
        """None for a backlog, which has no beginning."""
        return None if self.first is None else date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def before(self) -> date:
        """The last day before it. Not of a backlog."""
        year, month = divmod(self.first or 0, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    @property
    def last_day(self) -> date:
        year, month = divmod(self.last, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])

    def contains(self, other: Period) -> bool:
        if other.first is None:
            return self.first is None and other.last <= self.last
        return (self.first is None or self.first <= other.first) and other.last <= self.last


def require_closed(period: Period, day: date) -> None:
    """Raise `TablesRefused("early")` while accounts may still be admitted to `period`."""
    if day <= period.last_day:
        raise TablesRefused("early")


def may_hold(period: Period, others: Iterable[Period]) -> bool:
    """Whether an account that `others` count may be counted in `period` too."""
    return all(one.kind is not period.kind and (one.contains(period) or period.contains(one)) for one in others)
