"""Map and timeline of accounts: inside the picture, turned with the page, and no finer than what was told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.incidents.similarity import Account
from testimony.questionnaire.codebook import Codebook
from testimony.web.desk.incidents.chart import MAP_HEIGHT, STATES, WIDTH, sketch, timeline

SEGMENTS = tuple(Codebook.load().segments)


def at(first: date, last: date | None = None) -> Account:
    return Account(first=first, last=last or first)


def test_every_border_of_the_gazetteer_can_be_drawn() -> None:
    ends = {code for one in Codebook.load().segments.values() for code in (one.origin, one.destination)}
    assert ends <= STATES.keys()
    for segment in SEGMENTS:
        drawn = sketch([segment])
        assert drawn is not None
        assert [way.segment for way in drawn.ways] == [segment]


@given(st.lists(st.sampled_from([*SEGMENTS, "", "HRV-HRV", "XXX-YYY", "HRV"]), max_size=12))
def test_states_stand_inside_the_picture_and_every_account_is_counted_once(segments: list[str]) -> None:
    drawn = sketch(segments)
    if drawn is None:
        assert not set(segments) & set(SEGMENTS)
        return
    assert sum(way.number for way in drawn.ways) + drawn.unplaced == len(segments)
    assert all(0 <= state.x <= WIDTH and 0 <= state.y <= MAP_HEIGHT for state in drawn.states)


def test_a_day_is_a_point_and_a_month_as_long_as_it_is() -> None:
    drawn = timeline([at(date(2026, 1, 18)), Account(), at(date(2026, 1, 1), date(2026, 1, 31))], turned=False)
    assert drawn is not None
    assert [(one.number, one.exact) for one in drawn.times] == [(1, True), (3, False)]
    assert drawn.undated == 1
    day, month = drawn.times
    assert month.x < day.x < month.x + month.width


@pytest.mark.parametrize("last", [date(2026, 1, 1), date(2026, 1, 9), date(2029, 5, 5)])
def test_on_a_page_from_the_right_time_runs_from_the_right(last: date) -> None:
    accounts = [at(date(2026, 1, 1), last), at(last)]
    left, right = timeline(accounts, turned=False), timeline(accounts, turned=True)
    assert left
    assert right
    for one, other in zip(left.times, right.times, strict=True):
        assert other.x + other.width + one.x == pytest.approx(WIDTH, abs=0.2)


@given(st.lists(st.tuples(st.dates(), st.dates()), min_size=1, max_size=8))
def test_whatever_days_were_told_nothing_leaves_the_picture(spans: list[tuple[date, date]]) -> None:
    drawn = timeline([at(min(span), max(span)) for span in spans], turned=False)
    for one in drawn.times if drawn else ():
        assert 0 <= one.x <= one.x + one.width <= WIDTH + 0.2
        assert 0 <= one.y <= drawn.height if drawn else True


def test_nothing_is_drawn_of_what_nobody_knows() -> None:
    assert timeline([Account()], turned=False) is None
    assert sketch(["", "x"]) is None
