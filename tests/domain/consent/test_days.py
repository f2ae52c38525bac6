"""A consent says the same on every day between two turns, and something else may stand on the day after."""

from __future__ import annotations

from datetime import date, timedelta

from testimony.domain.consent import authority, days, fold
from testimony.domain.consent.authority import INTERVIEW, Said
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose

BEGIN = date(2026, 1, 20)
EVENTS = (
    ConsentEvent(id="a", act=Act.GRANT, purpose=Purpose.RECORD, recipient="organisation", day=BEGIN),
    ConsentEvent(id="b", act=Act.GRANT, purpose=Purpose.LAWYER, recipient="lawyers", day=BEGIN, life_months=1),
    ConsentEvent(
        id="c", act=Act.GRANT, purpose=Purpose.COUNT, recipient="public", day=BEGIN + timedelta(9), life_months=2
    ),
    ConsentEvent(
        id="d", act=Act.WITHDRAW, purpose=Purpose.COUNT, recipient="public", day=BEGIN + timedelta(20),
        after=frozenset({"c"}),
    ),
)  # fmt: skip


def stands(at: date) -> object:
    said = [Said(event=event, signer=INTERVIEW, role=INTERVIEW) for event in EVENTS]
    counted = authority.counted(said, at)
    return fold.states(counted.events, at), fold.usable(counted.events, at), counted.refused


def test_on_all_days_that_are_called_steady_everything_stands_as_on_the_day_that_was_asked() -> None:
    year = {day: stands(day) for day in (BEGIN + timedelta(number) for number in range(-30, 335))}
    for at, found in year.items():
        first, last = days.steady(EVENTS, at)
        assert first <= at <= last
        assert all(there == found for day, there in year.items() if first <= day <= last)
    assert len({days.steady(EVENTS, at) for at in year}) > 4


def test_without_a_limit_it_is_steady_for_ever() -> None:
    first, last = days.steady(EVENTS[:1], date(2500, 1, 1))
    assert (first, last) == (BEGIN - timedelta(1), date.max)
