"""Killed at any step of taking in, a station has what it acknowledged, whole, and takes the rest when it comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.custody import log as custody_log
from testimony.services.startup import open_station
from tests.support.faults import deliveries
from tests.support.faults.deliveries import Delivery
from tests.support.services.world import World, incoming, record, tid_of

AT = 3
TAKING_IN = [
    "before a key is written",
    "before a body is written",
    "before a body gets its name",
    "before the rows are entered",
    "before the log is written",
    "before the commit",
    "before the answer",
]
SHREDDING = ["before a key is shredded", "before the heads are erased", "before the commit", "before the answer"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("killed"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def testimonies(world: World) -> list[Delivery]:
    return [incoming(world.coded()) for _ in range(4)]


def node(world: World, name: str) -> Path:
    """The home of a new node, closed."""
    station = world.create(name, "field", world.station)
    station.close()
    return station.settings.home


def killed(home: Path, file: Path, point: str, times: int) -> int:
    """Run the writer until it kills itself at `point`; how many deliveries it had acknowledged."""
    process = deliveries.start(home, file, point, str(times))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -9, f"it was to be killed {point}"
    return deliveries.acknowledged(output)


@pytest.mark.parametrize("point", TAKING_IN)
def test_what_was_acknowledged_is_there_and_the_rest_is_taken_again(
    world: World, testimonies: list[Delivery], tmp_path: Path, point: str
) -> None:
    home = node(world, f"taking-in-{TAKING_IN.index(point)}")
    times = AT * (6 if "body" in point else 1)
    done = killed(home, deliveries.write(tmp_path / "deliveries", testimonies), point, times)
    with open_station(home) as station:
        assert done < len(testimonies)
        assert deliveries.missing(station, testimonies[:done]) == []
        receipts = [deliveries.again(station, delivery).receipts for delivery in testimonies]
        assert [len(given) for given in receipts] == [1] * len(testimonies)
        assert deliveries.missing(station, testimonies) == []
        with station.database.reading() as session:
            size = custody_log.size(session)
        assert size == 1 + len(testimonies), "each stands in the log once, behind the roster"
        assert not list((home / "parts" / "incoming").iterdir())


@pytest.mark.parametrize("point", SHREDDING)
def test_a_withdrawal_that_was_cut_short_is_finished(world: World, tmp_path: Path, point: str) -> None:
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    todo = [incoming(sealed), [record(withdrawn)]]
    home = node(world, f"shredding-{SHREDDING.index(point)}")
    second = {"before the commit": 2, "before the answer": 2}
    done = killed(home, deliveries.write(tmp_path / "deliveries", todo), point, second.get(point, 1))
    assert done == 1
    with open_station(home) as station:
        if point != "before the commit":
            assert deliveries.missing(station, [todo[0]]), "nothing is served from the tombstone on"
        deliveries.again(station, todo[1])
        assert station.shred_keys.find(tid_of(sealed)) is None
        assert len(deliveries.missing(station, [todo[0]])) == len(todo[0])
        assert not any(station.parts.holds(part["body"]) for part in sealed.record.value["parts"])
        with station.database.reading() as session:
            kinds = [custody_log.position_of(session, withdrawn.id, kind) for kind in ("withdrawn", "shredded")]
        assert None not in kinds
