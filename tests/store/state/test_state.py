"""What a station knows has typed rows: reading makes none, writing makes one, and of some tables there is one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import testimony.store.sql.metadata  # noqa: F401 - so that every model is known
from testimony.errors import TestimonyError
from testimony.store.models import outbox
from testimony.store.models.base import Base, Singleton, is_stored
from testimony.store.sql import migrate
from testimony.store.sql.database import Database
from testimony.store.state import (
    centrals,
    epochs,
    ledger,
    link,
    maintenance,
    nodes,
    quotas,
    readership,
    rejections,
    witnesses,
)
from testimony.store.state.nodes import NodeStateRow
from tests.support.store import backend

KID = "0123456789abcdef"
DAY = "2026-11-24"
SINGLE = sorted(mapper.local_table.name for mapper in Base.registry.mappers if issubclass(mapper.class_, Singleton))


@pytest.fixture(params=backend.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with backend.empty_database(request.param, tmp_path) as opened:
        migrate.upgrade(opened)
        yield opened


def rows(database: Database, kind: type[Base]) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(kind)).scalar_one()


ROWS: list[tuple[Callable[[Session], Any], Callable[[Session], Any], str]] = [
    (link.read, link.edit, "bytes_a_second"),
    (maintenance.read, maintenance.edit, "unsound"),
    (epochs.read, epochs.edit, "epoch"),
    (ledger.read, ledger.edit, "accepted"),
    (centrals.read_standing, centrals.edit_standing, "told_size"),
    (lambda session: centrals.read(session, KID), lambda session: centrals.edit(session, KID), "lawyers_read"),
    (lambda session: nodes.read(session, KID), lambda session: nodes.edit(session, KID), "offered"),
    (lambda session: readership.read(session, KID), lambda session: readership.edit(session, KID), "asked"),
]


def test_reading_makes_no_row_and_editing_makes_one(database: Database) -> None:
    for read, edit, column in ROWS:
        with database.transaction() as session:
            blank = read(session)
            assert getattr(blank, column) is None
        assert rows(database, type(blank)) == 0
        with database.transaction() as session:
            setattr(edit(session), column, _any(type(blank).__table__.c[column].type.python_type))
            assert edit(session) is read(session), "the same row, within one transaction"
        assert rows(database, type(blank)) == 1
        with database.reading() as session:
            assert getattr(read(session), column) is not None


def test_a_table_of_one_row_takes_no_second(database: Database) -> None:
    for name in SINGLE:
        table = Base.metadata.tables[name]
        values = {column.name: _any(column.type.python_type) for column in table.columns}
        with pytest.raises(TestimonyError), database.transaction() as session:
            session.execute(table.insert(), values | {"id": 2})
        with database.transaction() as session:
            session.execute(table.insert(), values | {"id": 1})


def _any(kind: type) -> Any:
    return {int: 1, str: "1", bool: True}[kind]


def test_a_quota_counts_the_last_day_of_each_kind(database: Database) -> None:
    with database.transaction() as session:
        quotas.keep(session, KID, quotas.UPLOAD, DAY, 3, 2**40)
        quotas.keep(session, KID, quotas.QUESTION, DAY, 1)
        quotas.keep(session, KID, quotas.UPLOAD, DAY, 4, 2**41)
    with database.reading() as session:
        assert quotas.used(session, KID, quotas.UPLOAD, DAY) == (4, 2**41)
        assert quotas.used(session, KID, quotas.QUESTION, DAY) == (1, 0)
        assert quotas.used(session, KID, quotas.WITHDRAWAL, DAY) == (0, 0)
        assert quotas.used(session, KID, quotas.UPLOAD, "2026-11-25") == (0, 0)


def test_refused_objects_are_counted_by_sender_day_and_rule(database: Database) -> None:
    with database.transaction() as session:
        for sender in ("", KID):
            rejections.add(session, sender, DAY, "not.named", 2)
            rejections.add(session, sender, DAY, "not.named", 3)
            rejections.add(session, sender, "2026-10-01", "conflict", 1)
        rejections.remove_before(session, "", "2026-11-01")
    with database.reading() as session:
        assert rejections.counts(session, "") == [(DAY, "not.named", 5)]
        assert sorted(rejections.counts(session, KID)) == [("2026-10-01", "conflict", 1), (DAY, "not.named", 5)]


def test_what_centrals_say_of_their_logs_is_forgotten_and_their_epochs_are_not(database: Database) -> None:
    with database.transaction() as session:
        known = centrals.edit(session, KID)
        known.epoch, known.lawyers_read, known.forked_since, known.fork = "e" * 32, 7, DAY, "!"
        centrals.forget_logs(session)
    with database.reading() as session:
        known = centrals.read(session, KID)
        assert (known.epoch, known.lawyers_read, known.forked_since, known.fork) == ("e" * 32, None, None, None)


def test_incarnations_come_in_the_order_in_which_they_were_heard_of(database: Database) -> None:
    heard = [("a" * 32, "2026-11-03"), ("b" * 32, "2026-11-01"), ("c" * 32, "2026-11-02")]
    with database.transaction() as session:
        for incarnation, day in heard:
            row = nodes.NodeIncarnationRow(
                node=KID, incarnation=incarnation, size=2**53 - 1, root="0" * 64, first=day, last=day
            )
            nodes.keep_incarnation(session, row)
        nodes.remove_incarnation(session, KID, "c" * 32)
    with database.reading() as session:
        assert [row.incarnation[0] for row in nodes.incarnations(session, KID)] == ["b", "a"]
        assert nodes.incarnations(session, "f" * 16) == []


def test_a_row_is_news_unless_it_says_the_same_in_every_column(database: Database) -> None:
    unsaid = dict.fromkeys(("waiting", "media", "free", "floor"))

    def state(clock: int | None) -> NodeStateRow:
        return NodeStateRow(node=KID, day=DAY, carried=False, clock=clock, **unsaid)

    with database.reading() as session:
        assert not is_stored(session, state(1))
    with database.transaction() as session:
        session.merge(state(1))
    with database.reading() as session:
        assert is_stored(session, state(1))
        assert not is_stored(session, state(None))


def test_what_was_told_of_records_in_part_counts_on_its_day_alone(database: Database) -> None:
    with database.transaction() as session:
        assert outbox.said_in_part(session, DAY) == 0
        outbox.keep_in_part(session, DAY, 812)
    with database.transaction() as session:
        assert (outbox.said_in_part(session, DAY), outbox.said_in_part(session, "2026-11-25")) == (812, 0)
        outbox.forget_in_part(session)
        assert outbox.said_in_part(session, DAY) == 0


def test_an_authority_that_is_no_more_asked_is_gone(database: Database) -> None:
    with database.transaction() as session:
        witnesses.set_authority(session, "a" * 16, DAY)
    with database.transaction() as session:
        witnesses.set_authority(session, "b" * 16, DAY)
    with database.transaction() as session:
        found = witnesses.authority(session)
        assert found is not None
        assert found.authority == "b" * 16
        witnesses.remove_authority(session)
    with database.reading() as session:
        assert witnesses.authority(session) is None
