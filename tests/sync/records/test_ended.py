"""Keeping ends at one station before another: nothing waits for ever, and nobody is said to hide anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testimony.services.continuity import reoffer
from testimony.services.delivery import refusals
from tests.support.sync.fleet import Fleet
from tests.support.sync.hostile_central import found_gaps
from tests.support.sync.removable_media import bring_bytes
from tests.support.sync.supply import Supply
from tests.support.sync.world import waiting


@pytest.fixture(scope="module")
def supply(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supply]:
    supply = Supply(tmp_path_factory.mktemp("ended"), 1)
    yield supply
    supply.world.close()


@pytest.fixture
def fleet(supply: Supply) -> Iterator[Fleet]:
    """One testimony at the node; central knows nothing of it."""
    fleet = Fleet(supply)
    fleet.seal("phone-a")
    fleet.deliver("phone-a", "node", heard=False)
    yield fleet
    fleet.close()


def require_rest(fleet: Fleet) -> None:
    report = fleet.exchange("node")
    assert report is not None
    node = fleet.stations["node"]
    with node.database.reading() as session:
        assert (reoffer.count_waiting(session), refusals.standing(session)) == (0, [])
    assert (waiting(node), report.pushed.waiting, report.pushed.refused) == ([], 0, {})


@pytest.mark.parametrize("first", ["use", "end"])
def test_a_use_that_was_taken_back_is_not_waited_for_after_keeping_ended(fleet: Fleet, first: str) -> None:
    acts = {"use": lambda: fleet.use(0, "node"), "end": lambda: fleet.end("node")}
    acts.pop(first)()
    acts.popitem()[1]()
    require_rest(fleet)
    require_rest(fleet)


def test_it_is_waited_for_until_central_refused_it(fleet: Fleet) -> None:
    """Nobody retires a node that has something which central never heard of."""
    fleet.use(0, "node")
    fleet.end("node")
    assert fleet.supply.pool[0].uses.record.id in waiting(fleet.stations["node"])


def test_an_answer_on_a_stick_ends_the_waiting_too(fleet: Fleet) -> None:
    fleet.use(0, "node")
    fleet.end("node")
    fleet.export("node")
    fleet.bring(0, torn=False, clone=False)
    fleet.answer("node")
    node, data = fleet.stations["node"], fleet.sticks[-1].data
    assert bring_bytes(node, data, fleet.home).refused == {}
    with node.database.reading() as session:
        assert (reoffer.count_waiting(session), refusals.standing(session)) == (0, [])


def test_central_gets_it_once_the_testimony_came_by_another_node(fleet: Fleet) -> None:
    fleet.use(0, "node")
    fleet.end("node")
    require_rest(fleet)
    fleet.deliver("phone-a", "node-2")
    fleet.exchange("node-2")
    report = fleet.exchange("node")
    assert report is not None
    assert report.pushed.delivered == 1
    annex = fleet.supply.pool[0].uses.record.id
    assert annex in fleet.holdings("central")


def test_a_withdrawal_of_what_central_destroyed_before_is_hidden_by_nobody(fleet: Fleet) -> None:
    fleet.exchange("node")
    fleet.end("central")
    fleet.withdraw(0, "node", "early")
    for _ in range(2):
        require_rest(fleet)
    assert found_gaps(fleet.stations["node"]).unlogged == ()
