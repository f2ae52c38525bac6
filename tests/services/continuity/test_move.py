"""A central that was moved serves readers at once, because nothing is lost; and only then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from testimony.cli.main import main
from testimony.services.continuity import restart
from testimony.services.startup import open_station
from testimony.settings import FILE, Settings
from testimony.station.station import JOURNAL, Station
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow
from testimony.sync.client.exchange import exchange
from tests.support.services.recovery.backups import KEEPER
from tests.support.services.world import World, entries, take
from tests.support.store import backend, postgres
from tests.support.sync.homes import opened
from tests.support.sync.world import bring, held, to


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture(autouse=True)
def where_it_is_told() -> Iterator[None]:
    """Each test says itself on which database its central lives, in every run."""
    with backend.on(backend.SQLITE):
        yield


def said(capsys: pytest.CaptureFixture[str], *command: object) -> tuple[int, str]:
    code = main([str(part) for part in command])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def filled(world: World) -> tuple[Path, list[object]]:
    """The home of a central that nodes deliver to, that destroyed a testimony, and that stands still now."""
    central, node = world.central(), world.node()
    kept, gone = world.testimony(), world.coded()
    bring(node, kept, gone)
    exchange(node, to(central, world.station))
    take(central, world.withdrawal(gone))
    central.close()
    return central.settings.home, [kept, gone]


def moved(capsys: pytest.CaptureFixture[str], home: Path, new: Path, *options: object) -> None:
    """By the commands of the page: back up, restore into another folder."""
    folder, keys, key = (home.with_name(name) for name in ("backup", "keys", "central.key"))
    key.write_text(f"{KEEPER.text}\n")
    opener = ("--recipient", KEEPER.recipient.text)
    code, shown = said(capsys, "backup", folder, "--home", home, "--shred-keys", keys, *opener)
    assert code == 0, shown
    code, shown = said(capsys, "restore", folder, "--key", key, "--home", new, "--shred-keys", keys, *options)
    assert code == 0, shown


def awaited(home: Path) -> list[str]:
    with open_station(home) as station, station.database.reading() as session:
        return restart.missing(station, session)


def test_readers_are_served_before_any_node_has_come_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home, (kept, _) = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    assert awaited(new) == ["node-1", "node-2"]
    code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert (code, "served" in shown) == (0, True), shown
    assert awaited(new) == []
    station, desk = opened(world, new), world.desk()
    exchange(desk, to(station, world.lawyer_signer), audience="lawyers")
    assert held(desk, kept) != set()  # type: ignore[arg-type]
    assert [kind for kind, _ in entries(station) if kind in ("restored", "resumed")] == ["restored", "resumed"]
    assert said(capsys, "check", "--home", new)[0] == 0


def test_it_moves_to_a_server_and_back(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = filled(world)
    new, back = home.with_name("new"), home.with_name("back")
    with postgres.running(*postgres.CAREFUL) as server:
        server.execute("CREATE ROLE mover LOGIN")
        server.execute("CREATE DATABASE moved OWNER mover")
        url = server.url("moved").replace("postgres@", "mover@")
        moved(capsys, home, new, "--database", url)
        code, shown = said(capsys, "central", "moved", home, "--home", new)
        assert code == 0, shown
        assert awaited(new) == []
        shutil.rmtree(home.with_name("backup"))
        moved(capsys, new, back)
        code, shown = said(capsys, "central", "moved", new, "--home", back)
        assert code == 0, shown
        assert awaited(back) == []


def test_the_old_one_does_not_start_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Two servers with one key would take in different testimonies, and each would sign for its own."""
    home, _ = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    assert said(capsys, "central", "moved", home, "--home", new)[0] == 0
    assert not (home / FILE).exists()
    code, shown = said(capsys, "central", "state", "--home", home)
    assert (code == 0, "state" in shown) == (False, False)
    code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert code != 0


def lose_record(station: Station) -> None:
    with station.database.transaction() as session:
        session.execute(delete(RecordRow).where(RecordRow.kind == "manifest", RecordRow.progress == 1))


def lose_head(station: Station) -> None:
    with station.database.transaction() as session:
        heads = (ObjectRow.audience == "lawyers", ObjectRow.held == Held.HELD)
        session.execute(update(ObjectRow).where(*heads).values(held=Held.EXPECTED, sealed=None))


def lose_withdrawal(station: Station) -> None:
    """From the journal too: one alone is made up for by the other when the station opens."""
    with station.database.transaction() as session:
        session.execute(delete(TombstoneRow))
    (station.settings.home / JOURNAL).write_bytes(b"")


@pytest.mark.parametrize("lose", [lose_record, lose_head, lose_withdrawal])
def test_a_move_that_lost_anything_is_a_restoration(
    world: World, capsys: pytest.CaptureFixture[str], lose: object
) -> None:
    home, _ = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    with open_station(new) as station:
        lose(station)  # type: ignore[operator]
    code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert (code != 0, "Not all" in shown) == (True, True), shown
    assert awaited(new) == ["node-1", "node-2"]
    assert (home / FILE).exists()


def test_an_old_one_that_took_something_in_after_the_backup_is_said(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    home, _ = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    with open_station(home) as old:
        bring(old, world.testimony())
    code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert (code != 0, "Not all" in shown) == (True, True), shown
    assert awaited(new) == ["node-1", "node-2"]


def test_an_old_one_that_runs_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    with open_station(home):
        code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert (code != 0, "stop" in shown.lower()) == (True, True), shown
    assert awaited(new) == ["node-1", "node-2"]


def test_the_same_folder_and_the_same_database_prove_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = filled(world)
    new = home.with_name("new")
    moved(capsys, home, new)
    assert said(capsys, "central", "moved", new, "--home", new)[0] != 0
    settings = Settings.load(home)
    replace(settings, database_url=f"sqlite:///{new / 'testimony.db'}").save()
    code, shown = said(capsys, "central", "moved", home, "--home", new)
    assert (code != 0, "same" in shown) == (True, True), shown
    assert awaited(new) == ["node-1", "node-2"]


def test_another_station_is_no_old_one(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = filled(world)
    new, other = home.with_name("new"), world.other_node()
    moved(capsys, home, new)
    other.close()
    assert said(capsys, "central", "moved", other.settings.home, "--home", new)[0] != 0
    assert awaited(new) == ["node-1", "node-2"]
