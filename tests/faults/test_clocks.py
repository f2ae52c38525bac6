"""Clocks from ten years ago to 2106: everything is taken in, receipts are true, and no day goes before the roster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from testimony.sealing.records import SignedRecord
from testimony.services import custody, outbox, soundness
from testimony.services import station as stations
from testimony.services.station import Station
from testimony.sync.exchange import exchange
from tests.services.world import World, names, said, take, tid_of
from tests.sync.world import held, to, waiting

DATES = ["2016-02-29", "2106-02-08"]
JUMPS = ["1970-01-01", "2038-01-20", "2016-02-29", "2106-02-08", "1970-01-01"]
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
        return [str(SignedRecord(data, ()).value["day"]) for _, data in custody.entries(session, 0, 1000)]


@pytest.mark.parametrize("day", DATES)
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
        assert [one.words for one in soundness.check(station.settings.home) if one.grave] == []


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
