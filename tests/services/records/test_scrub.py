"""What rots is found within a week, named, and brought again by whoever has it; nothing is doubled by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.records import scrub
from testimony.station.station import Station
from testimony.store.models.records import ObjectRow
from testimony.sync.client.exchange import exchange
from testimony.sync.jobs.maintenance import MaintenanceJob
from tests.support.services.world import World, names, record, said, take, tid_of
from tests.support.sync.world import held, to, waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def body(station: Station, sealed: SealedTestimony) -> str:
    name = str(sealed.record.value["parts"][0]["body"])
    (station.settings.home / "parts" / name[:2] / name).write_bytes(b"rot")
    return name


def missing_body(station: Station, sealed: SealedTestimony) -> str:
    name = str(sealed.record.value["parts"][1]["body"])
    station.parts.remove(name)
    return name


def head(station: Station, sealed: SealedTestimony) -> str:
    name = str(sealed.record.value["parts"][0]["heads"]["lawyers"])
    with station.database.transaction() as session:
        session.execute(update(ObjectRow).where(ObjectRow.name == name).values(sealed=b"rot" * 20))
    return name


def key(station: Station, sealed: SealedTestimony) -> str:
    station.shred_keys.shred([tid_of(sealed)])
    return str(sealed.record.value["parts"][0]["heads"]["lawyers"])


def damaged(station: Station) -> set[str]:
    with station.database.reading() as session:
        return scrub.names(session)


def lacking(station: Station, sealed: SealedTestimony) -> set[str]:
    with station.database.reading() as session:
        return record_queries.lacking(session, names(sealed))


ROTS = [body, missing_body, head, key]


@pytest.mark.parametrize("rot", ROTS)
def test_what_rots_at_central_is_brought_again_by_the_node_that_delivered_it(
    world: World, rot: Callable[[Station, SealedTestimony], str]
) -> None:
    node, central = world.node(), world.central()
    sealed, other = world.testimony(), world.testimony()
    way = to(central, world.station)
    [receipt] = take(node, sealed).receipts
    take(node, other)
    exchange(node, way)
    with central.database.reading() as session:
        before = custody_log.root(session), outbox.receipt_of(session, sealed.record.id, central.kid)
    name = rot(central, sealed)
    assert scrub.look(central) >= 1
    assert name in damaged(central) == lacking(central, sealed)
    assert lacking(central, other) == set()

    exchange(node, way)  # here it hears of it
    assert waiting(node) == [sealed.record.id]
    exchange(node, way)
    assert waiting(node) == []
    assert damaged(central) == set()
    assert scrub.look(central) == 0
    assert held(central, sealed) == names(sealed)
    assert all(central.parts.read(part["body"]) for part in sealed.record.value["parts"])
    with central.database.reading() as session:
        assert all(record_queries.read_head(central, session, one) for one in heads(sealed))
        assert (custody_log.root(session), outbox.receipt_of(session, sealed.record.id, central.kid)) == before
    assert take(node, record(sealed.record)).receipts == (receipt,)


def heads(sealed: SealedTestimony) -> list[str]:
    return [name for part in sealed.record.value["parts"] for name in part["heads"].values()]


@pytest.mark.parametrize("rot", ROTS)
def test_a_phone_that_brings_it_again_mends_a_node(
    world: World, rot: Callable[[Station, SealedTestimony], str]
) -> None:
    node = world.node()
    sealed = world.testimony()
    first = take(node, sealed)
    rot(node, sealed)
    scrub.look(node)
    lacks = lacking(node, sealed)
    assert lacks
    again = take(node, sealed)
    assert set(said(again)) == {"duplicate"}
    assert again.receipts == first.receipts
    assert (lacking(node, sealed), scrub.look(node)) == (set(), 0)


def test_where_both_copies_are_damaged_it_stays_named_and_waits(world: World) -> None:
    node, central = world.node(), world.central()
    sealed = world.testimony()
    take(node, sealed)
    exchange(node, to(central, world.station))
    name = body(central, sealed)
    assert body(node, sealed) == name
    scrub.look(central)
    exchange(node, to(central, world.station))
    report = exchange(node, to(central, world.station))
    assert report.pushed.refused == {name: "damaged.here"}
    assert damaged(central) == {name}


def test_another_node_is_told_nothing(world: World) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    sealed = world.testimony()
    take(node, sealed)
    exchange(node, to(central, world.station))
    body(central, sealed)
    scrub.look(central)
    with central.database.reading() as session:
        assert scrub.records(session, node.kid) == [sealed.record.id]
        assert scrub.records(session, other.kid) == []


def test_all_that_is_held_is_looked_at_within_a_week_of_hourly_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    everything = [world.testimony() for _ in range(3)]
    take(node, *everything)
    monkeypatch.setattr(scrub, "LEAST", 1)
    rotten = {body(node, one) for one in everything} | {head(node, one) for one in everything}
    daily = MaintenanceJob(node)
    most = max(daily.look() for _ in range(scrub.LOOKS_A_WEEK))
    assert most == len(rotten)
    assert damaged(node) == rotten


def test_what_is_withdrawn_is_no_damage(world: World) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    body(node, sealed)
    assert scrub.look(node) == 1
    take(node, world.withdrawal(sealed))
    assert scrub.look(node) == 0
    assert damaged(node) == set()


def test_a_disk_that_is_lost_is_not_remembered_piece_by_piece(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()
    sealed = world.testimony()
    take(node, sealed)
    monkeypatch.setattr(scrub, "AT_MOST", 4)
    key(node, sealed)
    assert scrub.look(node) == len(heads(sealed))
    scrub.look(node)
    assert len(damaged(node)) == 4
