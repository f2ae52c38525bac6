"""The columns of a level: every month or quarter of the year, with what was before them."""

from __future__ import annotations

from testimony.domain.tables.periods import Period
from testimony.domain.tables.times import EARLIER, MONTHS, QUARTERS, columns


def test_a_year_has_all_its_months_and_all_its_quarters() -> None:
    year = Period.of("2026")
    assert columns(QUARTERS, year) == (EARLIER, "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    months = columns(MONTHS, year)
    assert (len(months), months[0], months[1], months[-1]) == (13, EARLIER, "2026-01", "2026-12")
