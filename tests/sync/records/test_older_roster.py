"""A central that was restored from before the roster gets the newer one from the first station that comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.records.signatures import Signer
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import StationRefused
from testimony.sync.http.channel import Answer
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.sealing.organisation import forged_roster
from tests.support.services.world import World, take
from tests.support.sync.homes import kept, restored
from tests.support.sync.world import all_names, api, bring, device, held, in_process, to


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def enrolled(world: World, *stations: Station) -> Signer:
    """A third node, in a roster that these stations have put into force."""
    signer = Signer.generate()
    record = world.next_roster(devices=[*world.successor()["devices"], device("node-3", signer, "node")])
    for station in stations:
        adoption.adopt_all(station, [record])
    return signer


def number(station: Station) -> int:
    with station.database.reading() as session:
        adoption.refresh(station, session)
    return station.chain.latest.no


def test_a_node_that_was_enrolled_after_the_backup_brings_the_roster_that_names_it(world: World) -> None:
    central = world.central()
    copy = kept(central)
    signer = enrolled(world, central)
    node = world.create("node-3", "field", signer)
    again = restored(world, central, copy, backup=True)
    sealed = world.testimony()
    bring(node, sealed)
    report = exchange(node, to(again, signer))
    assert (report.pushed.delivered, report.pushed.waiting, report.pushed.refused) == (1, 0, {})
    assert held(again, sealed) == all_names(sealed)
    assert number(again) == 2


def test_a_desk_brings_the_roster_by_which_a_node_was_revoked(world: World) -> None:
    """Otherwise the restored server would serve the revoked node until a person thought of it."""
    central, desk = world.central(), world.desk()
    copy = kept(central)
    adoption.adopt_all(central, [world.without("node-2")])
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    again = restored(world, central, copy, backup=False)
    exchange(desk, to(again, world.lawyer_signer), audience="lawyers")
    assert number(again) == 2
    with pytest.raises(StationRefused) as refused:
        to(again, world.second_node).lacking(["0" * 64])
    assert refused.value.rule == "signer.inactive"


def test_more_rosters_than_one_request_holds_go_in_several(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("testimony.sync.client.newer_rosters.A_TIME", 1)
    central = world.central()
    world.next_roster()
    signer = enrolled(world)
    node = world.create("node-3", "field", signer)
    exchange(node, to(central, signer))
    assert number(central) == 3


def test_nothing_is_brought_where_central_is_as_far(world: World) -> None:
    node, central, asked = world.node(), world.central(), list[str]()

    class Seen:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            asked.append(url)
            return in_process(central).send(method, url, headers, body)

    exchange(node, to(central, world.station, Seen()))
    assert not [url for url in asked if url.endswith("/sync/rosters")]


def test_a_central_that_takes_no_rosters_so_is_named_with_the_cure(world: World) -> None:
    central = world.central()
    signer = enrolled(world)
    node = world.create("node-3", "field", signer)

    class Older:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            there = url.replace("/sync/rosters", "/sync/no-such-path")
            return in_process(central).send(method, there, headers, body)

    with pytest.raises(StationRefused) as refused:
        exchange(node, Transport("http://central.example", signer, channel=Older(), pause=lambda _: None, packs=False))
    assert refused.value.rule == "roster.behind"
    assert "station update" in str(refused.value)


def test_a_central_that_follows_other_roots_is_named_and_the_rest_of_the_exchange_goes_on(world: World) -> None:
    """A withdrawal must not wait until somebody has looked at the rosters."""
    node, central, sealed = world.node(), world.central(), world.testimony()
    adoption.adopt_all(central, [world.sign(world.successor(expires="2027-01-01"))])
    adoption.adopt_all(node, [world.next_roster(), world.next_roster()])
    take(node, world.withdraw(sealed))
    report = exchange(node, to(central, world.station))
    assert (report.greeting.behind, report.pushed.delivered) == (True, 1)


def test_a_station_that_no_roster_names_is_told_to_be_enrolled(world: World) -> None:
    central, node = world.central(), world.node()
    with pytest.raises(StationRefused) as refused:
        exchange(node, to(central, Signer.generate()))
    assert refused.value.rule == "signer.unknown"


def test_what_no_root_signed_is_refused_and_what_came_before_it_counts(world: World) -> None:
    central, door = world.central(), api(world.opened[0]).test_client()
    good, late = world.next_roster(), world.next_roster()
    forged = forged_roster([root.public_keys for root in world.roots[:2]])
    body = write_frames([Frame("record", one.encode()) for one in (good, forged, late)])
    answer = door.post("/sync/rosters", data=body)
    assert (answer.status_code, canonical.decode_object(answer.data)) == (200, {"roster": 2})
    assert number(central) == 2


def test_a_body_that_is_no_container_of_records_is_refused(world: World) -> None:
    world.central()
    door = api(world.opened[0]).test_client()
    for body in (b"", b"hello", write_frames([Frame("object", b"x")]), write_frames([])[:-1]):
        assert door.post("/sync/rosters", data=body).status_code == 400


def test_only_central_takes_rosters_from_anybody(world: World) -> None:
    world.node()
    assert api(world.opened[0]).test_client().post("/sync/rosters", data=write_frames([])).status_code == 404
