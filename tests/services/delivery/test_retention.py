"""A node keeps what central signed for as long as central could have lost it, or as long as there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from testimony import canonical
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.delivery.retention import retire
from testimony.station.station import Station
from tests.support.services import clocks
from tests.support.services.outbox import here
from tests.support.services.world import World, names, take

KEPT_DAYS = 30


def deliver(world: World, node: Station, central: Station) -> object:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    return sealed


def later(monkeypatch: pytest.MonkeyPatch, node: Station, days: int) -> None:
    day = (date.fromisoformat(node.today()) + timedelta(days=days)).isoformat()
    clocks.agree(monkeypatch, day, of=node)


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


def test_how_long_it_stays_is_a_setting(
    world: World, node: Station, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(world, node, central)
    node.settings = replace(node.settings, kept_days=3)
    later(monkeypatch, node, 2)
    assert retire(node) == 0
    later(monkeypatch, node, 1)
    assert retire(node) == 1


def test_the_log_says_what_was_dropped_and_when_and_nothing_twice(
    world: World, node: Station, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = {deliver(world, node, central).record.id for _ in range(3)}  # type: ignore[attr-defined]
    with node.database.reading() as session:
        before = custody_log.size(session)
    later(monkeypatch, node, KEPT_DAYS)
    retire(node)
    retire(node)
    with node.database.reading() as session:
        entries = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, before, 99)]
    assert {(entry["kind"], entry["by"], entry["day"]) for entry in entries} == {("dropped", node.kid, node.today())}
    assert {entry["ref"] for entry in entries} == dropped
    assert len(entries) == 3
