"""The tables of a station before and after an update: their revision, and how to bring them back without loss."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, Text, cast, create_engine, func, make_url, select
from sqlalchemy.pool import NullPool

from testimony.settings import Settings
from testimony.store.sql import migrate
from testimony.store.sql.connect import reader_of
from testimony.store.sql.database import Database

VERSION_TABLE: Final = "alembic_version"
UNSAID: Final = ("", "0")
"""Values, as text, of a column that holds no information. NULL is another: it matches no comparison."""


def revision_of(settings: Settings) -> str:
    """The revision of the station's database; "" if it is empty. Raises what `reader_of` raises."""
    engine = reader_of(make_url(settings.database))
    try:
        with engine.connect() as connection:
            return migrate.revision_of(connection) or ""
    finally:
        engine.dispose()


def bring_back(settings: Settings, revision: str) -> None:
    """Bring the station's tables to an older `revision`, in one transaction. Raises what `Database` raises."""
    database = Database(settings.database)
    try:
        with database.transaction() as session:
            if migrate.revision_of(session.connection()) != revision:
                migrate.downgrade(session.connection(), revision)
    finally:
        database.close()


def lost_on_the_way_back(copy: Path, revision: str) -> list[str]:
    """Bring the database in the file `copy` to an older `revision`. Returns the tables that lost something by it."""
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    try:
        with engine.begin() as connection:
            before = _content(connection)
            migrate.downgrade(connection, revision)
            after = _content(connection)
    finally:
        engine.dispose()
    return sorted({table for (table, column), rows in before.items() if after.get((table, column), 0) < rows})


def _content(connection: Connection) -> dict[tuple[str, str], int]:
    """(table, column) -> rows that hold something there; (table, "") -> rows."""
    found: dict[tuple[str, str], int] = {}
    known = MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name != VERSION_TABLE:
            rows = select(func.count()).select_from(table)
            found[table.name, ""] = connection.scalar(rows) or 0
            for column in table.columns:
                found[table.name, column.name] = connection.scalar(rows.where(cast(column, Text).not_in(UNSAID))) or 0
    return found
