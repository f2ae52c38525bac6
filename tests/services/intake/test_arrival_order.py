"""Whatever the order, the pieces and the repetitions in which things arrive, a station ends in the same state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services.world import World, incoming, record, tid_of


@dataclass(frozen=True)
class Scene:
    """One testimony that stays, one that is withdrawn, one of which a head is withdrawn, and a false withdrawal."""

    template: Path
    kept: SignedRecord
    withdrawn: SignedRecord
    trimmed: SignedRecord
    gone_head: str
    tids: tuple[str, str, str]
    everything: tuple[Incoming, ...]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    world = World(tmp_path_factory.mktemp("order"))
    node = world.node()
    node.close()
    kept, withdrawn, trimmed = world.testimony(), world.coded(), world.coded()
    head = trimmed.record.value["parts"][0]["heads"]["coordinators"]
    said = [
        world.withdrawal(withdrawn),
        world.withdrawal(trimmed, scope=[head]),
        world.withdrawal(kept, signer=world.station),
    ]
    yield Scene(
        node.settings.home,
        kept.record,
        withdrawn.record,
        trimmed.record,
        head,
        (tid_of(kept), tid_of(withdrawn), tid_of(trimmed)),
        (*incoming(kept, withdrawn, trimmed), *map(record, said)),
    )
    world.close()


def state(station: Station, scene: Scene) -> dict[str, set[str]]:
    """What can be read of each of the three."""
    found: dict[str, set[str]] = {}
    with station.database.reading() as session:
        for said in (scene.kept, scene.withdrawn, scene.trimmed):
            heads = {head for part in said.value["parts"] for head in part["heads"].values()}
            bodies = {part["body"] for part in said.value["parts"]}
            found[said.id] = {name for name in heads if record_queries.read_head(station, session, name)}
            found[said.id] |= {name for name in bodies if record_queries.read_body(station, name)}
    return found


def all_names(said: SignedRecord) -> set[str]:
    return {name for part in said.value["parts"] for name in (*part["heads"].values(), part["body"])}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_order_of_arrival_does_not_matter(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    items = data.draw(st.permutations(range(len(scene.everything))), label="order")
    cuts = sorted(data.draw(st.sets(st.integers(1, len(items) - 1), max_size=6), label="cuts"))
    home = tmp_path_factory.mktemp("station") / "node"
    shutil.copytree(scene.template, home)
    with open_station(home) as station:
        for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True):
            take_in(station, [scene.everything[number] for number in items[start:end]])
        outcome = take_in(station, scene.everything)
        again = take_in(station, scene.everything)
        assert {status.status for status in again.statuses if status.status != "refused"} == {"duplicate", "withdrawn"}
        assert state(station, scene) == {
            scene.kept.id: all_names(scene.kept),
            scene.withdrawn.id: set(),
            scene.trimmed.id: all_names(scene.trimmed) - {scene.gone_head},
        }
        assert [receipt.encode() for receipt in again.receipts] == [receipt.encode() for receipt in outcome.receipts]
        signed = {receipt.value["record"]: set(receipt.value["parts"]) for receipt in again.receipts}
        assert signed[scene.kept.id] == all_names(scene.kept)
        assert signed[scene.trimmed.id] >= all_names(scene.trimmed) - {scene.gone_head}
        assert station.shred_keys.find(scene.tids[1]) is None
        assert not any(station.parts.holds(part["body"]) for part in scene.withdrawn.value["parts"])
        with station.database.reading() as session:
            objects = {sha256_hex(item.payload) for item in scene.everything if item.kind == "object"}
            assert record_queries.lacking(session, objects) == set()
            assert custody_log.position_of(session, scene.kept.id, "received") is not None
    shutil.rmtree(home)
