"""The database: what a committed block promises, and what each failure is called."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from testimony.store.errors import (
    StoreDamaged,
    StoreFailing,
    StoreLocked,
    StoreStopping,
    StoreUnreachable,
    StoreUnwritable,
)
from testimony.store.sql import sqlite
from testimony.store.sql.database import Database, after_commit


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with opened.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    yield opened
    opened.close()


def add(session: Session, word: str) -> None:
    session.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


def words(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT word FROM words ORDER BY word")))


def test_the_connections_are_as_careful_as_the_design_asks(database: Database) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "mmap_size": 0,
        "trusted_schema": 0,
    }
    for opened in (database.transaction, database.reading):
        with opened() as session:
            found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in expected}
        assert found == expected


def test_a_block_that_returned_is_seen_by_others(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        add(session, "a")
        assert words(database) == []
    assert words(database) == ["a"]
    other = sqlite3.connect(tmp_path / "a.db")
    assert other.execute("SELECT word FROM words").fetchall() == [("a",)]
    other.close()


def test_an_error_undoes_its_block_and_no_other(database: Database) -> None:
    with database.transaction() as session:
        add(session, "kept")
    with pytest.raises(StoreFailing), database.transaction() as session:
        session.execute(text("INSERT INTO words VALUES ('undone'), ('kept')"))
    with database.transaction() as session:
        add(session, "later")
    assert words(database) == ["kept", "later"]


def test_many_threads_write_at_once_and_nothing_is_lost(database: Database) -> None:
    failures: list[Exception] = []

    def write(thread: int) -> None:
        try:
            for number in range(20):
                with database.transaction() as session:
                    add(session, f"{thread}-{number}")
        except Exception as error:  # noqa: BLE001  # handed to the test
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(words(database)) == 160


def test_who_reads_sees_one_state_to_the_end(database: Database) -> None:
    with database.reading() as session:
        before = session.execute(text("SELECT count(*) FROM words")).scalar()
        with database.transaction() as writing:
            add(writing, "new")
        assert session.execute(text("SELECT count(*) FROM words")).scalar() == before


def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(StoreUnwritable), database.reading() as session:
        add(session, "never")
    assert words(database) == []


def test_an_act_for_afterwards_happens_only_when_it_is_lasting(database: Database) -> None:
    done: list[str] = []
    with database.transaction() as session:
        after_commit(session, lambda: done.append("lasting"))
        assert done == []
    with pytest.raises(StoreFailing), database.transaction() as session:
        session.execute(text(f"SELECT {after_commit(session, lambda: done.append('undone'))} FROM nowhere"))
    assert done == ["lasting"]


def test_no_value_of_a_statement_stands_in_an_error(database: Database) -> None:
    with pytest.raises(StoreFailing) as caught, database.transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "canary"})
    cause = caught.value.__cause__
    assert isinstance(cause, DBAPIError)
    assert "canary" not in str(cause) + str(caught.value)


def test_another_program_that_holds_the_database_is_named(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked):
        Database(f"sqlite:///{tmp_path / 'a.db'}", busy_seconds=0.05)
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as session:
        add(session, "after")
    assert words(database) == ["after"]


def test_a_lock_that_comes_while_running_undoes_nothing_and_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'b.db'}", busy_seconds=0.05)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    other = sqlite3.connect(tmp_path / "b.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked), database.transaction() as session:
        add(session, "never")
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as session:
        add(session, "now")
    assert words(database) == ["now"]
    database.close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable) as caught:
        Database(f"sqlite:///{tmp_path / 'missing' / 'a.db'}")
    assert str(tmp_path / "missing") in str(caught.value)


def test_a_file_that_is_no_database_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreDamaged):
        Database(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"no database")


def test_a_damaged_page_is_found_before_anything_is_signed_for(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
        for number in range(2000):
            add(session, f"{number:050}")
    database.close()
    data = bytearray(file.read_bytes())
    data[4096 * 5 : 4096 * 5 + 200] = b"\xff" * 200
    file.write_bytes(data)
    database = Database(f"sqlite:///{file}")
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="restore"):
            database.require_sound()
    database.close()


def test_a_file_is_looked_through_once_and_again_only_where_the_disk_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[BaseException | None] = [sqlite3.OperationalError("disk I/O error"), None]

    def look(_: object) -> bool:
        if (error := looks.pop(0)) is not None:
            raise DBAPIError("PRAGMA quick_check(1)", None, error)
        return True

    monkeypatch.setattr(sqlite, "_is_sound", look)
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    assert len(looks) == 2, "opening it does not read all of it"
    with pytest.raises(StoreFailing):
        database.require_sound()
    for _ in range(3):
        database.require_sound()
    assert looks == []
    database.close()


def test_what_reads_the_whole_file_ends_when_the_program_is_stopped(database: Database) -> None:
    with database.transaction() as session:
        for number in range(1000):
            add(session, f"{number:050}")
    began, errors = threading.Event(), list[BaseException]()

    def read() -> None:
        try:
            with database.reading_whole_file() as session:
                began.set()
                session.execute(text("SELECT count(*) FROM words a, words b, words c, words d")).all()
        except StoreStopping as error:
            errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert began.wait(30)
    database.stop_long_reading()
    thread.join(30)
    assert not thread.is_alive()
    assert len(errors) == 1
    with pytest.raises(StoreStopping):
        database.require_sound()  # nothing long is begun any more, and nothing is said about the file
    assert len(words(database)) == 1000, "what is short goes on to the end"


def test_a_closed_database_has_no_write_ahead_log_left(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    assert (tmp_path / "a.db-wal").stat().st_size > 0
    database.close()
    database.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.db"]


def test_a_checkpoint_empties_the_write_ahead_log(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        add(session, "canary")
    database.checkpoint()
    assert (tmp_path / "a.db-wal").stat().st_size == 0
    assert words(database) == ["canary"]


def test_the_log_is_emptied_when_nobody_writes_for_a_while(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}", idle_seconds=0.05)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    emptied = threading.Event()
    for _ in range(100):
        if (tmp_path / "a.db-wal").stat().st_size == 0:
            emptied.set()
            break
        emptied.wait(0.05)
    database.close()
    assert emptied.is_set()


def test_a_deleted_row_is_overwritten(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        add(session, "canary-7261")
    database.checkpoint()
    assert b"canary-7261" in (tmp_path / "a.db").read_bytes()
    with database.transaction() as session:
        session.execute(text("DELETE FROM words"))
    database.checkpoint()
    assert b"canary-7261" not in (tmp_path / "a.db").read_bytes()


def test_a_database_server_that_does_not_answer_is_named() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreUnreachable):
        Database("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")
