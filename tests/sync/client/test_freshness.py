"""Freshness statements go every way that records go: from a desk over central to nodes, from a node to central."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.roster import adoption, freshness
from testimony.station.station import Station
from testimony.sync.bundle.export import deliver
from testimony.sync.client.exchange import at_desk, exchange
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.services import clocks
from tests.support.services.freshness import said, trust
from tests.support.services.world import World
from tests.support.sync.removable_media import answer, bring_file, export, lawyer
from tests.support.sync.world import Changed, api, bring, in_process, to

TODAY, LATER = "2026-11-28", "2026-11-30"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    clocks.show(monkeypatch, LATER, {})
    world = World(tmp_path)
    world.next_roster(trust=trust("coordinator", world.coordinator_signer))
    yield world
    world.close()


def confirmed(world: World, day: str = TODAY) -> SignedRecord:
    return said(world.chain.latest, day, world.coordinator_signer)


def give(station: Station, record: SignedRecord) -> None:
    assert freshness.take(station, record.encode())


def kept(station: Station) -> SignedRecord | None:
    now = freshness.of_station(station)
    return now and now.record


def test_a_node_and_a_desk_fetch_it_from_central(world: World) -> None:
    central, node, desk, record = world.central(), world.node(), world.desk(), confirmed(world)
    give(central, record)
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert kept(node) == kept(desk) == record


def test_a_node_and_a_desk_bring_central_the_newer_one(world: World) -> None:
    central, node, desk = world.central(), world.node(), world.desk()
    give(node, confirmed(world))
    exchange(node, to(central, world.station))
    assert kept(central) == confirmed(world)
    give(desk, confirmed(world, LATER))
    at_desk(desk, to(central, world.lawyer_signer), audience="lawyers", seconds=5.0)
    assert kept(central) == confirmed(world, LATER)
    exchange(node, to(central, world.station))
    assert kept(node) == confirmed(world, LATER)


def test_the_coordinator_s_desk_signs_at_each_exchange_and_every_station_has_it(world: World) -> None:
    central, node, desk = world.central(), world.node(), world.desk()
    exchange(desk, to(central, world.coordinator_signer), audience="coordinators")
    exchange(node, to(central, world.station))
    assert kept(desk) == kept(central) == kept(node) == confirmed(world, LATER)
    lawyers = world.desk("lawyers")
    exchange(lawyers, to(central, world.lawyer_signer), audience="lawyers")  # who is not named to confirm it
    assert kept(lawyers) == confirmed(world, LATER)


def test_a_statement_of_a_roster_that_comes_in_the_same_exchange_counts(world: World) -> None:
    central, node = world.central(), world.node()
    adoption.adopt_all(central, [world.next_roster(trust=trust("lawyer-a", world.lawyer_signer))])
    record = said(world.chain.latest, LATER, world.lawyer_signer)
    give(central, record)
    exchange(node, to(central, world.station))
    assert kept(node) == record


def test_once_both_have_the_same_nothing_more_is_asked(world: World) -> None:
    central, node, asked = world.central(), world.node(), list[str]()
    give(node, confirmed(world))
    exchange(node, to(central, world.station))

    class Seen:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            asked.append(url)
            return in_process(central).send(method, url, headers, body)

    exchange(node, to(central, world.station, Seen()))
    assert not [url for url in asked if url.endswith("/sync/rosters")]


def test_a_central_of_an_earlier_version_is_brought_nothing_that_it_does_not_know(world: World) -> None:
    central, node = world.central(), world.node()
    give(node, confirmed(world))

    def older(path: str, answer: Answer) -> Answer:
        if path != "/sync/greeting":
            return answer
        told = canonical.decode_object(answer.body)
        return Answer(200, answer.headers, canonical.encode({key: told[key] for key in told if key != "fresh"}))

    report = exchange(node, to(central, world.station, Changed(in_process(central), older)))
    assert report.failure is None
    assert kept(central) is None


def test_anybody_may_bring_a_statement_and_only_one_that_proves_itself_is_kept(world: World) -> None:
    central, door = world.central(), api(world.opened[0]).test_client()
    for day in ("2026-11-31", TODAY):
        body = write_frames([Frame("record", confirmed(world, day).encode())])
        assert door.post("/sync/rosters", data=body).status_code == 200
    assert kept(central) == confirmed(world)
    forged = said(world.chain.latest, LATER, world.lawyer_signer)
    assert door.post("/sync/rosters", data=write_frames([Frame("record", forged.encode())])).status_code == 200
    assert kept(central) == confirmed(world)


@pytest.mark.parametrize("nonsense", [1, "fresh", [], {}, {"record": 1, "sigs": 2}, {"record": "{}", "sigs": []}])
def test_a_central_that_says_nonsense_stops_no_exchange(world: World, nonsense: object) -> None:
    central, node, sealed = world.central(), world.node(), world.testimony()
    bring(node, sealed)

    def changed(path: str, answer: Answer) -> Answer:
        if path != "/sync/greeting":
            return answer
        return Answer(
            200, answer.headers, canonical.encode({**canonical.decode_object(answer.body), "fresh": nonsense})
        )

    assert exchange(node, to(central, world.station, Changed(in_process(central), changed))).pushed.delivered == 1
    assert kept(node) is None


def test_a_stick_brings_it_to_central_and_back(world: World, tmp_path: Path) -> None:
    central, node, record = world.central(), world.node(), confirmed(world)
    give(node, record)
    (file,) = export(node, tmp_path / "stick")
    brought = bring_file(central, file)
    assert (brought.sealed, brought.torn, brought.refused) == (True, False, {})
    assert kept(central) == record
    give(central, confirmed(world, LATER))
    told = bring_file(node, answer(central, tmp_path / "stick", "node-1")[0])
    assert (told.sealed, told.refused, told.read) == (True, {}, True)
    assert kept(node) == confirmed(world, LATER)


def test_a_stick_between_a_desk_and_central_brings_it(world: World, tmp_path: Path) -> None:
    central, desk, node = world.central(), world.desk(), world.node()
    give(desk, confirmed(world))
    (tmp_path / "stick").mkdir()
    report = deliver(desk, tmp_path / "stick", signer=world.lawyer_signer)
    bring_file(central, report.written.files[0])
    assert kept(central) == confirmed(world)
    (back,) = answer(central, tmp_path / "back", "lawyer-a")
    other = world.desk("other")
    bring_file(other, back, lawyer(world))
    assert kept(other) == confirmed(world)
    assert kept(node) is None


def test_a_file_with_a_statement_is_for_an_earlier_version_a_file_with_a_remark(world: World, tmp_path: Path) -> None:
    """An earlier version takes records and objects of a delivery, and reads of a remark what it refused."""
    node = world.node()
    give(node, confirmed(world))
    (file,) = export(node, tmp_path / "stick")
    kinds = [frame.kind for frame in read_frames(file.read_bytes())]
    assert kinds == ["bundle", "record", "record", "status", "seal", "end"]
