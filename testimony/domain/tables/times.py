"""The columns of the time of incidents: months, quarters or years, one level for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.periods import Period

EARLIER: Final = "earlier"
MONTHS, QUARTERS, YEARS = "months", "quarters", "years"
BACKLOG_YEARS: Final = 5
LEAST_SHOWN: Final = 60
"""Per cent of the columns of a level that must print a number."""


def columns(level: str, period: Period) -> tuple[str, ...]:
    """All columns of a level, also where nobody tells of them. What happened before them stands in "earlier"."""
    year = period.year
    if level == MONTHS:
        return (EARLIER, *(f"{year}-{month:02d}" for month in range(1, 13)))
    if level == QUARTERS:
        return (EARLIER, *(f"{year}-Q{quarter}" for quarter in range(1, 5)))
    first = year - BACKLOG_YEARS + 1 if period.is_backlog else year
    return (EARLIER, *map(str, range(first, year + 1)))


def column_of(when: str, level: str, period: Period) -> str:
    """The column of an incident of `when`; "" where that is not known exactly enough."""
    if not when:
        return ""
    known = columns(level, period)
    if when[:4] < known[1][:4]:
        return EARLIER
    if level == YEARS:
        found = when[:4]
    elif level == QUARTERS and "Q" not in when and len(when) > len("2026"):
        found = f"{when[:4]}-Q{(int(when[5:7]) + 2) // 3}"
    else:
        found = when
    return found if found in known else ""


def counts(accounts: Iterable[Counted], level: str, period: Period) -> Mapping[str, int]:
    """How many accounts stand in each column."""
    found = Counter(column_of(one.when, level, period) for one in accounts)
    return {column: found[column] for column in columns(level, period)}


def level_of(accounts: Iterable[Counted], period: Period, *, months: bool, published: Callable[[str, int], int]) -> str:
    """The finest level whose columns mostly print a number. `published`: of a column and its count.

    Decided from published numbers, so the level says nothing more than they do. `months`: whether the plan has them.
    """
    everything = tuple(accounts)
    for level in (MONTHS, QUARTERS) if months and not period.is_backlog else ():
        of_year = [
            published(column, count) for column, count in counts(everything, level, period).items() if column != EARLIER
        ]
        if 100 * sum(number > 0 for number in of_year) >= LEAST_SHOWN * len(of_year):
            return level
    return YEARS
