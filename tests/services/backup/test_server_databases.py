"""A backup of central is the same whatever its database is, and is restored into a file or into a server's database."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from testimony.errors import TestimonyError
from testimony.sealing.age.recipients import OpeningKey
from testimony.services import startup
from testimony.services.backup import backup, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.services.witnesses import witnesses
from testimony.settings import FILE, Settings
from testimony.station.station import Station
from testimony.store.errors import StoreFailing, StoreFull, StoreNewer
from testimony.store.sql import migrate, transfer
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from testimony.sync.client import timestamps as client_timestamps
from tests.support.cli.program import run
from tests.support.each_time import each_time
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, said, take
from tests.support.store import backend, postgres
from tests.support.sync.exactly_once import logged
from tests.support.sync.timestamp_server import serving
from tests.support.sync.world import held

KINDS, FORMS = ("sqlite", "postgresql"), ("folder", "file")
TELLING = (("sqlite", "postgresql", "file"), ("postgresql", "sqlite", "folder"), ("postgresql", "postgresql", "file"))
"""Restored each time: from which database, into which, and how the backup is kept."""


@pytest.fixture(autouse=True)
def where_it_is_told() -> Iterator[None]:
    """Here each test says itself on which database its central lives, in every run."""
    with backend.on(backend.SQLITE):
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.running(*postgres.CAREFUL) as one:
        yield one


@pytest.fixture
def empty(server: postgres.Server, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database whose owner owns nothing else, with a password in it."""
    for statement in (
        "CREATE ROLE teller LOGIN PASSWORD 'notinbackups'",
        "CREATE DATABASE another OWNER teller",
    ):
        server.execute(statement)
    yield server.url("another").replace("postgres@", "teller:notinbackups@")
    server.execute("DROP DATABASE another WITH (FORCE)")
    server.execute("DROP ROLE teller")


@pytest.fixture
def own(server: postgres.Server) -> Iterator[str]:
    server.execute("CREATE ROLE owner LOGIN")
    server.execute("CREATE DATABASE own OWNER owner")
    yield server.url("own").replace("postgres@", "owner:secretinaddress@")
    server.execute("DROP DATABASE own WITH (FORCE)")
    server.execute("DROP ROLE owner")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def central_on(kind: str, world: World, own: str, **changes: Any) -> Station:
    url = own if kind == "postgresql" else f"sqlite:///{world.folder / 'central' / 'testimony.db'}"
    settings = Settings(home=world.folder / "central", role="central", name="central", database_url=url, **changes)
    seed, rosters = world.central_signer.seed, list(world.chain.records)
    station = startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed)
    world.opened.append(station)
    return station


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    database = Database(url)
    try:
        with database.reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }
    finally:
        database.close()


def known_to_the_planner(url: str) -> int:
    """How many rows the planner believes the table of objects to have; -1 where nobody counted them."""
    database = Database(url)
    try:
        with database.reading() as session:
            return int(session.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'objects'")).scalar_one())
    finally:
        database.close()


@pytest.mark.parametrize(("kind", "to", "form"), each_time(itertools.product(KINDS, KINDS, FORMS), *TELLING))
def test_central_is_restored_from_either_database_into_either(
    world: World, own: str, empty: str, tmp_path: Path, kind: str, to: str, form: str
) -> None:
    central = central_on(kind, world, own)
    sealed = [world.testimony(), world.with_media(300_000)]
    gone = world.coded()
    take(central, *sealed, gone)
    take(central, world.withdrawal(gone))
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", central.settings.home
    key = OpeningKey.generate()
    if form == "file":
        backup_writer.back_up(central, kept, [key.recipient], shred_keys=keys)
    else:
        backup.back_up(central, kept, shred_keys=keys, recipients=[key.recipient])
    entered = logged(central)
    central.close()
    shutil.rmtree(home)
    target = empty if to == "postgresql" else f"sqlite:///{home / 'testimony.db'}"
    given = Given(shred_keys=keys, key=key, database_url=empty if to == "postgresql" else "")
    restore.restore(SealedSource(kept, key) if form == "file" else kept, home, given)
    replace(Settings.load(home, {}), database_url=target).save()
    assert (home / "testimony.db").exists() == (to == "sqlite")
    with open_station(home) as again:
        assert [held(again, one) for one in sealed] == [names(one) for one in sealed]
        assert held(again, gone) == set()
        assert set(said(take(again, *sealed))) == {"duplicate"}
        assert logged(again) == entered
        take(again, later := world.testimony())
        assert held(again, later) == names(later)
    assert [one.words for one in fsck.check(home) if one.grave] == []


@pytest.mark.parametrize(
    ("kind", "to", "form"),
    [("sqlite", "sqlite", "folder"), ("postgresql", "postgresql", "folder"), ("postgresql", "sqlite", "file")],
)
def test_a_restored_central_has_its_log_stamped_as_before(
    world: World, own: str, empty: str, tmp_path: Path, kind: str, to: str, form: str
) -> None:
    """The roots by which stamps are believed are a file of their own, which nobody remembers after a fire."""
    authority, key = Authority(), OpeningKey.generate()
    kept, keys = tmp_path / "kept", tmp_path / "shred.copy"
    with serving(authority) as (url, answers):
        central = central_on(kind, world, own, timestamp_url=url, timestamp_roots="time/roots.pem")
        home = central.settings.home
        (home / "time").mkdir()
        (home / "time" / "roots.pem").write_bytes(authority.pem)
        if form == "file":
            made = backup_writer.back_up(central, kept, [key.recipient], shred_keys=keys)
        else:
            backup.back_up(central, kept, shred_keys=keys, recipients=[key.recipient])
        central.close()
        shutil.rmtree(home)
        given = Given(shred_keys=keys, key=key, database_url=empty if to == "postgresql" else "")
        done = restore.restore(SealedSource(kept, key) if form == "file" else kept, home, given)
        assert done.lacking == ()
        if form == "file":
            assert made.left_out == ()
        with open_station(home) as again, closing(client_timestamps.authority_channel(again)) as channel:
            assert client_timestamps.stamp(again, channel, anew=True) is not None
            with again.database.reading() as session:
                assert [one.roots for one in witnesses.stamps(again, session, again.kid)] == [authority.roots]
        assert len(answers.asked) == 1


def test_no_row_is_another_one_on_the_way_to_a_server_and_back(
    world: World, own: str, empty: str, tmp_path: Path
) -> None:
    central = central_on("postgresql", world, own)
    take(central, world.testimony(), world.with_media(300_000), gone := world.coded())
    take(central, world.withdrawal(gone))
    transfer.copy(central.database, file := tmp_path / "all.db")
    before = rows_of(own)
    assert sum(map(len, before.values())) > 80
    transfer.to_server(file, empty)
    assert rows_of(empty) == before == rows_of(f"sqlite:///{file}")
    assert known_to_the_planner(empty) > 20, "a table that nobody counted is scanned whole"


def test_no_row_is_another_one_as_pieces(world: World, own: str, tmp_path: Path) -> None:
    central = central_on("postgresql", world, own)
    take(central, world.testimony(), world.with_media(300_000), gone := world.coded())
    take(central, world.withdrawal(gone))
    with central.database.reading() as session:
        pieces = list(transfer.pieces(session.connection(), lambda *_: None))
    transfer.from_pieces(tmp_path / "all.db", migrate.HEAD, pieces)
    assert rows_of(f"sqlite:///{tmp_path / 'all.db'}") == rows_of(own)


def test_the_address_of_the_database_is_in_no_file_of_the_backup(world: World, own: str, tmp_path: Path) -> None:
    central = central_on("postgresql", world, own)
    assert b"secretinaddress" in (central.settings.home / FILE).read_bytes()
    backup.back_up(central, tmp_path / "kept")
    files = [file for file in (tmp_path / "kept").rglob("*") if file.is_file()]
    assert [file for file in files if b"secretinaddress" in file.read_bytes()] == []


def test_what_comes_in_meanwhile_is_in_it_whole_or_not_at_all(
    world: World, own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is of one moment: what is stored between two tables is in none of them."""
    central, build = central_on("postgresql", world, own), migrate.build
    take(central, world.testimony())

    def stored_meanwhile(connection: object) -> None:
        build(connection)  # type: ignore[arg-type]
        take(central, world.testimony())

    monkeypatch.setattr(migrate, "build", stored_meanwhile)
    backup.back_up(central, kept := tmp_path / "kept")
    file = kept / backup.read(kept).database
    assert len(rows_of(f"sqlite:///{file}")["records"]) == len(rows_of(own)["records"]) - 1


def test_a_database_that_is_not_empty_is_not_written_into(world: World, own: str, empty: str, tmp_path: Path) -> None:
    central = central_on("postgresql", world, own)
    backup.back_up(central, kept := tmp_path / "kept", recipients=SEALED)
    before = rows_of(own)
    given = Given(key=KEEPER, without_keys=True, database_url=own)
    with pytest.raises(BackupRefused, match="has tables already"):
        restore.restore(kept, tmp_path / "new", given)
    assert rows_of(own) == before
    assert not (tmp_path / "new").exists()


def test_a_restoration_that_fails_leaves_the_database_empty(
    world: World, own: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = central_on("postgresql", world, own)
    take(central, world.testimony())
    backup.back_up(central, kept := tmp_path / "kept", recipients=SEALED)
    given = Given(key=KEEPER, without_keys=True, database_url=empty)

    def fails(*_: object, **__: object) -> None:
        raise StoreFailing

    for place in ("_settle", "_put_in_place"):
        with monkeypatch.context() as patch:
            patch.setattr(restore, place, fails)
            with pytest.raises(TestimonyError):
                restore.restore(kept, tmp_path / "new", given)
        assert transfer.is_empty(empty)
        assert not (tmp_path / "new").exists()


def test_a_node_has_no_database_on_a_server(world: World, empty: str, tmp_path: Path) -> None:
    backup.back_up(world.node(), kept := tmp_path / "kept", recipients=SEALED)
    with pytest.raises(BackupRefused, match="Only central"):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER, without_keys=True, database_url=empty))


def test_tables_of_a_newer_program_are_not_copied_in_part(world: World, own: str, tmp_path: Path) -> None:
    central = central_on("postgresql", world, own)
    with central.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer):
        backup.back_up(central, tmp_path / "kept")


def test_a_full_disk_under_the_backup_is_named(
    world: World, own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = central_on("postgresql", world, own)
    monkeypatch.setattr(transfer, "UNSAFE", (*transfer.UNSAFE, "max_page_count=12"))
    with pytest.raises(StoreFull):
        backup.back_up(central, tmp_path / "kept")


def test_from_the_command_line_a_folder_on_a_laptop_becomes_a_server_s_database(
    homes: Path, empty: str, tmp_path: Path
) -> None:
    kept, keys, home = tmp_path / "kept", tmp_path / "shred.copy", homes / "central"
    done = run("backup", kept, "--home", home, "--shred-keys", keys, "--recipient", KEEPER.recipient.text)
    assert done.returncode == 0, done.stderr
    done = run("restore", kept, "--home", home, "--over", "--database", empty)
    assert done.returncode == 0, done.stderr
    assert Settings.load(home, {}).database_url == empty
    assert "notinbackups" not in done.stdout
    done = run("check", "--home", home)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(
        "backup", tmp_path / "kept-2", "--home", home, "--shred-keys", keys, "--recipient", KEEPER.recipient.text
    )
    assert done.returncode == 0, done.stderr
