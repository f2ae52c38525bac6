"""Manipulated sticks: central's answers to readers and nodes, and a node's delivery to central.

Each is noticed by whom it is for when it is read, and the honest stick makes up for it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import shredding
from testimony.station.station import Station
from tests.support.sync.hostile_central import stripped
from tests.support.sync.manipulations import (
    DELIVERIES,
    EVERYBODY,
    SEALED,
    STICKS,
    Scene,
    at_whom,
    noticed,
    require_as_honest,
    resealed,
    size_of,
)
from tests.support.sync.removable_media import answer, bring_bytes, export_one
from tests.support.sync.world import all_names, bring, held, tid_of, waiting


def whole(scene: Scene, name: str, folder: Path) -> bytes:
    """Central's answer from the beginning of its log."""
    (file,) = answer(scene.central, folder / f"stick-{name}", scene.who[name].name, after=0)
    return file.read_bytes()


@pytest.mark.parametrize(("what", "name"), at_whom(STICKS))
def test_a_manipulated_stick_is_noticed_at_once_and_costs_nothing(
    scene: Scene, what: str, name: str, tmp_path: Path
) -> None:
    who, data = scene.who[name], whole(scene, name, tmp_path)
    station = scene.fresh(who.home)
    changed = stripped(data, STICKS[what][1](scene, name))
    assert noticed(lambda: bring_bytes(station, changed, tmp_path, who.reader))
    bring_bytes(station, data, tmp_path, who.reader)
    require_as_honest(scene, name, station)


@pytest.mark.parametrize(("what", "name"), at_whom(SEALED))
def test_what_central_itself_leaves_out_of_a_file_that_it_seals_is_noticed_too(
    scene: Scene, what: str, name: str, tmp_path: Path
) -> None:
    who, data = scene.who[name], whole(scene, name, tmp_path)
    station = scene.fresh(who.home)
    changed = resealed(data, SEALED[what][1](scene, name), scene.world.central_signer, tmp_path / "made")
    assert noticed(lambda: bring_bytes(station, changed, tmp_path, who.reader))
    bring_bytes(station, data, tmp_path, who.reader)
    require_as_honest(scene, name, station)


def test_a_file_that_is_sealed_anew_without_a_change_alarms_nobody(scene: Scene, tmp_path: Path) -> None:
    for name in EVERYBODY:
        who, data = scene.who[name], whole(scene, name, tmp_path)
        same = resealed(data, lambda frames: frames, scene.world.central_signer, tmp_path / f"made-{name}")
        station = scene.fresh(who.home)
        assert not noticed(lambda: bring_bytes(station, same, tmp_path, who.reader))  # noqa: B023
        require_as_honest(scene, name, station)


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_answer_that_is_replayed_takes_nothing_back(scene: Scene, name: str, tmp_path: Path) -> None:
    """It is true, only old: nobody is alarmed, and what was withdrawn since stays withdrawn."""
    who, data = scene.who[name], whole(scene, name, tmp_path)
    station = scene.fresh(who.home)
    bring_bytes(station, data, tmp_path, who.reader)
    assert bring_bytes(station, scene.earlier[name], tmp_path, who.reader).entries == 0
    require_as_honest(scene, name, station)


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_answer_of_another_organisation_is_refused(scene: Scene, name: str, tmp_path: Path) -> None:
    (strange,) = (one for one in scene.strange.opened if one.settings.role == "central")
    who = scene.who[name]
    (file,) = answer(strange, tmp_path / "stick", who.name, after=0)
    station = scene.fresh(who.home)
    assert noticed(lambda: bring_bytes(station, file.read_bytes(), tmp_path, who.reader))
    scene.pull(name, station)
    require_as_honest(scene, name, station)


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_answer_whose_log_went_another_way_is_noticed(scene: Scene, name: str, tmp_path: Path) -> None:
    """Central told others what this station read, and tells it something else: it signed both."""
    who, other = scene.who[name], scene.fresh("central-before")
    take_in(other, [Incoming("record", scene.roster.encode())])
    while size_of(other) <= size_of(scene.central):
        bring(other, scene.world.coded())
    (file,) = answer(other, tmp_path / "stick", who.name, after=0)
    station = scene.fresh(who.home)
    bring_bytes(station, whole(scene, name, tmp_path), tmp_path, who.reader)
    assert noticed(lambda: bring_bytes(station, file.read_bytes(), tmp_path, who.reader))
    require_as_honest(scene, name, station)


# A node's delivery to central.


def require_delivered(scene: Scene, central: Station) -> None:
    assert held(central, scene.outbox) == all_names(scene.outbox)
    with central.database.reading() as session:
        assert shredding.is_shredded(session, tid_of(scene.taken_back))
        assert not record_queries.is_served(session, tid_of(scene.taken_back))


@pytest.mark.parametrize("what", DELIVERIES)
def test_a_manipulated_delivery_is_noticed_by_central_and_waits_at_its_node(
    scene: Scene, what: str, tmp_path: Path
) -> None:
    central, node = scene.fresh("central-before"), scene.fresh("courier")
    changed = stripped(scene.delivery, DELIVERIES[what](scene))
    assert noticed(lambda: bring_bytes(central, changed, tmp_path))
    (file,) = answer(central, tmp_path / "stick", "node-1")
    bring_bytes(node, file.read_bytes(), tmp_path)
    lost = {scene.outbox.record.id} if held(central, scene.outbox) != all_names(scene.outbox) else set()
    with central.database.reading() as session:
        lost |= set() if shredding.is_shredded(session, tid_of(scene.taken_back)) else {scene.at_node.id}
    assert lost <= set(waiting(node))
    assert bool(lost) == (what not in ("records of another organisation are added", "nothing but the seal is left out"))
    bring_bytes(central, export_one(node, tmp_path / "again"), tmp_path)
    require_delivered(scene, central)


def test_a_delivery_that_is_replayed_brings_nothing_back(scene: Scene, tmp_path: Path) -> None:
    central = scene.fresh("central-before")
    assert not noticed(lambda: bring_bytes(central, scene.delivery, tmp_path))
    require_delivered(scene, central)
    bring(central, scene.new)
    bring_bytes(central, scene.delivery, tmp_path)
    require_delivered(scene, central)


def test_a_delivery_of_another_organisation_is_refused(scene: Scene, tmp_path: Path) -> None:
    node = scene.strange.node()
    bring(node, scene.strange.testimony())
    central = scene.fresh("central-before")
    before = size_of(central)
    assert noticed(lambda: bring_bytes(central, export_one(node, tmp_path / "stick"), tmp_path))
    assert size_of(central) == before
