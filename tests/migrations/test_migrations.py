"""Migrations lead to exactly the tables of the code, and back; a newer database is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from testimony.errors import StoreNewer
from testimony.services import custody
from testimony.store import migrate
from testimony.store.database import Database
from testimony.store.tables import metadata


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def test_the_newest_revision_gives_the_tables_of_the_code(database: Database) -> None:
    migrate.upgrade(database)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []


def test_the_revision_that_the_code_knows_is_the_newest() -> None:
    assert ScriptDirectory.from_config(migrate.configuration()).get_heads() == [migrate.HEAD]


def test_upgrading_again_changes_nothing_and_keeps_the_rows(database: Database) -> None:
    migrate.upgrade(database)
    with database.transaction() as session:
        custody.append(session, kind="received", ref="a" * 64, by="b" * 16, day="2026-11-24")
    migrate.upgrade(database)
    with database.reading() as session:
        assert custody.size(session) == 1


def test_each_revision_goes_up_and_down_and_up(database: Database) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()]
    for revision in reversed(revisions):
        _move(database, command.upgrade, revision)
    for _ in revisions:
        _move(database, command.downgrade, "-1")
    with database.reading() as session:
        assert inspect(session.connection()).get_table_names() == ["alembic_version"]
    migrate.upgrade(database)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []


def test_a_database_of_a_newer_version_is_refused_and_unchanged(database: Database) -> None:
    migrate.upgrade(database)
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer):
        migrate.upgrade(database)
    with database.reading() as session:
        assert migrate.revision_of(session.connection()) == "9999"


def test_every_hot_unique_key_holds_a_hash() -> None:
    """So that rows can be spread over machines by it."""
    hashes = {"name", "record", "leaf", "hash"}
    for table in ("records", "objects", "receipts", "outbox", "log_leaves", "log_nodes"):
        assert hashes & set(metadata.tables[table].primary_key.columns.keys()), table
        assert not any(index.unique for index in metadata.tables[table].indexes)


def _move(database: Database, move: object, revision: str) -> None:
    with database.transaction() as session:
        move(migrate.configuration(session.connection()), revision)  # type: ignore[operator]
