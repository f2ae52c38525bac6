"""One exchange of a station at a time: the second waits, and says that another one exchanges."""

from __future__ import annotations

import pytest

from testimony.store.files.lock import HomeLock
from testimony.sync.client import turn
from testimony.sync.errors import ExchangeElsewhere
from tests.support.sync.world import World


def test_while_one_exchanges_no_other_does_and_afterwards_it_may(world: World) -> None:
    node = world.node()
    for _ in range(2):
        with turn.taken(node), pytest.raises(ExchangeElsewhere), turn.taken(node, timeout=0):
            pytest.fail("two exchanges at once")


def test_an_exchange_that_fails_gives_its_turn_back(world: World) -> None:
    node = world.node()
    with pytest.raises(ValueError, match="broken"), turn.taken(node):
        raise ValueError("broken")
    with turn.taken(node, timeout=0):
        pass


@pytest.mark.parametrize(("given", "waited"), [(None, turn.TURN_TIMEOUT), (0.0, 0.0), (7.0, 7.0)])
def test_it_waits_as_long_as_it_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, given: float | None, waited: float
) -> None:
    node, asked = world.node(), list[float]()

    def wait(_: HomeLock, seconds: float) -> bool:
        asked.append(seconds)
        return False

    monkeypatch.setattr(HomeLock, "wait", wait)
    with pytest.raises(ExchangeElsewhere), turn.taken(node, timeout=given):
        pytest.fail("it has no turn")
    assert asked == [waited]
