"""Rules for the end of keeping: whole months, a month of grace, nothing that one clock or one lawyer can shorten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.consent.offers import offers
from testimony.domain.withdrawal import endings

DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))
ASKED = {"purposes": [{"purpose": "P01", "recipient": "organisation", "name": "x", "life_months": 24}]}


@given(DAYS)
def test_it_is_destroyed_when_the_month_after_its_last_one_is_over_and_not_a_day_earlier(last: date) -> None:
    until = endings.month_of(last)
    first = endings.destroyed_from(until)
    assert first.day == 1
    assert until <= endings.ended(first)
    assert until > endings.ended(first - timedelta(days=1))
    assert first - last >= timedelta(days=28)


@pytest.mark.parametrize(
    ("until", "first"), [("2028-11", "2029-01-01"), ("2028-12", "2029-02-01"), ("2028-10", "2028-12-01")]
)
def test_the_day_is_the_first_of_the_second_month_after_it(until: str, first: str) -> None:
    assert endings.destroyed_from(until).isoformat() == first


def test_the_latest_month_counts_and_no_end_is_later_than_each() -> None:
    assert endings.latest(["2028-11", "2030-01", "2029-12"]) == "2030-01"
    assert endings.latest(["2028-11", None]) is None
    assert endings.latest(["2028-11"]) == "2028-11"


@given(DAYS)
def test_what_ends_within_thirty_days_is_said(today: date) -> None:
    last = date.fromisoformat(f"{endings.soon(today)}-01")
    ends = endings.destroyed_from(endings.soon(today)) - timedelta(days=1)
    assert last <= today + timedelta(days=31)
    assert ends >= today


@pytest.mark.parametrize(
    ("today", "month"),
    [
        ("2028-11-01", "2028-11"),
        ("2028-11-30", "2028-11"),
        ("2028-12-01", "2028-12"),
        ("2028-10-31", "2028-11"),
        ("2028-10-30", "2028-10"),
    ],
)
def test_a_month_is_said_from_thirty_days_before_its_last_day(today: str, month: str) -> None:
    assert endings.soon(date.fromisoformat(today)) == month


def test_no_month_in_clear_shortens_the_life_that_the_roster_gave_by_more_than_a_draft_may_wait() -> None:
    asked, sealed = offers(ASKED), date(2026, 11, 30)
    assert endings.earliest(asked, signed=sealed, issued=date(2026, 11, 1)) == "2028-08"


@pytest.mark.parametrize("wrong", ["1970-01-01", "2016-02-29", "2026-10-31"])
def test_a_phone_whose_clock_is_behind_its_roster_counts_from_the_roster(wrong: str) -> None:
    signed = date.fromisoformat(wrong)
    assert endings.earliest(offers(ASKED), signed=signed, issued=date(2026, 11, 1)) == "2028-08"


def test_where_the_roster_gives_no_end_nobody_can_say_one() -> None:
    asked = offers({"purposes": [{"purpose": "P01", "recipient": "organisation", "name": "x", "life_months": None}]})
    assert endings.earliest(asked, signed=date(2026, 11, 30), issued=date(2026, 11, 1)) is None


@pytest.mark.parametrize("until", ["0000-01", "0001-12", "9999-11", "9999-12"])
def test_the_edges_of_the_calendar_break_nothing(until: str) -> None:
    assert endings.destroyed_from(until).day == 1
    assert endings.soon(date.max) >= "9999-11"
    assert endings.ended(date.min) == "0001-11" or endings.ended(date.min) == "0001-12"


@given(DAYS)
def test_the_last_day_is_in_the_month_and_no_other_day_follows(day: date) -> None:
    last = endings.last_day(endings.month_of(day))
    assert last >= day
    assert endings.month_of(last) == endings.month_of(day)
    assert endings.month_of(last + timedelta(days=1)) != endings.month_of(day)
