"""Killed or cut off in the middle of a recording: what was acknowledged is there, and the rest comes, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import media_counts
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.sync.client.pull import pull
from testimony.sync.client.pull_media import fetch
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.each_time import each_time
from tests.support.faults import deliveries
from tests.support.faults.deliveries import Delivery
from tests.support.services.world import World, entries, names, take
from tests.support.sync.links.proxy import Cut, proxied
from tests.support.sync.world import all_names, held, pieces_of, served, text_of

SIZE = 600_000  # three pieces; with the list and the picture five
POINTS = {  # the point, and how often it is passed before the process dies: with the text, and with a piece
    "before a body is written": (4, 8),
    "before a body gets its name": (4, 8),
    "before the rows are entered": (1, 4),
    "before the log is written": (1, 4),
    "before the commit": (1, 4),
    "before the answer": (1, 3, 6),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("media"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def sealed(world: World) -> SealedTestimony:
    return world.with_media(SIZE)


def as_a_phone_brings_it(sealed: SealedTestimony) -> list[Delivery]:
    text = [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in text_of(sealed))]
    return [text, *([Incoming("object", data) for data in piece] for piece in pieces_of(sealed))]


@pytest.mark.parametrize(
    ("point", "times"),
    [
        pytest.param(point, times, marks=[] if times == passed[-1] else [pytest.mark.long])
        for point, passed in POINTS.items()
        for times in passed
    ],
)
def test_killed_amid_a_recording_a_station_has_what_it_acknowledged_and_takes_the_rest(
    world: World, sealed: SealedTestimony, tmp_path: Path, point: str, times: int
) -> None:
    station = world.create(f"killed-{list(POINTS).index(point)}-{times}", "field", world.station)
    station.close()
    home, todo = station.settings.home, as_a_phone_brings_it(sealed)
    process = deliveries.start(home, deliveries.write(tmp_path / "deliveries", todo), point, str(times))
    output, _ = process.communicate(timeout=120)
    assert process.returncode == -9, f"it was to be killed {point}"
    done = deliveries.acknowledged(output)
    assert done < len(todo)
    with open_station(home) as again:
        assert deliveries.missing(again, todo[:done]) == []
        assert list((home / "parts" / "incoming").iterdir()) == []
        for delivery in todo:
            receipts = take(again, *delivery).receipts
        [full] = receipts
        assert set(full.value["parts"]) == names(sealed)
        assert deliveries.missing(again, todo) == []
        assert [kind for kind, _ in entries(again)] == ["received", "completed"], "each stands in the log once"


def over(url: str, signer: object) -> Transport:
    channel = HttpChannel(connect_seconds=30, read_seconds=30)
    return Transport(url, signer, channel=channel, pause=lambda _: None)  # type: ignore[arg-type]


@pytest.mark.parametrize("up", each_time([90_000, 200_000, 350_000, 600_000, 700_000], 350_000, 700_000))
def test_a_link_cut_amid_a_piece_delivers_every_piece_once(world: World, sealed: SealedTestimony, up: int) -> None:
    node, central = (world.create(f"{name}-{up}", role, signer) for name, role, signer in _stations(world))
    for delivery in as_a_phone_brings_it(sealed):
        take(node, *delivery)
    with served(central) as address, proxied(address) as proxy:
        proxy.cuts.extend(Cut(up=up) for _ in range(3))
        for _ in range(20):
            try:
                push(node, over(proxy.url, world.station))
                break
            except NotDelivered:
                continue
    assert held(central, sealed) == all_names(sealed)
    assert [kind for kind, _ in entries(central)] == ["received", "completed"]


@pytest.mark.parametrize("down", each_time([2_000, 150_000, 300_000, 500_000], 150_000, 500_000))
def test_a_desk_cut_off_amid_a_piece_gets_the_rest(world: World, sealed: SealedTestimony, down: int) -> None:
    central, desk = world.create(f"given-{down}", "central", world.central_signer), world.desk(f"desk-{down}")
    for delivery in as_a_phone_brings_it(sealed):
        take(central, *delivery)
    with served(central) as address, proxied(address) as proxy:
        pull(desk, over(proxy.url, world.lawyer_signer), audience="lawyers")
        proxy.cuts.extend(Cut(down=down) for _ in range(6))
        for _ in range(20):
            try:
                fetch(desk, over(proxy.url, world.lawyer_signer))
                break
            except NotDelivered:
                continue
    with desk.database.reading() as session:
        assert media_counts.lacking(session, "lawyers") == {}


def _stations(world: World) -> list[tuple[str, str, object]]:
    return [("node", "field", world.station), ("central", "central", world.central_signer)]
