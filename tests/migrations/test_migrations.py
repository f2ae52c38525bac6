"""Migrations lead to exactly the tables of the code, and back; a newer database is left alone."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, String, Table, delete, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from testimony import canonical
from testimony.errors import FactUnreadable, TestimonyError
from testimony.services.custody import log as custody_log
from testimony.store.errors import StoreNewer
from testimony.store.models.records import ObjectRow
from testimony.store.sql import migrate
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata
from tests.support.each_time import each_time
from tests.support.migrations.facts import FACTS, GIVEN, TYPED
from tests.support.store import backend

OTHERS = ("alembic_version", "sqlite_stat1")
"""Tables that no revision makes."""
REVISIONS = ScriptDirectory.from_config(migrate.configuration())
VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """The files of all revisions are loaded once, and not with each of the thousand steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptDirectory, "from_config", lambda _: REVISIONS)
        yield


@pytest.fixture(params=backend.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Without tables, on SQLite and on PostgreSQL."""
    with backend.empty_database(request.param, tmp_path) as opened:
        yield opened


def test_the_newest_revision_gives_the_tables_of_the_code(database: Database) -> None:
    migrate.upgrade(database)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []


def test_the_revision_that_the_code_knows_is_the_newest() -> None:
    assert REVISIONS.get_heads() == [migrate.HEAD]


def test_upgrading_again_changes_nothing_and_keeps_the_rows(database: Database) -> None:
    migrate.upgrade(database)
    with database.transaction() as session:
        custody_log.append(session, kind="received", ref="a" * 64, by="b" * 16, day="2026-11-24")
    migrate.upgrade(database)
    with database.reading() as session:
        assert custody_log.size(session) == 1


def test_each_revision_goes_up_and_down_and_up(database: Database) -> None:
    revisions = _revisions()
    for revision in revisions:
        _move(database, command.upgrade, revision)
    for _ in revisions:
        _move(database, command.downgrade, "-1")
    with database.reading() as session:
        assert inspect(session.connection()).get_table_names() == ["alembic_version"]
    migrate.upgrade(database)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []


def _revisions() -> list[str]:
    """From the first to the newest."""
    return [script.revision for script in REVISIONS.walk_revisions()][::-1]


BY_DATABASE = [(kind, revision) for kind in backend.KINDS for revision in _revisions()]
TELLING = {_revisions()[0], "0012", *_revisions()[-2:]}
"""Each time: the longest way, the last tables before facts had types, and what is new. On SQLite every other one."""
OFTEN = TELLING.union(_revisions()[::2])


@pytest.mark.parametrize(
    ("database", "revision"),
    each_time(BY_DATABASE, *(one for one in BY_DATABASE if one[1] in (OFTEN if one[0] == backend.SQLITE else TELLING))),
    indirect=["database"],
)
def test_rows_in_every_table_survive_each_revision_up_and_down(database: Database, revision: str) -> None:
    """Every table is filled as it is at one revision; up to the newest and down again each row says what it said."""
    number = _revisions().index(revision)
    _move(database, command.upgrade, revision)
    _fill(database)
    before = _rows(database)
    assert all(len(rows) == len(GIVEN[table]) if table in GIVEN else EACH for table, rows in before.items())
    for above in _revisions()[number + 1 :]:
        _move(database, command.upgrade, above)
        _require_said_as_before(before, _rows(database))
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    for below in _revisions()[number:-1][::-1]:
        _move(database, command.downgrade, below)
    assert _rows(database) == before
    if number:
        _move(database, command.downgrade, _revisions()[number - 1])
        _require_said_as_before(_rows(database), before)
    for above in _revisions()[number:]:
        _move(database, command.upgrade, above)
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), metadata) == []


EACH = 3  # rows of a table
AS_THE_STATION_WRITES = {"kind": "annex", "progress": 1}  # nothing that a migration means to change
Rows = dict[str, list[dict[str, Any]]]


def _fill(database: Database) -> None:
    """`EACH` rows into every table that is there, with another value in each column that takes one."""
    with database.transaction() as session:
        for table in _tables(session.connection()):
            rows = [{column.name: _value(column, number) for column in table.columns} for number in range(EACH)]
            session.execute(table.insert(), GIVEN.get(table.name, rows))


def _value(column: Column[Any], number: int) -> Any:
    said = AS_THE_STATION_WRITES.get(column.name)
    if said is not None:
        return said
    kind = column.type.python_type
    if column.nullable and number == EACH - 1:
        return None
    if kind is str:
        return f"{column.name}{number}"[: getattr(column.type, "length", None)]
    return {int: number, bool: number == 1, float: number + 0.5, bytes: bytes([number, 0, 255])}[kind]


def _rows(database: Database) -> Rows:
    """What every table holds, in an order that no migration changes."""
    with database.reading() as session:
        connection = session.connection()
        keys = inspect(connection).get_multi_pk_constraint()
        return {
            name: [dict(row._mapping) for row in connection.execute(text(_all_of(name, key["constrained_columns"])))]
            for (_, name), key in keys.items()
            if name not in OTHERS
        }


def _all_of(table: str, key: Sequence[str]) -> str:
    """Tables are asked for as they are called: to have SQLAlchemy look at each column takes as long as a migration."""
    return f"SELECT * FROM {table}" + (f" ORDER BY {', '.join(key)}" if key else "")


def _tables(connection: Connection) -> list[Table]:
    """As the database has them; how SQLite calls a column's type says enough of what goes in."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in OTHERS]


def _require_said_as_before(before: Rows, after: Rows) -> None:
    for table, rows in before.items():
        if table in GIVEN and table not in after:
            continue  # facts and what became of them: a test of their own looks at each
        assert len(after[table]) == len(rows), table
        for old, new in zip(rows, after[table], strict=True):
            assert {name: new[name] for name in old} == old, table


RECORDS = """INSERT INTO records (name, kind, subject, signer, arrival, received, progress, data) VALUES
    ('m1', 'manifest', 't1', 'k', 1, '2026-11-24', {progress}, 'x'),
    ('g1', 'grant', 't1', 'k', 2, '2026-11-24', 1, 'x'),
    ('m2', 'manifest', 't2', 'k', 3, '2026-11-24', 1, 'x')"""
OBJECTS = """INSERT INTO objects (name, record, subject, part, audience, length, held, sealed) VALUES
    ('a', 'm1', 't1', 'media-001', NULL, 4128, 0, NULL), ('b', 'm1', 't1', 'coded', NULL, 4128, 1, NULL),
    ('c', 'g1', 't1', 'media-001', 'granted', NULL, 1, 'x')"""
OUTBOX = """INSERT INTO outbox (record, urgency, arrival, delivered, dropped) VALUES
    ('m1', 1, 1, FALSE, FALSE), ('m2', 1, 3, TRUE, FALSE)"""


WITHDRAWN = """INSERT INTO records (name, kind, subject, signer, arrival, received, progress, data)
    VALUES (:name, 'withdraw', :subject, 'k', :arrival, '2026-11-24', 1, :data)"""
HEADS = """INSERT INTO objects (name, record, subject, part, audience, media, held) VALUES
    (:one, 'm', 'th', 'coded', 'coordinators', FALSE, 4), (:two, 'n', 'tc', 'coded', 'coordinators', FALSE, 2),
    ('o', 'n', 'tc', 'consent', 'coordinators', FALSE, 4)"""


def test_rows_from_before_media_are_told_apart(database: Database) -> None:
    _move(database, command.upgrade, "0003")
    with database.transaction() as session:
        for statement in (RECORDS.format(progress=0), OBJECTS, OUTBOX):
            session.execute(text(statement))
    _move(database, command.upgrade, "0004")
    with database.reading() as session:
        assert session.execute(text("SELECT name, media FROM objects ORDER BY name")).all() == [
            ("a", 1),
            ("b", 0),
            ("c", 0),  # a grant's head comes with the grant
        ]
        outbox = text("SELECT record, delivered, text_delivered, pieces_there FROM outbox ORDER BY record")
        assert session.execute(outbox).all() == [("m1", 0, 0, 0), ("m2", 1, 1, 0)]


def test_going_back_a_text_that_was_signed_for_alone_counts_as_incomplete(database: Database) -> None:
    _move(database, command.upgrade, "0004")
    with database.transaction() as session:
        session.execute(text(RECORDS.format(progress=5)))
        session.execute(text("INSERT INTO receipts (record, station, data) VALUES ('m1', 's', 'x'), ('m2', 's', 'x')"))
    _move(database, command.downgrade, "0003")
    with database.reading() as session:
        assert session.execute(text("SELECT progress FROM records ORDER BY name")).scalars().all() == [1, 0, 1]
        assert session.execute(text("SELECT record FROM receipts")).scalars().all() == ["m2"]


def test_what_workers_suspended_before_is_destroyed_two_weeks_from_the_upgrade(database: Database) -> None:
    """`w`: of everything; `h`: of one head, which is suspended; `c`: by the code, which deleted its head."""
    _move(database, command.upgrade, "0005")
    scopes = {"w": "all", "h": ["1" * 64], "c": ["2" * 64]}
    with database.transaction() as session:
        for number, (name, scope) in enumerate(scopes.items()):
            data = canonical.encode({"record": json.dumps({"scope": scope, "tid": f"t{name}"}), "sigs": []})
            row = {"name": name, "subject": f"t{name}", "arrival": number, "data": data}
            session.execute(text(WITHDRAWN), row)
        session.execute(text("INSERT INTO tombstones VALUES ('tw', 'w', FALSE, TRUE), ('tx', 'x', TRUE, TRUE)"))
        session.execute(text(HEADS), {"one": "1" * 64, "two": "2" * 64})
    _move(database, command.upgrade, "0006")
    due = (datetime.now(UTC).date() + timedelta(14)).isoformat()
    with database.reading() as session:
        found = session.execute(text("SELECT withdrawal, whole, due, standing FROM suspensions ORDER BY withdrawal"))
        assert found.all() == [("h", 0, due, 0), ("w", 1, due, 0)]


def test_codes_of_testimonies_from_before_are_found_and_damage_stops_nothing(database: Database) -> None:
    _move(database, command.upgrade, "0004")
    of = '{{"record":"{{\\"tid\\":\\"{tid}\\",\\"withdraw\\":{key}}}","sigs":[]}}'
    kept = [
        ("m1", "manifest", of.format(tid="t1", key='\\"ab\\"')),
        ("m2", "manifest", of.format(tid="t2", key="null")),
        ("m3", "manifest", ""),
        ("m4", "manifest", "{damaged"),
        ("w1", "withdraw", of.format(tid="t1", key='\\"cd\\"')),
    ]
    with database.transaction() as session:
        for name, kind, data in kept:
            session.execute(
                text("INSERT INTO records VALUES (:name, :kind, NULL, 'k', 1, '2026-11-24', 1, :data)"),
                {"name": name, "kind": kind, "data": data.encode()},
            )
    _move(database, command.upgrade, "0005")
    with database.reading() as session:
        assert session.execute(text("SELECT record, key, tid FROM codes")).all() == [("m1", "ab", "t1")]


def test_each_fact_goes_into_its_table_and_comes_back_as_it_was(database: Database) -> None:
    _move(database, command.upgrade, "0012")
    _insert_facts(database, FACTS)
    for _ in range(2):
        _move(database, command.upgrade, "0013")
        found = _rows(database)
        assert "facts" not in found
        assert {table: found[table] for table in TYPED} == TYPED
        _move(database, command.downgrade, "0012")
        found = _rows(database)
        assert {row["name"]: row["value"] for row in found["facts"]} == FACTS
        assert not TYPED.keys() & found.keys()


def test_every_column_of_the_typed_tables_is_given_by_some_fact() -> None:
    """So that the test before looks at each."""
    for name, rows in TYPED.items():
        columns = metadata.tables[name].columns
        assert {column.name for column in columns} == {column for row in rows for column in row}
        assert all(any(row[column.name] is not None for row in rows) for column in columns), name


def test_a_station_without_facts_gets_empty_tables(database: Database) -> None:
    _move(database, command.upgrade, "0012")
    _move(database, command.upgrade, "0013")
    found = _rows(database)
    assert all(found[table] == [] for table in TYPED)
    _move(database, command.downgrade, "0012")
    assert _rows(database)["facts"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("of-another-program", "1"),
        ("clock", "early"),
        ("clock", "007"),
        ("clock", "9999999999"),
        ("exchanged", "yesterday"),
        ("exchanged", ""),
        ("metered", "perhaps"),
        ("quota-" + "a" * 16, "2026-11-24 3"),
        ("quota-somebody", "2026-11-24 3 4"),
        ("damaged:" + "a" * 56, "b" * 64 + " 2026-11-24"),
        ("node-stands-" + "a" * 16, '{"clock":3}'),
        ("node-stands-" + "a" * 16, '{"day":"2026-11-24","clock":3}'),
        ("node-has-" + "a" * 16, '{"form":"with \\"quotes\\""}'),
        ("alarm-mail", '{"error":"","next":1,"sent":0}'),
        ("incarnation", "e" * 32 + "\n"),
    ],
)
def test_a_fact_that_nobody_can_read_stops_the_upgrade_and_nothing_is_lost(
    database: Database, name: str, value: str
) -> None:
    _move(database, command.upgrade, "0012")
    kept = FACTS | {name: value}
    _insert_facts(database, kept)
    with pytest.raises(FactUnreadable) as caught:
        migrate.upgrade(database)
    assert name in str(caught.value)
    with database.reading() as session:
        assert migrate.revision_of(session.connection()) == "0012"
    found = _rows(database)
    assert {row["name"]: row["value"] for row in found["facts"]} == kept
    assert not TYPED.keys() & found.keys()


def test_the_one_fact_that_nobody_reads_any_more_is_left_behind(database: Database) -> None:
    _move(database, command.upgrade, "0012")
    _insert_facts(database, {"central-restored": "2026-11-24", "backed-up": "2026-11-25"})
    migrate.upgrade(database)
    assert [row["backed_up"] for row in _rows(database)["maintenance"]] == ["2026-11-25"]


class ModelBefore(DeclarativeBase):
    """The model that the program before had."""


class FactBefore(ModelBefore):
    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(128))


def test_a_server_with_the_program_before_goes_on_with_its_facts(tmp_path: Path) -> None:
    """By the statements that it knows; what it writes the new program reads, and the other way round."""
    with backend.empty_database(backend.POSTGRESQL, tmp_path) as database:
        _move(database, command.upgrade, "0012")
        _insert_facts(database, FACTS)
        migrate.upgrade(database)
        assert _facts_before(database) == FACTS
        with database.transaction() as session:
            for name in FACTS:
                session.delete(session.get_one(FactBefore, name))
        assert _facts_before(database) == {}
        assert all(set(row.values()) <= {*_keys(table, row), None} for table, row in _all(_rows(database)))
        for _ in range(2):  # inserts, then updates of each to another value and back
            with database.transaction() as session:
                for name, value in FACTS.items():
                    session.merge(FactBefore(name=name, value=value))
            found = _rows(database)
            assert {table: found[table] for table in TYPED} == TYPED
            assert _facts_before(database) == FACTS
            with database.transaction() as session:
                session.merge(FactBefore(name="clock", value="-7"))
                session.merge(FactBefore(name="metered", value="no"))
                session.merge(FactBefore(name="node-stands-" + "a" * 16, value='{"carried":true,"day":"2026-12-01"}'))
            found = _rows(database)
            assert (found["link"][0]["clock_ahead"], found["link"][0]["metered"]) == (-7, False)
            assert (found["node_states"][0]["carried"], found["node_states"][0]["free"]) == (True, None)
        with database.transaction() as session:
            old = (FactBefore.name.startswith("rejected-"), FactBefore.name < "rejected-2026-11-24")
            session.execute(delete(FactBefore).where(*old))
        assert [row["day"] for row in _rows(database)["rejection_counts"] if row["sender"] == ""] == ["2026-11-24"]
        with database.transaction() as session:
            session.execute(delete(FactBefore).where(FactBefore.name == "offered-" + "a" * 16))
        node = _rows(database)["nodes"][0]
        assert (node["offered"], node["incarnation"] is None) == (None, False), "other facts share the row"
        with pytest.raises(TestimonyError), database.transaction() as session:
            session.merge(FactBefore(name="of-another-program", value="1"))
        with pytest.raises(TestimonyError), database.transaction() as session:
            session.merge(FactBefore(name="clock", value="late"))
        _move(database, command.downgrade, "0012")
        with database.reading() as session:
            assert inspect(session.connection()).get_view_names() == []


def test_a_new_database_has_nothing_for_a_program_before(tmp_path: Path) -> None:
    with backend.empty_database(backend.POSTGRESQL, tmp_path) as database:
        migrate.upgrade(database)
        with database.reading() as session:
            assert inspect(session.connection()).get_view_names() == []


def _insert_facts(database: Database, facts: dict[str, str]) -> None:
    with database.transaction() as session:
        session.add_all([FactBefore(name=name, value=value) for name, value in facts.items()])


def _facts_before(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {row.name: row.value for row in session.scalars(select(FactBefore))}


def _all(found: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    for table in TYPED:
        for row in found[table]:
            yield table, row


def _keys(table: str, row: dict[str, Any]) -> set[Any]:
    return {row[column.name] for column in metadata.tables[table].primary_key.columns}


def test_media_are_found_by_their_own_index(database: Database) -> None:
    """Among the heads and bodies of everything else there may be millions."""
    migrate.upgrade(database)
    with database.reading() as session:
        wanted = str(select(ObjectRow.record).where(ObjectRow.media).compile(session.connection()))
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))  # it would read a table without rows at once
        explain = "EXPLAIN" if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = session.execute(text(f"{explain} {wanted}")).all()
    assert "ix_objects_media_record" in str(plan)


def test_a_database_of_a_newer_version_is_refused_and_unchanged(database: Database) -> None:
    migrate.upgrade(database)
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer):
        migrate.upgrade(database)
    with database.reading() as session:
        assert migrate.revision_of(session.connection()) == "9999"


def _move(database: Database, move: object, revision: str) -> None:
    with database.transaction() as session:
        move(migrate.configuration(session.connection()), revision)  # type: ignore[operator]


ADDING = {"create_table", "create_index", "add_column", "f"}
ANSWERED = {"0013": {"drop_table"}}
"""What goes away, and a view takes its name: `test_a_server_with_the_program_before_goes_on_with_its_facts`."""
FIRST_OF_SEVERAL_SERVERS = 9


def test_since_there_can_be_several_servers_migrations_only_add() -> None:
    """A server with the program before goes on with the tables after it, until its turn has come."""
    for file in sorted(VERSIONS.glob("[0-9]*.py")):
        if int(file.name[:4]) < FIRST_OF_SEVERAL_SERVERS:
            continue
        (upgrade,) = (
            node
            for node in ast.parse(file.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
        )
        calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
        asked = {
            call.func.attr
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id in ("op", "batch")
        }
        assert asked <= ADDING | ANSWERED.get(file.name[:4], set()), file.name
        for call in calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "add_column":
                said = {word.arg for column in call.args[1:] for word in column.keywords}  # type: ignore[attr-defined]
                assert "server_default" in said or "nullable" in said, file.name
