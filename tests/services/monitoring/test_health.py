"""What a station reports of itself to a monitor: each warning by itself, and the limits of what counts as soon."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from testimony.services.delivery.refusals import Counted
from testimony.services.monitoring import health
from testimony.services.monitoring.health import Condition
from testimony.station.station import Station

WELL = Condition(
    software="1.0",
    free=5,
    floor=4,
    roster_no=1,
    roster_ends="2027-12-03",
    roster_days=365,
    exchanged=0,
    ballast=True,
    rejected=(),
    refused=(),
    damaged=0,
    unsound=False,
    forked=False,
    marked="",
    clock=None,
    form="",
    until="",
    certificate_days=None,
    clocks=(),
)


@pytest.mark.parametrize(
    ("change", "warnings"),
    [
        ({}, []),
        ({"damaged": 1}, ["damaged"]),
        ({"unsound": True}, ["database"]),
        ({"forked": True}, ["forked"]),
        ({"marked": "2026-12-03"}, ["marked"]),
        ({"refused": (Counted(rule="structure", number=1, day="2026-12-03"),)}, ["refused"]),
        ({"ballast": False}, ["ballast"]),
        ({"ballast": False, "damaged": 2, "forked": True}, ["damaged", "forked", "ballast"]),
    ],
)
def test_each_warning_stands_for_one_thing(change: dict[str, Any], warnings: list[str]) -> None:
    assert replace(WELL, **change).warnings == warnings


@pytest.mark.parametrize(("clock", "off"), [(None, False), (0, False), (5, False), (-5, False), (6, True), (-6, True)])
def test_a_clock_is_off_by_more_than_a_few_minutes(clock: int | None, off: bool) -> None:
    assert replace(WELL, clock=clock).clock_is_off is off


@pytest.mark.parametrize(("free", "room"), [(5, True), (4, False), (0, False)])
def test_there_is_room_above_the_floor(free: int, room: bool) -> None:
    assert replace(WELL, free=free).has_room is room


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (29, True), (30, False)])
def test_a_roster_ends_soon_in_its_last_month_and_not_when_it_has_ended(days: int, soon: bool) -> None:
    assert replace(WELL, roster_days=days).roster_soon is soon


@pytest.mark.parametrize(
    ("days", "age"), [(None, "never"), (0, "day"), (1, "day"), (2, "week"), (7, "week"), (8, "older")]
)
def test_the_age_of_the_last_exchange(days: int | None, age: str) -> None:
    assert replace(WELL, exchanged=days).exchange_age == age


def test_a_sound_central_warns_of_nothing_and_has_nothing_of_a_node(central: Station) -> None:
    with central.database.reading() as session:
        found = health.look(central, session)
    assert found.roster_no == central.chain.latest.no
    assert found.roster_ends == central.chain.latest.expires
    assert (found.exchanged, found.exchange_age) == (None, "never")
    assert (found.rejected, found.refused, found.damaged, found.marked) == ((), (), 0, "")
    assert (found.unsound, found.forked, found.clock) == (False, False, None)
    assert (found.form, found.until, found.certificate_days) == ("", "", None)
    assert health.certificate_ends(central) is None


def test_a_node_names_its_questionnaire(node: Station) -> None:
    with node.database.reading() as session:
        assert health.look(node, session).form


def test_a_store_that_takes_a_row_each_time_is_writable(central: Station) -> None:
    assert [health.try_store(central) for _ in range(2)] == ["writable", "writable"]
