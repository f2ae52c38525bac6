"""Clocks from 1970 to 2106 in every combination: one wrong one ends no time limit early, right ones end it in time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from testimony.domain.time import ALONE, Clock, Clocks, Dating, Wrong, dating
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from tests.support.each_time import each_time

A_DAY = timedelta(days=1)
KEPT = timedelta(days=30)
BEGINNINGS = [date(2026, 11, 29), date(2069, 12, 31), date(2105, 12, 1)]
ELAPSED = [0, 5, 13, 14, 29, 30, 100]
WRONG_BY = [-90, -21, 1, 14, 90, 3650]
FIXED = [date(1970, 1, 1), date(2016, 2, 29), date(2038, 1, 20), date(2106, 2, 8)]
FAULTY = ["nothing", "own", "roster", "signer", Clock.CENTRAL, Clock.NODES, Clock.READERS, Clock.PHONES, Clock.STAMPS]
HEARD = [(), (Clock.CENTRAL,), (Clock.CENTRAL, Clock.READERS, Clock.STAMPS)]


def wrong_dates(day: date) -> list[date]:
    return [*(day + timedelta(days=days) for days in WRONG_BY), *FIXED]


def shown(day: date, faulty: str, said: date, heard: tuple[Clock, ...], behind: int) -> Clocks:
    """The clocks on `day`: all right but one, which says `said`. Others were heard `behind` days ago."""
    others = {name: day - timedelta(days=behind) for name in heard}
    if faulty in others or (isinstance(faulty, Clock)):
        others[Clock(faulty)] = said
    roster = said if faulty == "roster" else day - timedelta(days=60)
    return Clocks(said if faulty == "own" else day, roster, others)


def combinations() -> Iterator[tuple[int, int, date, Clocks, Clocks]]:
    """How old the others' dates were at the beginning, days since, the signer's date, and the clocks on both days."""
    for day, faulty, heard, behind in itertools.product(BEGINNINGS, FAULTY, HEARD, (0, 40)):
        for then, elapsed, late in itertools.product(wrong_dates(day), ELAPSED, (0, 9)):
            if faulty == "own" and late and then == day - timedelta(days=late):
                continue  # wrong by just as much as the record is late: docs/time.md names it
            signed = then if faulty == "signer" else day - timedelta(days=late)
            before, today = shown(day, faulty, then, heard, behind), day + timedelta(days=elapsed)
            for later in sorted({*FIXED, then, then + timedelta(days=elapsed), today, today + timedelta(days=45)}):
                yield behind, elapsed, signed, before, shown(today, faulty, later, heard, 0)


@pytest.mark.parametrize(("step", "tries"), each_time([(1, 337_608), (11, 30_692)], (11, 30_692)))
def test_one_wrong_clock_destroys_nothing_before_its_time(step: int, tries: int) -> None:
    tried = 0
    for _, elapsed, signed, before, now in itertools.islice(combinations(), 0, None, step):
        start = before.start_of(signed)
        for ran in (timedelta(), timedelta(days=elapsed)):
            over = now.is_over(start.day + GRACE_PERIOD, grace=GRACE_PERIOD, ran=ran, sure=start.sure)
            assert not over or elapsed >= 14, (elapsed, ran, signed, before, now)
            tried += 1
    assert tried == tries, "docs/time.md says how many"


@pytest.mark.parametrize(("step", "tries"), each_time([(1, 59_394), (11, 5_401)], (11, 5_401)))
def test_one_wrong_clock_drops_no_copy_before_its_time(step: int, tries: int) -> None:
    tried = 0
    for behind, elapsed, _, before, now in itertools.islice(combinations(), 0, None, step):
        if Clock.CENTRAL in before.others and not behind:  # it signed just now
            upto = now.common()
            assert upto is None or before.delivered + KEPT > upto or elapsed >= 30, (elapsed, before, now)
            tried += 1
    assert tried == tries, "docs/time.md says how many"


@pytest.mark.parametrize("day", BEGINNINGS)
@pytest.mark.parametrize("roster", [timedelta(), timedelta(400)])
def test_with_right_clocks_a_time_limit_ends_on_its_day(day: date, roster: timedelta) -> None:
    start = Clocks(day, day - roster).start_of(day)
    due = start.day + GRACE_PERIOD
    for later in (13, 14):
        now = day + timedelta(days=later)
        for clocks, ran in (
            (Clocks(now, now - roster, {Clock.CENTRAL: now}), timedelta()),  # a desk, or a node that was away for weeks
            (Clocks(now, now - roster, {Clock.NODES: now}), timedelta()),  # central
            (Clocks(now, now - roster), timedelta(days=later - 1, hours=3)),  # a node that nobody visits
            (Clocks(now, now - roster, {Clock.PERSON: now}), timedelta()),
            (Clocks(date(1970, 1, 1), now - roster, {Clock.PHONES: now}), timedelta(days=later - 1, hours=3)),
        ):
            assert clocks.is_over(due, grace=GRACE_PERIOD, ran=ran, sure=start.sure) is (later == 14)


def test_a_clock_that_runs_back_while_a_time_limit_passes_ends_it_neither_early_nor_for_ever() -> None:
    day = date(2026, 11, 29)
    due = Clocks(day).start_of(day).day + GRACE_PERIOD
    back = Clocks(date(1970, 1, 1), day, {Clock.CENTRAL: due})
    assert not back.is_over(due, grace=GRACE_PERIOD, ran=timedelta(days=10), sure=True)
    assert back.is_over(due, grace=GRACE_PERIOD, ran=timedelta(days=14), sure=True)


def test_a_roster_from_the_future_is_nobody_s_today_and_a_finding() -> None:
    day, future = date(2026, 11, 29), date(2027, 2, 28)
    for others in ({}, {Clock.CENTRAL: day}, {Clock.CENTRAL: day, Clock.PHONES: day}):
        clocks = Clocks(day, future, others)
        assert clocks.today == day
        assert [(one.wrong, one.day) for one in clocks.findings()] == [(Wrong.ROSTER, future)]
    behind = Clocks(day, future, {Clock.CENTRAL: future, Clock.PHONES: future})
    assert behind.today == future
    assert list(behind.findings()) == []


@pytest.mark.parametrize("shown", [date(1970, 1, 1), date(2016, 2, 29)])
def test_a_clock_that_is_not_set_is_a_finding_and_the_day_is_the_latest_that_is_known(shown: date) -> None:
    roster = date(2026, 9, 1)
    assert Clocks(shown, roster).today == roster
    assert Clocks(shown, roster, {Clock.CENTRAL: date(2026, 11, 29)}).today == date(2026, 11, 29)
    assert Clocks(shown, date(2027, 2, 28), {Clock.CENTRAL: date(2026, 11, 29)}).today == date(2026, 11, 29)
    assert [one.wrong for one in Clocks(shown, roster).findings()] == [Wrong.LOST]


def test_a_clock_that_is_years_ahead_of_all_others_is_no_clock() -> None:
    roster = date(2026, 9, 1)
    clocks = Clocks(date(2036, 1, 1), roster, {Clock.PHONES: date(2026, 11, 29)})
    assert clocks.today == date(2026, 11, 29)
    assert clocks.past(date(2026, 12, 9)) == frozenset()
    assert [one.wrong for one in clocks.findings()] == [Wrong.OWN]
    assert Clocks(roster + ALONE, roster).today == roster + ALONE


def test_another_clock_that_is_ahead_of_all_is_a_finding() -> None:
    day = date(2026, 11, 29)
    clocks = Clocks(day, day, {Clock.CENTRAL: date(2106, 2, 8), Clock.PHONES: day})
    assert [(one.wrong, one.clock, one.known) for one in clocks.findings()] == [(Wrong.OTHER, Clock.CENTRAL, day)]
    assert list(Clocks(day, day, {Clock.CENTRAL: day + A_DAY}).findings()) == []


@pytest.mark.parametrize(
    ("issued", "said"),
    [
        ("2026-11-01", "same"),
        ("2026-10-31", "behind"),
        ("2026-11-29", "usual"),
        ("2026-11-02", "same"),
        ("2026-12-05", "ahead"),
        ("2027-02-28", "ahead"),
        ("1970-01-01", "behind"),
        ("2036-01-01", "ahead"),
    ],
)
def test_the_date_of_the_next_roster_is_compared_with_the_last_one_and_with_another_clock(
    issued: str, said: str
) -> None:
    found = dating(date.fromisoformat(issued), date(2026, 11, 1), date(2026, 11, 29))
    assert found is Dating(said)
    far = date(2027, 2, 28)
    assert dating(far, date(2026, 11, 1)) is Dating.AHEAD, "where there is no other device"
    assert dating(date(2027, 2, 1), date(2026, 11, 1)) is Dating.USUAL
    assert dating(far, date(2026, 11, 1), far) is Dating.USUAL, "two devices agree"
