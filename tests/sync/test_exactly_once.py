"""A phone and a bad link: wherever an answer gets lost, each testimony arrives once and the phone learns of it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.each_time import each_time
from tests.support.sync.links.proxy import Cut, Proxy, proxied
from tests.support.sync.world import World, all_names, held, objects_of, served, to

PHONE = Path(__file__).parents[1] / "js" / "support" / "posting.mjs"


def posted(world: World, node: str, address: str, folder: Path, *sealed: SealedTestimony) -> dict[str, Any]:
    """What became of an outbox of these, delivered by the phone's own scripts."""
    file = folder / "phone.json"
    rosters = [canonical.decode_object(record.encode()) for record in world.chain.records]
    entries = [_entry(each) for each in sealed]
    file.write_text(json.dumps({"root": world.root.data.decode(), "rosters": rosters, "entries": entries}))
    command = [node, str(PHONE), address, str(file)]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, timeout=120, check=True).stdout)
    return said


def _entry(sealed: SealedTestimony) -> dict[str, Any]:
    objects = objects_of(sealed)
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects)]
    names = [sealed.record.id, *(canonical.sha256_hex(data) for data in objects)]
    return {"id": sealed.record.id, "names": names, "container": write_frames(frames).hex()}


def manifests(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [record.id for _, record in record_queries.records_of_kind(session, "manifest")]


@contextmanager
def link(station: Station) -> Iterator[Proxy]:
    with served(station) as target, proxied(target) as proxy:
        yield proxy


# `have` answers with some hundred bytes, `batch` with some thousands: so these cut in the head of either answer, in the
# statuses, in the receipt, and just before its last byte.
ANSWERS = [0, 200, 400, 1000, 2500, 4000, 5500]
QUESTIONS = [0, 100, 1000, 60_000]


SOME = (Cut(down=0), Cut(down=1000), Cut(up=60_000))


@pytest.mark.parametrize(
    "cut",
    each_time([*(Cut(down=size) for size in ANSWERS), *(Cut(up=size) for size in QUESTIONS)], *SOME),
    ids=str,
)
def test_wherever_the_link_breaks_it_arrives_once(world: World, node: str, tmp_path: Path, cut: Cut) -> None:
    station, sealed = world.node(), world.testimony()
    with link(station) as proxy:
        proxy.cuts.extend([cut, cut, Cut(), cut])
        said = posted(world, node, proxy.url, tmp_path, sealed)
    assert said["states"] == {sealed.record.id: "node"}
    assert manifests(station) == [sealed.record.id]
    assert held(station, sealed) == all_names(sealed)


def test_a_lost_receipt_is_given_again_without_sending_the_objects_again(
    world: World, node: str, tmp_path: Path
) -> None:
    station, sealed = world.node(), world.testimony()
    with link(station) as proxy:
        proxy.cuts.extend([Cut(), Cut(down=300)])  # `have` gets through; the answer to the batch breaks off
        said = posted(world, node, proxy.url, tmp_path, sealed)
        assert proxy.sent_up < 1.5 * sum(map(len, objects_of(sealed)))
    assert (said["states"], said["sent"]) == ({sealed.record.id: "node"}, 2)


def test_two_phones_that_bring_the_same_at_once_bring_it_once(world: World, node: str, tmp_path: Path) -> None:
    """As when a phone's storage was copied, or a file was brought while the phone delivered."""
    station, sealed = world.node(), world.testimony()
    states: list[Any] = []

    def bring(name: str, address: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        states.append(posted(world, node, address, folder, sealed)["states"])

    with served(station) as (host, port):
        phones = [threading.Thread(target=bring, args=(f"phone-{i}", f"http://{host}:{port}")) for i in range(2)]
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join()
    assert states == [{sealed.record.id: "node"}] * 2
    assert manifests(station) == [sealed.record.id]


def test_an_answer_lost_at_one_node_and_delivered_to_another_is_one_at_central(
    world: World, node: str, tmp_path: Path
) -> None:
    first, second, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    with link(first) as proxy:
        proxy.cuts.extend([Cut(), *(Cut(down=50) for _ in range(200))])  # it takes it in, and can never say so
        assert posted(world, node, proxy.url, tmp_path, sealed)["states"] == {sealed.record.id: "waiting"}
    assert manifests(first) == [sealed.record.id]
    with served(second) as (host, port):
        said = posted(world, node, f"http://{host}:{port}", tmp_path, sealed)
    assert said["states"] == {sealed.record.id: "node"}
    exchange(first, to(central, world.station))
    exchange(second, to(central, world.second_node))
    assert manifests(central) == [sealed.record.id]
    assert held(central, sealed) == all_names(sealed)
