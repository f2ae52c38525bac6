"""Bringing a database to the schema of this version, at every start."""

from __future__ import annotations

from testimony.store.database import Database


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing. Raises `StoreNewer` for a database of a newer version."""
    raise NotImplementedError
