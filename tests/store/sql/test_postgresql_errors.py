"""What can go wrong with a database server has a name each, is answered honestly, and is over when it is over.

No station is started again in any of these tests: it goes on by itself.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text

from testimony.errors import StationBusy
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services import startup
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.errors import (
    StoreClosed,
    StoreCrowded,
    StoreDriverMissing,
    StoreFull,
    StoreLocked,
    StoreSlow,
    StoreStandby,
    StoreUnreachable,
)
from testimony.store.sql import postgresql
from testimony.store.sql.database import Database
from testimony.sync.client.push import push
from testimony.web.factory import create_app
from testimony.web.server.metrics import Monitor
from tests.support.programs import lacking
from tests.support.services.world import World, names, said, take
from tests.support.store import postgres
from tests.support.sync.exactly_once import require_once, require_true_receipts
from tests.support.sync.world import held, to, waiting
from tests.support.web.browser import Browser

FEW = 20
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    few = (f"max_connections = {FEW}", "superuser_reserved_connections = 0")
    with postgres.running(*postgres.CAREFUL, *few) as one:
        yield one


@pytest.fixture
def url(server: postgres.Server) -> Iterator[str]:
    """An empty database."""
    server.execute("CREATE DATABASE own")
    yield server.url("own")
    server.execute("DROP DATABASE own WITH (FORCE)")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url, busy_seconds=0.2)
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    yield opened
    opened.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def central_at(world: World, url: str) -> Station:
    settings = Settings(home=world.folder / "central", role="central", name="central", database_url=url)
    seed = world.central_signer.seed
    rosters = list(world.chain.records)
    station = startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed)
    world.opened.append(station)
    return station


def add(database: Database, word: str) -> None:
    with database.transaction() as session:
        session.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


def words(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT word FROM words ORDER BY word")))


def test_a_server_that_is_gone_is_named_and_used_again_when_it_is_back(
    server: postgres.Server, database: Database
) -> None:
    add(database, "before")
    server.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreUnreachable):
                add(database, "never")
            with pytest.raises(StoreUnreachable):
                words(database)
    finally:
        server.start()
    add(database, "after")
    assert words(database) == ["after", "before"]


def test_a_server_that_goes_away_in_the_middle_of_a_block_undoes_it(
    server: postgres.Server, database: Database
) -> None:
    def interrupted() -> None:
        with database.transaction() as session:
            session.execute(text("INSERT INTO words VALUES ('never')"))
            server.kill()

    try:
        with pytest.raises(StoreUnreachable):
            interrupted()
    finally:
        server.start()
    assert words(database) == []
    add(database, "after")
    assert words(database) == ["after"]


def test_too_many_connections_are_named(server: postgres.Server, database: Database) -> None:
    import psycopg

    with ExitStack() as held:
        with suppress(psycopg.OperationalError):
            while True:
                held.enter_context(psycopg.connect(server.url("own")))
        with pytest.raises(StoreCrowded):
            words(database)
        with pytest.raises(StoreCrowded):
            Database(server.url("own"))
        add(database, "on the connection that is there")
    assert words(database) == ["on the connection that is there"]


def test_a_pool_without_a_free_connection_is_named(database: Database) -> None:
    database._engines.readers.pool._timeout = 0.05  # type: ignore[attr-defined]
    with ExitStack() as held:
        for _ in range(postgresql.READERS):
            held.enter_context(database.reading()).execute(text("SELECT 1"))
        with pytest.raises(StoreCrowded):
            words(database)
    assert words(database) == []


def test_whom_the_server_does_not_let_in_is_told_so(server: postgres.Server, database: Database) -> None:
    for wrong in (server.url("nowhere"), server.url("own").replace("postgres@", "nobody@")):
        with pytest.raises(StoreClosed):
            Database(wrong)
    server.execute("ALTER DATABASE own ALLOW_CONNECTIONS false")
    try:
        with pytest.raises(StoreClosed):
            Database(server.url("own"))
    finally:
        server.execute("ALTER DATABASE own ALLOW_CONNECTIONS true")


def test_a_statement_that_takes_too_long_is_named(server: postgres.Server, url: str) -> None:
    server.execute("ALTER DATABASE own SET statement_timeout = '50ms'")
    database = Database(url)
    for block in (database.transaction, database.reading):
        with pytest.raises(StoreSlow), block() as session:
            session.execute(text("SELECT pg_sleep(60)"))
        with block() as session:
            assert session.execute(text("SELECT 1")).scalar() == 1
    database.close()


def test_a_block_that_the_server_gave_up_is_named(server: postgres.Server, url: str) -> None:
    database = Database(url)

    def dawdling() -> None:
        with database.transaction() as session:
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
            while server.execute("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'"):
                pass
            session.execute(text("SELECT 1"))

    with pytest.raises((StoreSlow, StoreUnreachable)):
        dawdling()
    with database.transaction() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    database.close()


def test_a_writer_that_waits_for_its_turn_in_vain_is_named(url: str, database: Database) -> None:
    other = Database(url)
    with other.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StoreLocked):
            add(database, "never")
    add(database, "after")
    assert words(database) == ["after"]
    other.close()


def test_a_missing_driver_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreDriverMissing):
        Database(url)


def test_a_standby_is_named_read_from_and_written_to_once_it_is_the_primary(
    server: postgres.Server, database: Database
) -> None:
    add(database, "before")
    with postgres.standby(server) as other:
        there = Database(other.url("own"))
        other.wait_until_it_has_what(server)
        assert words(there) == ["before"]
        for _ in range(2):
            with pytest.raises(StoreStandby):
                add(there, "never")
        other.execute("SELECT pg_promote()")
        add(there, "after")
        assert words(there) == ["after", "before"]
        there.close()


def test_a_station_that_knows_both_servers_goes_on_at_the_one_that_takes_data(
    server: postgres.Server, database: Database
) -> None:
    add(database, "before")
    with postgres.standby(server) as other:
        hosts = f"{other.folder},{server.folder}"
        both = Database(f"postgresql://{postgres.OWNER}@/own?host={hosts}&target_session_attrs=read-write")
        add(both, "at the primary")
        other.wait_until_it_has_what(server)
        server.stop()
        try:
            with pytest.raises(StoreStandby):
                add(both, "never")
            other.execute("SELECT pg_promote()")
            add(both, "at the other")
            assert words(both) == ["at the other", "at the primary", "before"]
        finally:
            both.close()
            server.start()


def test_a_full_disk_of_the_server_takes_nothing_by_half_and_goes_on_when_there_is_room(
    server: postgres.Server, world: World
) -> None:
    with small_disk(server) as small:
        server.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
        server.execute("CREATE DATABASE full_up TABLESPACE small")
        central = central_at(world, server.url("full_up"))
        filler = small / "filler"
        with filler.open("wb") as file:
            file.write(bytes(max(0, free(small) - MEGABYTE // 2)))
        brought: list[SealedTestimony] = []
        with pytest.raises(StoreFull):
            fill(central, world, brought)
        assert held(central, brought[-1]) == set()
        filler.unlink()
        for one in brought:
            assert set(said(take(central, one))) == {"stored" if one is brought[-1] else "duplicate"}
            assert held(central, one) == names(one)
        require_once(central, brought)
        central.close()
        server.execute("DROP DATABASE full_up WITH (FORCE)")
        server.execute("DROP TABLESPACE small")


def fill(central: Station, world: World, brought: list[SealedTestimony]) -> NoReturn:
    while True:
        brought.append(world.testimony())
        take(central, brought[-1])


@contextmanager
def small_disk(server: postgres.Server) -> Iterator[Path]:
    """A file system of 16 MB that the server may write to. Mounting it needs root."""
    if os.geteuid() != 0:
        lacking("mounting a file system needs root")
    folder = server.folder / "small"
    folder.mkdir()
    owner = pwd.getpwnam(server.user).pw_uid
    command = ["mount", "-t", "tmpfs", "-o", f"size=16m,mode=0700,uid={owner}", "small", folder]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        lacking("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def test_a_delivery_meanwhile_is_answered_with_come_again_and_arrives_once(
    server: postgres.Server, url: str, world: World
) -> None:
    central, node = central_at(world, url), world.node()
    way = to(central, world.station)
    first, second = world.testimony(), world.testimony()
    take(node, first)
    push(node, way)
    take(node, second)
    server.stop()
    try:
        with pytest.raises(StationBusy) as caught:
            push(node, way)
        assert caught.value.retry_after == 5
        assert waiting(node) == [second.record.id]
    finally:
        server.start()
    push(node, way)
    assert waiting(node) == []
    require_true_receipts(node, central)
    require_once(central, [first, second])


def test_pages_and_monitors_say_so_meanwhile(server: postgres.Server, url: str, world: World) -> None:
    central = central_at(world, url)
    operator = Browser(create_app(STATION=central), "central")
    assert operator.post_json("/start", {"token": operator.app.config["START_TOKEN"]}).status_code == 200
    assert operator.get("/en/").status_code == 200
    server.stop()
    try:
        page = operator.get("/en/")
        assert health(central).startswith("503")
    finally:
        server.start()
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert StoreUnreachable.sentence in page.text
    assert operator.get("/en/").status_code == 200
    assert not health(central).startswith("503")


def health(station: Station) -> str:
    """The status that a monitor is answered with."""
    said: list[str] = []
    Monitor(station)({"PATH_INFO": "/health", "REQUEST_METHOD": "GET"}, lambda status, _: said.append(status))  # type: ignore[arg-type,func-returns-value,return-value]
    return said[0]
