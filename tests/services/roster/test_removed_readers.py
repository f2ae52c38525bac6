"""A testimony that was sealed to somebody who had been removed before is named, at central, at desks and by `check`."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.services.integrity import fsck
from testimony.services.roster import adoption, removed_readers
from testimony.services.roster.removed_readers import Removed
from testimony.station.station import Station
from tests.support.services.world import World, take
from tests.support.sync.world import bring, tid_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Its first roster is of 20 November 2026."""
    world = World(tmp_path)
    yield world
    world.close()


def without(world: World, id: str, issued: str, **changes: Any) -> SignedRecord:
    """The next roster, in which a reader is active no more, or is changed otherwise."""
    people = copy.deepcopy(world.successor()["people"])
    for one in people:
        if one["id"] == id:
            one |= changes or {"status": "revoked"}
    return world.next_roster(people=people, issued=issued)


def found(station: Station) -> dict[str, list[Removed]]:
    with station.database.reading() as session:
        return removed_readers.testimonies(session, station.chain)


def manifest(world: World, roster: SignedRecord, day: str) -> dict[str, Any]:
    sealed = world.coded(day=day, roster_sha256=roster.id, roster_no=roster.value["no"])
    return dict(sealed.record.value)


def test_only_a_roster_of_before_the_testimony_s_day_is_held_against_its_phone(world: World) -> None:
    without(world, "lawyer-b", "2026-11-26")
    gone = [Removed("lawyer-b", "2026-11-26")]
    for day, expected in [("2026-11-24", []), ("2026-11-26", []), ("2026-11-27", gone), ("2027-01-10", gone)]:
        assert removed_readers.of_manifest(manifest(world, world.roster_record, day), world.chain) == expected


def test_a_testimony_of_the_roster_in_force_or_of_an_unknown_one_is_not_marked(world: World) -> None:
    second = without(world, "lawyer-b", "2026-11-26")
    assert removed_readers.of_manifest(manifest(world, second, "2026-12-24"), world.chain) == []
    value = manifest(world, world.roster_record, "2026-12-24") | {"roster": "0" * 64}
    assert removed_readers.of_manifest(value, world.chain) == []


def test_a_key_that_was_replaced_counts_as_removed_and_one_who_came_back_does_not(world: World) -> None:
    new = OpeningKey.generate().recipient.text
    without(world, "lawyer-a", "2026-11-25", age=new)
    without(world, "lawyer-b", "2026-11-26")
    without(world, "lawyer-b", "2026-11-28", status="active")
    of_first = manifest(world, world.roster_record, "2026-11-27")
    assert removed_readers.of_manifest(of_first, world.chain) == [
        Removed("lawyer-a", "2026-11-25"),
        Removed("lawyer-b", "2026-11-26"),
    ]
    later = manifest(world, world.roster_record, "2026-11-29")
    assert removed_readers.of_manifest(later, world.chain) == [Removed("lawyer-a", "2026-11-25")]


def test_an_audience_that_the_testimony_was_not_sealed_to_does_not_count(world: World) -> None:
    without(world, "coordinator", "2026-11-26")
    value = manifest(world, world.roster_record, "2026-11-28")
    assert removed_readers.of_manifest(value, world.chain) == [Removed("coordinator", "2026-11-26")]
    for part in value["parts"]:
        part["heads"] = {name: head for name, head in part["heads"].items() if name != "coordinators"}
    assert removed_readers.of_manifest(value, world.chain) == []


def test_a_roster_of_the_future_marks_nothing_before_its_day(world: World) -> None:
    without(world, "lawyer-b", "2027-02-01")
    assert removed_readers.of_manifest(manifest(world, world.roster_record, "2026-12-24"), world.chain) == []


@pytest.mark.both_databases
def test_a_station_names_each_testimony_and_check_says_what_to_do(world: World) -> None:
    old, first = world.coded(day="2026-11-24"), world.roster_record
    late = world.coded(day="2026-11-28", roster_sha256=first.id, roster_no=1)
    central = world.central()
    bring(central, old, late)
    assert found(central) == {}
    adoption.adopt_all(central, [without(world, "lawyer-b", "2026-11-26")])
    new = world.coded(day="2026-11-29")
    bring(central, new)
    assert found(central) == {tid_of(late): [Removed("lawyer-b", "2026-11-26")]}
    last = world.coded(day="2026-12-24", roster_sha256=first.id, roster_no=1)
    bring(central, last)
    assert found(central).keys() == {tid_of(late), tid_of(last)}
    take(central, world.withdrawal(last))
    assert found(central).keys() == {tid_of(late)}
    home = central.settings.home
    said = [one for one in fsck.check(home) if one.subject == "readers"]
    assert [one.grave for one in said] == [False]
    assert tid_of(late)[:8] in said[0].words
    assert "lawyer-b (removed on 2026-11-26)" in said[0].words
    assert "Tell the coordinator" in said[0].words
