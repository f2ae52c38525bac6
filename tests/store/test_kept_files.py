"""The tables are those that were noted: a changed column needs a migration, and is seen here first."""

from __future__ import annotations

from tests.support.store import kept_schema


def test_each_column_is_as_it_was_noted() -> None:
    """A change that is meant: `python -m tests.support.store.kept_schema`, and look at what changed."""
    assert kept_schema.written() == kept_schema.KEPT.read_text("utf-8")
