"""On PostgreSQL a station promises the same, also when several servers share one database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.services import startup
from testimony.services.custody import log as custody_log
from testimony.services.integrity import fsck
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.errors import NonceSpent
from testimony.station.nonces import AHEAD, ASKED_SECONDS, Nonces, SharedNonces
from testimony.station.station import Station
from testimony.store.errors import StoreFailing, StoreLocked, StoreUnwritable
from testimony.store.sql import migrate
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata
from tests.support.services.world import World, entries, names, said, take, tid_of
from tests.support.store import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """An empty database."""
    yield server
    database = Database(server)
    with database.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    database.close()


@pytest.fixture
def central(url: str, tmp_path: Path) -> Iterator[tuple[World, Station]]:
    world = World(tmp_path)
    settings = Settings(home=tmp_path / "central", role="central", name="central", database_url=url)
    seed = world.central_signer.seed
    with startup.create_station(
        settings, root=world.root.data, rosters=list(world.chain.records), signing_seed=seed
    ) as made:
        yield world, made


def test_migrations_give_the_tables_of_the_code(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database)
    migrate.upgrade(database)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []
    database.close()


def test_a_testimony_is_stored_signed_for_and_shredded(central: tuple[World, Station]) -> None:
    world, station = central
    sealed = world.coded()
    outcome = take(station, sealed)
    assert set(said(outcome)) == {"stored"}
    [receipt] = outcome.receipts
    assert set(receipt.value["parts"]) == names(sealed)
    again = take(station, sealed)
    assert [each.encode() for each in again.receipts] == [receipt.encode()]
    with station.database.reading() as session:
        for part, entry in zip(sealed.parts, sealed.record.value["parts"], strict=True):
            assert record_queries.read_head(station, session, entry["heads"]["lawyers"]) == part.heads["lawyers"]
    withdrawn = world.withdrawal(sealed)
    assert said(take(station, withdrawn)) == ["stored"]
    assert set(said(take(station, sealed))) == {"withdrawn"}
    assert station.shred_keys.find(tid_of(sealed)) is None
    assert [kind for kind, _ in entries(station)] == ["received", "withdrawn", "shredded"]


def test_an_incomplete_testimony_is_completed(central: tuple[World, Station]) -> None:
    world, station = central
    sealed = world.testimony()
    first, *rest = [part.body for part in sealed.parts]
    heads = [head for part in sealed.parts for head in part.heads.values()]
    assert take(station, sealed.record, *rest, *heads).receipts == ()
    assert len(take(station, first).receipts) == 1


def test_several_servers_write_one_log_without_a_gap_or_a_fork(central: tuple[World, Station]) -> None:
    """Four writers over two servers: what a cursor over a sequence would skip for ever."""
    _, station = central
    second = Database(station.settings.database_url)
    failures: list[Exception] = []

    def write(database: Database, writer: int) -> None:
        try:
            for number in range(25):
                with database.transaction() as session:
                    custody_log.append(
                        session, kind="received", ref=f"{writer:032}{number:032}", by="b" * 16, day="2026-11-24"
                    )
        except Exception as error:  # noqa: BLE001  # handed to the test
            failures.append(error)

    writers = [(station.database, 1), (second, 2), (station.database, 3), (second, 4)]
    threads = [threading.Thread(target=write, args=writer) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert failures == []
    with station.database.reading() as session:
        found = custody_log.entries(session, 0, 1000)
        assert [no for no, _ in found] == list(range(101))
        assert [canonical.decode_object(entry)["no"] for _, entry in found] == list(range(101))
        assert custody_log.root(session) == merkle.root([merkle.leaf_hash(entry) for _, entry in found]).hex()


def test_a_writer_that_waits_too_long_says_that_the_database_is_in_use(url: str) -> None:
    holder, waiter = Database(url), Database(url, busy_seconds=0.2)
    with holder.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StoreLocked):
            _touch(waiter)
    _touch(waiter)
    holder.close()
    waiter.close()


def test_an_error_undoes_its_block_and_names_no_value(url: str) -> None:
    database = Database(url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    with pytest.raises(StoreFailing) as caught, database.transaction() as session:
        session.execute(text("INSERT INTO words VALUES (:one), (:one)"), {"one": "canary"})
    assert "canary" not in str(caught.value)
    with pytest.raises(StoreUnwritable), database.reading() as session:
        session.execute(text("INSERT INTO words VALUES ('never')"))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM words")).scalar() == 0
    database.close()


def test_a_server_that_comes_back_is_used_again(url: str) -> None:
    """All its connections are cut, as by a restart: the next block works."""
    database = Database(url)
    _touch(database)
    killer = Database(url)
    with killer.transaction() as session:
        cut = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = :t"
        )
        session.execute(text(cut), {"t": "client backend"})
    killer.close()
    _touch(database)
    database.close()


def test_a_station_keeps_its_database_s_address(central: tuple[World, Station]) -> None:
    _, station = central
    assert Settings.load(station.settings.home, {}) == replace(station.settings)


def _touch(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("SELECT 1"))


def test_central_is_checked(central: tuple[World, Station]) -> None:
    world, station = central
    sealed = world.testimony()
    take(station, sealed)
    assert [one.words for one in fsck.check(station.settings.home) if one.grave] == []
    body = str(sealed.record.value["parts"][0]["body"])
    station.parts.remove(body)
    assert [one.subject for one in fsck.check(station.settings.home) if one.grave] == ["body"]


# nonces, when several servers are one station


ONE, OTHER = "1" * 16, "2" * 16


@pytest.fixture
def both(central: tuple[World, Station]) -> Iterator[tuple[SharedNonces, SharedNonces]]:
    """Of two servers of one central."""
    _, station = central
    with open_station(station.settings.home) as second:
        assert isinstance(station.nonces, SharedNonces)
        assert isinstance(second.nonces, SharedNonces)
        yield station.nonces, second.nonces


def test_a_nonce_counts_once_whichever_server_gave_it_out(both: tuple[SharedNonces, SharedNonces]) -> None:
    here, there = both
    nonce = here.new()
    there.spend(nonce, ONE)
    for server in both:
        with pytest.raises(NonceSpent):
            server.spend(nonce, OTHER)


def test_of_many_who_spend_one_nonce_in_the_same_moment_one_succeeds(both: tuple[SharedNonces, SharedNonces]) -> None:
    nonce, came, tries = both[0].new(), threading.Barrier(8), []

    def spend(server: SharedNonces) -> None:
        came.wait()
        try:
            server.spend(nonce, ONE)
        except NonceSpent:
            tries.append(False)
        else:
            tries.append(True)

    threads = [threading.Thread(target=spend, args=(both[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tries) == [False] * 7 + [True]


def test_one_who_uses_too_many_takes_none_from_another(central: tuple[World, Station]) -> None:
    _, station = central
    nonces = SharedNonces(station.database, station.signer.seed, at_most=2)
    first, second, third, fourth = (nonces.new() for _ in range(4))
    nonces.spend(first, ONE)
    nonces.spend(second, ONE)
    with pytest.raises(NonceSpent):
        nonces.spend(third, ONE)
    nonces.spend(fourth, OTHER)


def test_old_invented_and_changed_nonces_do_not_count_and_old_ones_are_forgotten(
    central: tuple[World, Station],
) -> None:
    _, station = central
    seed = station.signer.seed
    fresh = SharedNonces(station.database, seed)
    fresh.spend(fresh.new(), ONE)
    old = SharedNonces(station.database, seed, life_seconds=-1)
    nonce = fresh.new()
    for wrong in ("0" * 112, nonce[:-1] + ("0" if nonce[-1] != "0" else "1"), Nonces().new()):
        with pytest.raises(NonceSpent):
            fresh.spend(wrong, ONE)
    with pytest.raises(NonceSpent):
        SharedNonces(station.database, bytes(32)).spend(nonce, ONE)  # of another station
    with pytest.raises(NonceSpent):
        old.spend(nonce, ONE)
    fresh.spend(nonce, ONE)
    early = SharedNonces(station.database, seed)
    early._ahead += 2 * AHEAD  # as when the server's clock was set back since it was asked
    with pytest.raises(NonceSpent):
        fresh.spend(early.new(), ONE)
    swept = SharedNonces(station.database, seed, life_seconds=0)
    with pytest.raises(NonceSpent):
        swept.spend(swept.new(), ONE)
    with station.database.reading() as session:
        assert session.scalars(text("SELECT count(*) FROM used_nonces")).one() == 2  # a refusal undoes its sweep


def test_the_server_s_clock_is_not_asked_for_each_nonce(central: tuple[World, Station]) -> None:
    _, station = central
    nonces, asked = SharedNonces(station.database, station.signer.seed), []
    ask = nonces._ask
    nonces._ask = lambda: asked.append(1) or ask()  # type: ignore[func-returns-value,method-assign]
    given = [nonces.new() for _ in range(50)]
    assert asked == []
    nonces._asked -= ASKED_SECONDS
    given.append(nonces.new())
    assert asked == [1]
    for nonce in given:
        nonces.spend(nonce, ONE)


def test_what_is_beside_the_log_waits_for_no_writer(central: tuple[World, Station]) -> None:
    _, station = central
    with station.database.transaction():
        station.nonces.spend(station.nonces.new(), ONE)
