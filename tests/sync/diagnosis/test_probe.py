"""Asking central how it is ends in bounded time, sends nothing of the station, and believes only its organisation."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.link import metered
from testimony.station.station import Station
from testimony.store.errors import BucketRefused, BucketSilent
from testimony.sync.diagnosis import probe
from tests.support.services.world import World
from tests.support.store import hostile_s3
from tests.support.sync.links.bad_networks import LOG_IN_PAGE, Answering, answering, black_hole, saying, trickling
from tests.support.sync.world import served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


def asks(station: Station, url: str) -> Station:
    station.settings = replace(station.settings, central_url=url)
    return station


def test_a_central_that_is_there_is_asked_for_its_clock_and_its_roster(world: World, central: Station) -> None:
    with served(central) as (host, port):
        for station in (world.node(), world.desk()):
            reach = probe.ask(asks(station, f"http://{host}:{port}"))
            assert (reach.error, reach.ahead, reach.roster) == (None, 0, central.chain.latest.no)
            assert reach.active is (True if station.kid else None)


def test_a_newer_roster_there_is_known_and_that_it_revoked_this_station(world: World) -> None:
    node = world.node()
    world.without(_id_of(node))
    central = world.central()
    with served(central) as (host, port):
        reach = probe.ask(asks(node, f"http://{host}:{port}"))
    assert (reach.roster, reach.active) == (node.chain.latest.no + 1, False)


def _id_of(node: Station) -> str:
    return next(one.id for one in node.chain.latest.devices if one.keys[0].kid == node.kid)


def test_another_organisations_central_is_named(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other")
    with served(other.central()) as (host, port):
        reach = probe.ask(asks(world.node(), f"http://{host}:{port}"))
    other.close()
    assert reach.error is not None
    assert reach.error.code == "sync.organisation"


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (None, None),
        (hostile_s3.says(404, "NoSuchBucket"), "bucket.refused"),
        (hostile_s3.is_stuck("GET"), "bucket.silent"),
    ],
)
def test_a_bucket_that_is_not_there_or_never_answers_is_said_beside_the_central_server(
    lie: hostile_s3.Lie | None, code: str | None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile_s3.with_credentials(monkeypatch)
    monkeypatch.setattr(probe, "ANSWER_TIMEOUT", 0.5 if code == "bucket.silent" else 6.0)
    with hostile_s3.lying() as store:
        store.lie = lie
        central = world.central(parts_url=hostile_s3.URL, parts_endpoint=store.endpoint)
        found = {one.subject: one for one in probe.look(central, now=datetime.now(UTC))}
    sentences = {None: [], "bucket.refused": [BucketRefused.sentence], "bucket.silent": [BucketSilent.sentence]}
    assert [one.text for one in found["records"].findings if "object store" in one.text] == sentences[code]


def test_a_metered_link_carries_no_roster(world: World, central: Station) -> None:
    node = world.node()
    with node.database.transaction() as session:
        metered.switch(session, on=True)
    with served(central) as (host, port):
        reach = probe.ask(asks(node, f"http://{host}:{port}"))
    assert (reach.error, reach.ahead, reach.roster) == (None, 0, None)


def test_nothing_is_set_and_nothing_is_asked(world: World) -> None:
    assert probe.ask(world.node()) == probe.Reach()


@pytest.mark.parametrize(
    ("network", "codes"),
    [
        (black_hole, {"sync.slow", "sync.unreachable"}),
        (trickling(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"), {"sync.slow", "sync.unreachable"}),
        (saying(LOG_IN_PAGE), {"sync.portal"}),
    ],
)
def test_a_network_that_swallows_everything_or_answers_itself_is_said(
    network: Answering, codes: set[str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "ANSWER_TIMEOUT", 0.5)
    with answering(network) as address:
        reach = probe.ask(asks(world.node(), f"http://{address}"))
    assert reach.error is not None
    assert reach.error.code in codes


def test_a_name_server_that_never_answers_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No timeout of a socket holds while a name is looked up."""
    over = threading.Event()
    monkeypatch.setattr(probe, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])
    reach = probe.ask(asks(world.node(), "http://central.example"))
    over.set()
    assert reach.error is not None
    assert reach.error.code == "sync.slow"


def test_central_asks_at_its_own_port_or_at_its_public_address(world: World) -> None:
    central = world.central()
    with served(central) as (host, port):
        central.settings = replace(central.settings, port=port)
        assert probe.address(central) == f"http://{host}:{port}"
        assert probe.ask(central).error is None
    reach = probe.ask(central)
    assert reach.error is not None
    assert reach.error.code == "sync.unreachable"
    central.settings = replace(central.settings, public_url="https://central.example")
    assert probe.address(central) == "https://central.example"
