"""The log of a PostgreSQL server that is set as docs/central.md says holds no row; nor does any error of ours.

As it is installed it does: a message about a row brings the row along, and a statement that failed its values.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from testimony.errors import TestimonyError
from testimony.services import startup
from testimony.services.integrity import fsck
from testimony.settings import Settings
from testimony.store.models.records import ReceiptRow
from testimony.store.sql.database import Database
from testimony.store.sql.metadata import metadata
from tests.support.services.world import World
from tests.support.store import postgres

CANARY = "canary-of-a-witness-5c1e"
DOCUMENT = Path(__file__).parents[3] / "docs" / "central.md"
Act = Callable[[Session], None]


def twice(session: Session) -> None:
    for _ in range(2):
        session.execute(text("INSERT INTO words VALUES (:word, 1)"), {"word": CANARY})


def without(session: Session) -> None:
    session.execute(text("INSERT INTO words VALUES (:word, NULL)"), {"word": CANARY})


def too_long(session: Session) -> None:
    session.execute(text("INSERT INTO words VALUES (:word, 1)"), {"word": CANARY * 9})


def of_no_table(session: Session) -> None:
    session.execute(text("INSERT INTO nowhere VALUES (:word)"), {"word": CANARY})


def too_slow(session: Session) -> None:
    session.execute(text("SET LOCAL statement_timeout = 50"))
    session.execute(text("SELECT pg_sleep(60), CAST(:word AS text)"), {"word": CANARY})


def in_a_row(session: Session) -> None:
    """By the way on which a station writes its rows."""
    rows = [ReceiptRow(record=CANARY, station=str(number // 2), data=CANARY.encode()) for number in range(4)]
    for row in rows:
        session.expunge_all()
        session.add(row)
        session.flush()


ACTS: tuple[Act, ...] = (twice, without, too_long, of_no_table, too_slow, in_a_row)


@contextmanager
def provoked(*settings: str) -> Iterator[tuple[postgres.Server, list[TestimonyError]]]:
    """A server on which all of `ACTS` failed, and the errors that they raised."""
    with postgres.running(*settings) as server:
        database = Database(server.url())
        with database.transaction() as session:
            session.execute(text("CREATE TABLE words (word VARCHAR(64) PRIMARY KEY, number INTEGER NOT NULL)"))
            ReceiptRow.__table__.create(session.connection())  # type: ignore[attr-defined]
        raised = []
        for act in ACTS:
            with pytest.raises(TestimonyError) as caught, database.transaction() as session:
                act(session)
            raised.append(caught.value)
        database.close()
        yield server, raised


def test_no_row_comes_into_the_log_of_a_careful_server_nor_into_an_error(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), provoked(*postgres.CAREFUL) as (server, raised):
        said = server.log.read_text()
        assert said.count("ERROR:  ") == len(ACTS)
        assert CANARY not in said
    for error in raised:
        assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY not in caplog.text


def test_as_it_is_installed_it_writes_rows_into_its_log() -> None:
    """That the test above would notice."""
    with provoked("lc_messages = 'C'") as (server, _):
        assert CANARY in server.log.read_text()


def test_no_column_is_of_a_kind_whose_text_the_server_would_have_to_read() -> None:
    """Then a message itself names the value that cannot be read, however terse the log is."""
    kinds = {column.type.python_type for table in metadata.sorted_tables for column in table.columns}
    assert kinds <= {str, bytes, int, float, bool}


def test_the_document_says_the_settings_that_are_tested() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    for setting in postgres.CAREFUL:
        assert setting in said


@pytest.mark.parametrize("careful", [True, False])
def test_the_operator_is_told_which_settings_are_careless(careful: bool, tmp_path: Path) -> None:
    world = World(tmp_path)
    with postgres.running(*(postgres.CAREFUL if careful else ("log_statement = all", "fsync = off"))) as server:
        settings = Settings(home=tmp_path / "central", role="central", name="central", database_url=server.url())
        rosters, seed = list(world.chain.records), world.central_signer.seed
        startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed).close()
        found = [one for one in fsck.check(settings.home) if "set otherwise" in one.words]
    assert not any(one.grave for one in found)
    named = {"fsync", "log_error_verbosity", "log_min_error_statement", "log_statement"}
    assert {name for one in found for name in named if name in one.words} == (set() if careful else named)
