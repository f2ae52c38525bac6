"""Clocks from ten years ago to 2106: everything is taken in, receipts are true, nothing is destroyed or dropped early.

What phones do with such clocks: `tests/web/interview/outbox/test_wrong_clocks.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import func, select

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.integrity import fsck
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.withdrawal import suspension
from testimony.station import station as stations
from testimony.station.station import Station
from testimony.store.models.outbox import OutboxRow
from testimony.sync.client.exchange import exchange
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.support.cli.program import four_free_ports, run, serving
from tests.support.each_time import each_time
from tests.support.services.world import World, incoming, names, said, take, tid_of
from tests.support.sync.exactly_once import require_gone, require_once, require_true_receipts
from tests.support.sync.world import held, to, waiting

DATES = ["2016-02-29", "2106-02-08"]
JUMPS = ["1970-01-01", "2038-01-20", "2016-02-29", "2106-02-08", "1970-01-01"]
LONG_AGO, FAR_AHEAD = "-10y", "@2106-02-08 12:00:00"
Clock = Callable[[str], None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock of everything in this process to noon of a day."""

    def set_to(day: str) -> None:
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")

        class Wrong(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return noon.astimezone(tz or UTC)

        monkeypatch.setattr(stations, "datetime", Wrong)
        monkeypatch.setattr(time, "time", noon.timestamp)

    return set_to


def days(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [str(SignedRecord(data, ()).value["day"]) for _, data in custody_log.entries(session, 0, 1000)]


@pytest.mark.parametrize("day", each_time(DATES, "2106-02-08"))
def test_with_any_clock_a_testimony_goes_all_the_way_and_back(world: World, clock: Clock, day: str) -> None:
    clock(day)
    node, central, desk = world.node(), world.central(), world.desk()
    issued = world.chain.latest.issued
    sealed, withdrawn = world.coded(day=day), world.coded(day=day)
    receipts = take(node, sealed, withdrawn).receipts
    assert [receipt.value["parts"] for receipt in receipts] == [sorted(names(one)) for one in (sealed, withdrawn)]
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(central, sealed) == names(sealed)
    with node.database.reading() as session:
        assert outbox.receipt_of(session, sealed.record.id, central.kid) is not None
    take(node, world.withdrawal(withdrawn))
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert all(station.shred_keys.find(tid_of(withdrawn)) is None for station in (node, central, desk))
    assert min(days(node) + days(central)) >= issued
    for station in (node, central, desk):
        station.close()
        assert [one.words for one in fsck.check(station.settings.home) if one.grave] == []


def test_a_clock_that_jumps_loses_and_doubles_nothing(world: World, clock: Clock) -> None:
    node, central = world.node(), world.central()
    everything = []
    for day in JUMPS:
        clock(day)
        everything.append(sealed := world.coded(day=day))
        assert set(said(take(node, sealed))) == {"stored"}
        exchange(node, to(central, world.station))
        assert waiting(node) == []
        assert node.today() >= world.chain.latest.issued
        assert set(said(take(node, sealed))) == {"duplicate"}
    assert [held(central, one) for one in everything] == [names(one) for one in everything]
    assert len(days(central)) == 1 + len(everything)


def test_a_central_that_is_far_ahead_moves_no_other_station_s_day(world: World, clock: Clock) -> None:
    """docs/time.md: a day in central's log is no floor, or one wrong clock would end every time limit."""
    clock("2026-11-24")
    node, central = world.node(), world.central()
    passed_on, sealed = world.coded(), world.testimony()
    take(node, passed_on)
    exchange(node, to(central, world.station))
    clock("2106-02-08")
    take(central, world.withdraw(passed_on), sealed)  # a lawyer's word: held back, and destroyed after two weeks
    assert max(days(central)) < "2027", "years ahead of everything that it knows, its clock counts for nothing"
    clock("2026-11-25")
    exchange(node, to(central, world.station))
    assert node.today() == "2026-11-25"
    assert max(days(node)) == "2026-11-25"
    with node.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(passed_on))
    suspension.sweep(node)
    assert node.shred_keys.find(tid_of(passed_on)) is not None


@pytest.mark.parametrize(
    ("of_node", "of_central"),
    [
        pytest.param(LONG_AGO, LONG_AGO, marks=pytest.mark.long),
        pytest.param(FAR_AHEAD, FAR_AHEAD, marks=pytest.mark.long),
        (LONG_AGO, FAR_AHEAD),
    ],
)
def test_stations_that_are_served_with_any_clock_take_in_sign_and_deliver(
    world: World, wrong_clock: Callable[[str], dict[str, str]], of_node: str, of_central: str
) -> None:
    node, central = world.node(), world.central()
    homes = [station.settings.home for station in (node, central)]
    node.close()
    central.close()
    port, clock = four_free_ports(), wrong_clock(of_node)
    sealed, withdrawn = world.coded(day="2016-02-29"), world.coded(day="2106-02-08")
    taken_back = Frame("record", world.withdrawal(withdrawn).encode())

    def synchronise() -> None:
        done = run("sync", "--home", homes[0], "--to", f"http://127.0.0.1:{port + 1}", **clock)
        assert done.returncode == 0, done.stdout + done.stderr

    with serving("field", homes[0], port, **clock), serving("central", homes[1], port + 1, **wrong_clock(of_central)):
        phone = Transport(f"http://127.0.0.1:{port}", None)
        answer = phone.batch([Frame(item.kind, item.payload) for item in incoming(sealed, withdrawn)])
        assert len([frame for frame in answer if frame.kind == "record"]) == 2
        synchronise()
        phone.batch([taken_back])
        synchronise()
        synchronise()  # what was destroyed is said, too
    node, central = map(open_station, homes)
    world.opened += [node, central]
    assert waiting(node) == []
    require_once(central, [sealed])
    for station in (node, central):
        require_gone(station, withdrawn)
    assert require_true_receipts(node, central) >= 2
    assert min(days(node) + days(central)) >= world.chain.latest.issued
    if of_node != of_central:
        assert max(days(node) + days(central)) < "2100", "no clock is today that is years ahead of all others"
    for station, shown in ((node, of_node), (central, of_central)):
        station.close()
        assert [one.words for one in fsck.check(station.settings.home) if one.grave] == []
        checked = run("check", "--home", station.settings.home, **wrong_clock(shown))
        agree = of_node == of_central == FAR_AHEAD
        assert ("The clock of this machine shows " in checked.stdout) is not agree, "not the clock that was asked for"


@pytest.mark.parametrize("shown", each_time(["@2036-01-01 12:00:00", FAR_AHEAD, "+120d", "-10y"], FAR_AHEAD))
def test_a_node_that_starts_with_a_wrong_clock_drops_0_of_20_and_destroys_no_suspended_testimony(
    world: World, wrong_clock: Callable[[str], dict[str, str]], shown: str
) -> None:
    node, central = world.node(), world.central()
    everything = [world.coded() for _ in range(20)]
    take(node, *everything)
    exchange(node, to(central, world.station))
    suspended, today = world.coded(), datetime.now(UTC).date().isoformat()
    told = statements.withdrawal(tid=tid_of(suspended), scope="all", day=today, signer=world.device)
    take(node, suspended, told)
    homes = [station.settings.home for station in (node, central)]
    node.close()
    central.close()
    port = four_free_ports()
    with serving("central", homes[1], port):
        done = run("sync", "--home", homes[0], "--to", f"http://127.0.0.1:{port}", **wrong_clock(shown))
    assert done.returncode == 0, done.stdout + done.stderr
    checked = run("check", "--home", homes[0], **wrong_clock(shown))
    assert checked.returncode == 0, checked.stdout
    assert "  clock " in checked.stdout
    node = open_station(homes[0])
    world.opened.append(node)
    with node.database.reading() as session:
        assert session.scalar(select(func.count()).where(OutboxRow.dropped)) == 0
        assert not record_queries.is_served(session, tid_of(suspended))
    assert [held(node, one) for one in everything] == [names(one) for one in everything]
    assert node.shred_keys.find(tid_of(suspended)) is not None
