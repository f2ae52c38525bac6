"""One wrong clock destroys no testimony: real stations, rosters from the future, clocks that jump and run back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from testimony.domain.time import Clock
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.integrity import fsck
from testimony.services.roster import adoption
from testimony.services.startup import open_station
from testimony.services.withdrawal import clock_readings, suspension
from testimony.station import clock as running_clock
from testimony.station import running_time
from testimony.station.station import Station
from tests.support.each_time import each_time
from tests.support.services import clocks
from tests.support.services.consent.withdrawals import is_served
from tests.support.services.world import World, take, tid_of

DAY = date(2026, 11, 29)
LATER = DAY + GRACE_PERIOD
KINDS = ["node", "central", "desk"]
SECONDS = [Clock.CENTRAL, Clock.NODES, Clock.READERS, Clock.PERSON, Clock.RUNNING]
TELLING = (
    ("node", Clock.CENTRAL),
    ("node", Clock.RUNNING),
    ("central", Clock.NODES),
    ("central", Clock.READERS),
    ("desk", Clock.PERSON),
)
"""A station, and the clock that agrees with its own: each of them at least once."""


def withdrawal(world: World, sealed: SealedTestimony, day: date) -> SignedRecord:
    return statements.withdrawal(tid=tid_of(sealed), scope="all", day=day.isoformat(), signer=world.device)


def suspended(world: World, station: Station, day: date = DAY) -> SealedTestimony:
    sealed = world.coded()
    take(station, sealed, withdrawal(world, sealed, day))
    assert not is_served(station, sealed)
    return sealed


def is_there(station: Station, sealed: SealedTestimony) -> bool:
    return station.shred_keys.find(tid_of(sealed)) is not None


def due(station: Station, sealed: SealedTestimony) -> str | None:
    with station.database.reading() as session:
        return suspension.due_of(session, tid_of(sealed))


@pytest.mark.parametrize("kind", KINDS)
def test_a_roster_three_months_ahead_signed_by_two_of_three_destroys_nothing(world: World, kind: str) -> None:
    """As it was found: the signer's computer was ahead, and every station took the roster's date for today."""
    station: Station = getattr(world, kind)()
    today = datetime.now(UTC).date()
    sealed = suspended(world, station, today)
    future = today + timedelta(days=92)
    roster = world.next_roster(issued=future.isoformat(), expires=(future + timedelta(days=92)).isoformat())
    assert len(roster.sigs) == 2
    with station.database.transaction() as session:
        assert adoption.adopt(station, session, roster)
    assert suspension.sweep(station) == 0
    assert is_there(station, sealed)
    assert not is_served(station, sealed)
    home = station.settings.home
    station.close()
    again = open_station(home)
    world.opened.append(again)
    assert is_there(again, sealed), "nor at the next start"
    assert again.today() == today.isoformat(), "its date is not today"
    assert [one.subject for one in fsck.check(home)].count("clock") == 1


@pytest.mark.parametrize(("kind", "second"), each_time(itertools.product(KINDS, SECONDS), *TELLING))
def test_with_two_clocks_it_is_destroyed_on_its_day(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, second: Clock
) -> None:
    clocks.show(monkeypatch, DAY.isoformat(), {})
    station: Station = getattr(world, kind)()
    sealed = suspended(world, station)
    eve, day = ((LATER - timedelta(days=less)).isoformat() for less in (1, 0))
    clocks.show(monkeypatch, eve, {second: eve} if second != Clock.RUNNING else {})
    assert suspension.sweep(station) == 0
    clocks.show(monkeypatch, day, {})
    assert suspension.sweep(station) == 0, "one clock alone"
    with station.database.reading() as session:
        assert suspension.held(session, station.clocks()) == 1
    if second == Clock.RUNNING:
        clocks.run_for(monkeypatch, GRACE_PERIOD)
    else:
        clocks.show(monkeypatch, day, {second: day})
    assert suspension.sweep(station) == 1
    assert not is_there(station, sealed)
    assert suspension.sweep(station) == 0, "and not twice"


@pytest.mark.parametrize("far", ["1970-01-01", "2016-02-29", "2026-12-13", "2036-01-01", "2038-01-20", "2106-02-08"])
def test_a_clock_that_jumps_and_runs_back_destroys_nothing_early_and_nothing_twice(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch, far: str
) -> None:
    clocks.show(monkeypatch, DAY.isoformat(), {})
    sealed = suspended(world, node)
    for shown in (far, "1970-01-01", far, DAY.isoformat()):
        clocks.show(monkeypatch, shown, {Clock.CENTRAL: DAY.isoformat()})
        assert suspension.sweep(node) == 0
    assert is_there(node, sealed)
    clocks.show(monkeypatch, LATER.isoformat(), {Clock.CENTRAL: LATER.isoformat()})
    assert suspension.sweep(node) == 1
    clocks.show(monkeypatch, DAY.isoformat(), {Clock.CENTRAL: LATER.isoformat()})
    assert suspension.sweep(node) == 0
    assert {one.status for one in take(node, sealed).statuses} == {"withdrawn"}


def test_a_clock_that_was_behind_when_a_late_withdrawal_came_and_is_set_destroys_nothing_early(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Pi without a battery shows the day on which it was switched off, until the network sets it."""
    clocks.show(monkeypatch, "2026-11-01", {Clock.CENTRAL: "2026-11-01"})
    sealed = suspended(world, node, date(2026, 10, 20))
    assert due(node, sealed) == "2026-11-15"
    clocks.show(monkeypatch, DAY.isoformat(), {Clock.CENTRAL: DAY.isoformat()})
    assert suspension.sweep(node) == 0
    clock_readings.hear(node, Clock.CENTRAL, DAY, fresh=True)
    assert due(node, sealed) == LATER.isoformat(), "from now on two clocks agree"
    assert node.journal.read()[-1].due == LATER.isoformat()
    clocks.show(monkeypatch, LATER.isoformat(), {Clock.CENTRAL: LATER.isoformat()})
    assert suspension.sweep(node) == 1
    assert not is_there(node, sealed)


@pytest.mark.parametrize("fresh", [True, False])
def test_only_a_clock_that_is_read_now_and_agrees_confirms_a_start(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    clocks.show(monkeypatch, DAY.isoformat(), {})
    sealed = suspended(world, node, date(2026, 10, 20))
    clock_readings.hear(node, Clock.CENTRAL, DAY - timedelta(days=2), fresh=True)
    clock_readings.hear(node, Clock.CENTRAL, DAY, fresh=fresh)
    clocks.agree(monkeypatch, LATER.isoformat())
    assert suspension.sweep(node) == int(fresh)
    assert is_there(node, sealed) is not fresh


def test_a_start_in_doubt_stays_so_when_the_database_is_lost(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, DAY.isoformat(), {})
    suspended(world, node, date(2026, 10, 20))
    suspended(world, node, DAY)
    assert [line.word for line in node.journal.read()] == ["doubted", "suspended"]


def test_the_running_time_counts_over_restarts_of_the_program_and_not_while_the_machine_is_off(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def total(station: Station) -> timedelta:
        clock_readings.look(station)
        with station.database.reading() as session:
            return running_time.total(session)

    before = total(node)
    clocks.run_for(monkeypatch, timedelta(days=3))
    assert timedelta(days=3) <= total(node) - before < timedelta(days=3, hours=1)
    monkeypatch.setattr(running_clock, "boot", lambda: "another run")
    monkeypatch.setattr(running_clock, "running", lambda: 10_000_000.0)
    assert total(node) - before < timedelta(days=3, hours=1), "another run of the machine, or another machine"
    monkeypatch.setattr(running_clock, "running", lambda: 10_000_000.0 + 86400)
    assert timedelta(days=4) <= total(node) - before < timedelta(days=4, hours=1)
    monkeypatch.setattr(running_clock, "running", lambda: 5.0)
    assert total(node) - before < timedelta(days=4, hours=1), "a machine that was set back"


def test_of_two_servers_of_one_database_one_adds_up_and_the_other_goes_on_when_it_stops(
    world: World, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(central.database), "is_shared", True)
    seconds: Callable[[float], None] = lambda now: monkeypatch.setattr(running_clock, "running", lambda: now)  # noqa: E731
    on: Callable[[str], None] = lambda boot: monkeypatch.setattr(running_clock, "boot", lambda: boot)  # noqa: E731

    def look() -> int:
        clock_readings.look(central)
        with central.database.reading() as session:
            return int(running_time.total(session).total_seconds())

    on("first"), seconds(1000)
    start = look()
    central.other_server = None
    on("second"), seconds(50_000)
    assert look() == start
    seconds(50_000 + 3600)
    assert look() == start, "the first has only paused"
    seconds(50_000 + 4 * 3600)
    look()
    seconds(50_000 + 5 * 3600)
    assert look() == start + 3600
