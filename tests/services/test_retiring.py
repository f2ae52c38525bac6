"""A node keeps what central signed for as long as central could have lost it, or as long as there is room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from testimony.services import outbox
from testimony.services.retiring import KEPT_DAYS, retire
from testimony.services.station import Station
from tests.services.test_outbox import here
from tests.services.world import World, names, take


def deliver(world: World, node: Station, central: Station) -> object:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    return sealed


def later(monkeypatch: pytest.MonkeyPatch, node: Station, days: int) -> None:
    day = (date.fromisoformat(node.today()) + timedelta(days=days)).isoformat()
    monkeypatch.setattr(node, "today", lambda: day)


def test_a_delivered_copy_stays_a_month_and_then_goes(
    world: World, node: Station, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = deliver(world, node, central)
    later(monkeypatch, node, KEPT_DAYS - 1)
    assert retire(node) == 0
    assert here(node, sealed) == names(sealed)  # type: ignore[arg-type]
    later(monkeypatch, node, 1)
    assert retire(node) == 1
    assert here(node, sealed) == set()  # type: ignore[arg-type]


def test_with_little_room_it_goes_at_once(world: World, node: Station, central: Station) -> None:
    deliver(world, node, central)
    node.space.floor = node.space.free()
    assert retire(node) == 1


def test_what_central_has_not_signed_for_stays_however_old_and_however_little_room(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()
    take(node, sealed)
    node.space.floor = node.space.free()
    later(monkeypatch, node, 10 * KEPT_DAYS)
    assert retire(node) == 0
    assert here(node, sealed) == names(sealed)
