"""Periods of admission, and which of them an account may be in."""

from __future__ import annotations

from datetime import date

import pytest

from testimony.domain.tables import periods
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Kind, Period


def may(label: str, *others: str) -> bool:
    return periods.may_hold(Period.of(label), [Period.of(one) for one in others])


@pytest.mark.parametrize(
    ("label", "kind", "year", "first", "last"),
    [
        ("2026-02", Kind.MONTH, 2026, date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q4", Kind.QUARTER, 2026, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", Kind.YEAR, 2026, date(2026, 1, 1), date(2026, 12, 31)),
        ("until 2026-03", Kind.YEAR, 2026, None, date(2026, 3, 31)),
    ],
)
def test_a_label_says_the_kind_and_the_ends_of_a_period(
    label: str, kind: Kind, year: int, first: date | None, last: date
) -> None:
    found = Period.of(label)
    assert (found.kind, found.year, found.first_day, found.last_day) == (kind, year, first, last)


@pytest.mark.parametrize("label", ["", "2026-13", "2026-Q5", "26", "until 2026", "2026-03 ", "2026-3", "٢٠٢٦"])
def test_what_is_no_period_is_refused(label: str) -> None:
    with pytest.raises(TablesRefused) as refused:
        Period.of(label)
    assert refused.value.reason == "period"


def test_a_period_that_is_not_over_has_no_tables() -> None:
    with pytest.raises(TablesRefused) as refused:
        periods.require_closed(Period.of("2026-03"), date(2026, 3, 31))
    assert refused.value.reason == "early"
    periods.require_closed(Period.of("2026-03"), date(2026, 4, 1))


def test_an_account_stands_once_in_a_month_a_quarter_and_a_year_that_lie_within_each_other() -> None:
    assert may("2026-Q1", "2026-03")
    assert may("2026", "2026-03", "2026-Q1")
    assert may("2026-03", "2026-Q1")
    assert not may("2026-03", "2026-03")
    assert not may("2026-04", "2026-03")
    assert not may("2026-Q2", "2026-03")
    assert not may("2027", "2026-Q1")
    assert not may("2026-04", "until 2026-03")
    assert not may("2026", "until 2026-03")
    assert may("2026-02", "until 2026-03")
