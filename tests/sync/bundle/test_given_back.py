"""What central lost comes back on a stick from a desk that reads central's log on sticks too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.continuity import restart
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from tests.support.services.world import World
from tests.support.sync.homes import kept, restored
from tests.support.sync.removable_media import answer, bring_file, export, lawyer
from tests.support.sync.world import bring, held, to


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def lost_with_the_backup(world: World) -> tuple[Station, Station]:
    central, desk = world.central(), world.desk()
    copy = kept(central)
    sealed = world.with_media(size=90_000)
    bring(central, sealed)
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    world.sealed = sealed  # type: ignore[attr-defined]
    again = restored(world, central, copy, backup=True)
    with again.database.transaction() as session:
        restart.resume(again, session)
    return again, desk


def round_trip(world: World, central: Station, desk: Station, folder: Path, **options: bool) -> list[str]:
    """A stick to central and back; the rules that something broke."""
    refused: list[str] = []
    for file in export(desk, folder, signer=world.lawyer_signer, **options):
        refused += bring_file(central, file).refused.values()
    for file in answer(central, folder / "back", "lawyer-a"):
        bring_file(desk, file, lawyer(world))
    return refused


def test_the_second_stick_gives_back_what_the_log_on_the_first_did_not_name(world: World, tmp_path: Path) -> None:
    central, desk = lost_with_the_backup(world)
    sealed = world.sealed  # type: ignore[attr-defined]
    before = held(desk, sealed)
    assert round_trip(world, central, desk, tmp_path / "1") == []
    assert held(central, sealed) == set()
    assert round_trip(world, central, desk, tmp_path / "2") == []
    assert held(central, sealed) == before
    round_trip(world, central, desk, tmp_path / "3")
    (file,) = export(desk, tmp_path / "4", signer=world.lawyer_signer)
    assert sealed.record.data not in file.read_bytes()


def test_everything_goes_at_once_where_that_is_said(world: World, tmp_path: Path) -> None:
    central, desk = lost_with_the_backup(world)
    sealed = world.sealed  # type: ignore[attr-defined]
    round_trip(world, central, desk, tmp_path / "1")
    assert round_trip(world, central, desk, tmp_path / "2", everything=True) == []
    assert held(central, sealed) == held(desk, sealed)


def test_a_stick_of_a_reader_who_was_revoked_gives_nothing_back(world: World, tmp_path: Path) -> None:
    central, desk = lost_with_the_backup(world)
    sealed = world.sealed  # type: ignore[attr-defined]
    round_trip(world, central, desk, tmp_path / "1")
    (file,) = export(desk, tmp_path / "2", signer=world.lawyer_signer)
    adoption.adopt_all(central, [world.without("lawyer-a")])
    assert set(bring_file(central, file).refused.values()) == {"signer.inactive"}
    assert held(central, sealed) == set()


def test_a_bundle_that_asks_for_no_more_carries_nothing_to_give_back(world: World, tmp_path: Path) -> None:
    central, desk = world.central(), world.desk()
    bring(central, world.testimony())
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    (file,) = export(desk, tmp_path / "1", signer=world.lawyer_signer, everything=True)
    assert b'"logged"' not in file.read_bytes()
