"""Which freshness statement a station keeps, whatever its clock shows, and when a desk signs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.time import Clock
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.fresh import confirming_key
from testimony.services.roster import adoption, freshness
from testimony.services.roster.errors import ConfirmationRefused
from testimony.station.station import Station
from tests.support.services import clocks
from tests.support.services.freshness import said, trust
from tests.support.services.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Its second roster, of 20 November 2026, names the coordinator as who confirms it."""
    world = World(tmp_path)
    world.next_roster(trust=trust("coordinator", world.coordinator_signer))
    yield world
    world.close()


def confirmed(world: World, day: str) -> SignedRecord:
    return said(world.chain.latest, day, world.coordinator_signer)


def kept(station: Station) -> SignedRecord | None:
    now = freshness.of_station(station)
    return now and now.record


def test_the_newest_statement_wins_in_any_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node = world.node()
    old, new = confirmed(world, "2026-11-22"), confirmed(world, "2026-11-28")
    assert [freshness.take(node, one.encode()) for one in (old, new, old, new)] == [True, True, False, False]
    assert kept(node) == new
    assert (freshness.of_this(node).age, freshness.of_this(node).stale) == (2, False)


def test_what_proves_nothing_is_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node = world.node()
    by_nobody = said(world.chain.latest, "2026-11-28", Signer.generate())
    for envelope in (by_nobody.encode(), b"", b"{}", b"[]", b'{"record":"{}","sigs":[]}'):
        assert not freshness.take(node, envelope)
    assert kept(node) is None


def test_a_statement_counts_no_more_once_a_roster_names_another_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node = world.node()
    freshness.take(node, confirmed(world, "2026-11-28").encode())
    adoption.adopt_all(node, [world.next_roster(trust=trust("coordinator", Signer.generate()))])
    assert kept(node) is None


def test_who_left_confirms_nothing_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node = world.node()
    people = world.successor()["people"]
    left = [{**one, "status": "revoked"} if one["id"] == "coordinator" else one for one in people]
    adoption.adopt_all(node, [world.next_roster(people=left)])
    assert not freshness.take(node, confirmed(world, "2026-11-28").encode())


def test_fourteen_days_without_a_statement_are_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()
    for day, age, stale in [("2026-12-04", 14, False), ("2026-12-05", 15, True), ("2026-12-30", 40, True)]:
        clocks.show(monkeypatch, day, {})
        found = freshness.of_this(node)
        assert (found.age, found.stale) == (age, stale)


def test_a_statement_of_the_future_does_not_count_and_keeps_no_other_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, "2026-12-05", {})
    node = world.node()
    ahead, now = confirmed(world, "2106-02-07"), confirmed(world, "2026-12-04")
    freshness.take(node, ahead.encode())
    assert freshness.of_this(node).stale
    assert freshness.take(node, now.encode())
    assert not freshness.take(node, ahead.encode())
    assert kept(node) == now


def test_a_clock_that_is_not_set_follows_the_clocks_of_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()
    for own in ("1970-01-01", "2106-02-07"):
        clocks.show(monkeypatch, own, {Clock.CENTRAL: "2026-12-08"})
        freshness.take(node, confirmed(world, "2026-12-06").encode())
        assert (freshness.of_this(node).age, freshness.of_this(node).stale) == (2, False)


def test_a_newer_roster_that_is_not_here_is_known_by_its_statement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node, desk = world.node(), world.desk()
    world.next_roster(issued="2026-11-26")
    for station in (node, desk):
        assert freshness.take(station, confirmed(world, "2026-11-28").encode())
        assert freshness.of_this(station).newer == 3
    with pytest.raises(ConfirmationRefused) as refused:
        freshness.confirm(desk, world.coordinator_signer)
    assert (refused.value.reason, "number 3" in str(refused.value)) == ("behind", True)


def test_a_desk_signs_once_a_day_with_a_key_that_does_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    desk = world.desk()
    record = freshness.confirm(desk, world.coordinator_signer)
    assert record is not None
    assert record == kept(desk)
    assert record.by == confirming_key(world.coordinator_signer).kid != world.coordinator_signer.kid
    assert world.chain.signer(record.by) is None
    assert freshness.confirm(desk, world.coordinator_signer) is None


def test_a_desk_whose_clock_is_ahead_signs_no_later_day_than_central_s(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.show(monkeypatch, "2027-01-30", {Clock.CENTRAL: "2026-11-30"})
    record = freshness.confirm(world.desk(), world.coordinator_signer, compared=True)
    assert record is not None
    assert record.value["day"] == "2026-11-30"


def test_a_reader_whom_the_roster_does_not_name_confirms_nothing(world: World) -> None:
    with pytest.raises(ConfirmationRefused) as refused:
        freshness.confirm(world.desk(), world.lawyer_signer)
    assert refused.value.reason == "unnamed"


def test_a_damaged_file_is_as_none_and_is_replaced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.show(monkeypatch, "2026-11-30")
    node, record = world.node(), confirmed(world, "2026-11-28")
    (node.settings.home / freshness.FILE).write_bytes(b"\x00" * 20)
    assert kept(node) is None
    assert freshness.take(node, record.encode())
    assert kept(node) == record
