"""How Alembic reaches the database: by the connection that `testimony.store.sql.migrate` hands over."""

from __future__ import annotations

from alembic import context

from testimony.store.sql.metadata import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot change a column in place
    transactional_ddl=True,
)
context.run_migrations()
