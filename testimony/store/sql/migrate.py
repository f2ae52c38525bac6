"""Migrates a database to this version's schema, at every start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from testimony.folders import folder
from testimony.store.errors import StoreNewer
from testimony.store.sql.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0017"
"""The newest revision in `migrations/`. Known here so that an ordinary start need not load Alembic (150 ms)."""


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing. Raises `StoreNewer` for a database of a newer version, `StoreDamaged`."""
    with database.reading() as session:
        if revision_of(session.connection()) == HEAD:
            return
    database.require_sound()  # every row is read and written
    from alembic import command
    from alembic.script import ScriptDirectory

    with database.transaction() as session:
        connection = session.connection()
        current = revision_of(connection)
        known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
        if current is not None and current not in known:
            raise StoreNewer
        command.upgrade(configuration(connection), "head")


def downgrade(connection: Connection, revision: str) -> None:
    """Bring the tables back to an older `revision`, inside the transaction of `connection`."""
    from alembic import command

    command.downgrade(configuration(connection), revision)


def build(connection: Connection, revision: str = "head") -> None:
    """All tables in an empty database, of this version or an older one, inside the transaction of `connection`."""
    from alembic import command

    command.upgrade(configuration(connection), revision)


def is_known(revision: str) -> bool:
    """Whether it is one of `migrations/`: of this version or of an older one."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


def revision_of(connection: Connection) -> str | None:
    """The revision that the database says it has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: migrations run on `connection`, inside its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
