"""The hot tables can be spread over machines by the hash of what a row is about: every unique key begins with it.

A distributed PostgreSQL asks each unique key to hold the column by which rows are spread; `docs/decisions/keys.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, Table, UniqueConstraint

from testimony.store.sql.metadata import metadata

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "keys.md"
HASHES = {"name", "record", "withdrawal", "leaf", "hash"}
"""Columns that hold a SHA-256, as 64 hex digits or 32 bytes."""
BY_HASH = {
    "records",
    "objects",
    "receipts",
    "outbox",
    "codes",
    "uploads",
    "suspensions",
    "contests",
    "destroyed",
    "used_nonces",
    "damaged_objects",
    "outbox_refusals",
}
BY_PLACE = {"log_leaves": "leaf", "log_nodes": "hash"}
"""Read in order of their place; the hash stands at the end of the key."""
BY_CHANCE = {"tombstones": "subject", "deliveries": "tid", "kept": "tid", "refusals": "id"}
"""What they are about has no bytes that could be hashed, but an id of 128 random bits."""
ACCOUNTS = {f"admin_{what}" for what in ("accounts", "keys", "links", "sessions", "tries", "acts")}
PROPOSALS = {"roster_proposals", "alarms"}
OWN = {"station_epoch", "standing", "link", "maintenance", "outbox_state", "timestamp_authority", "ledger"}
OWN |= {"alarm_mail", "running"}
"""Of one row."""
STATIONS = {"left_epochs", "centrals", "nodes", "node_incarnations", "node_states", "node_software", "log_readers"}
STATIONS |= {"node_gaps", "quotas", "rejection_counts", "witness_failures", "departures", "clocks", "wrong_sentences"}
SMALL = {"locked_seeds", "sessions", "share_keys", "handsets", "lost_devices", "log_heads"} | ACCOUNTS | PROPOSALS
SMALL |= OWN | STATIONS
"""As many rows as there are stations, people and phones, what can be wrong with each, rosters proposed, acts."""


def unique_keys(table: Table) -> Iterator[list[str]]:
    yield list(table.primary_key.columns.keys())
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns.keys())
    for index in table.indexes:
        if index.unique:
            yield list(index.columns.keys())


def is_hash(table: Table, name: str) -> bool:
    kind = table.columns[name].type
    sized = (isinstance(kind, String) and kind.length == 64) or (isinstance(kind, LargeBinary) and kind.length == 32)
    return name in HASHES and sized


def test_every_table_was_thought_of() -> None:
    assert set(metadata.tables) == BY_HASH | BY_PLACE.keys() | BY_CHANCE.keys() | SMALL


@pytest.mark.parametrize("name", sorted(BY_HASH))
def test_every_unique_key_of_a_hot_table_begins_with_a_hash(name: str) -> None:
    table = metadata.tables[name]
    for key in unique_keys(table):
        assert is_hash(table, key[0]), key


def test_the_exceptions_are_what_their_reasons_say() -> None:
    said = DECISION.read_text(encoding="utf-8")
    for name, column in BY_PLACE.items():
        table = metadata.tables[name]
        assert is_hash(table, column)
        assert all(column in key for key in unique_keys(table))
        assert f"`{name}`" in said
    for name, column in BY_CHANCE.items():
        table = metadata.tables[name]
        kind = table.columns[column].type
        assert isinstance(kind, String)
        assert kind.length == 32
        assert all(key[0] == column for key in unique_keys(table))
        assert f"`{name}`" in said


def test_no_row_points_at_another_by_a_constraint() -> None:
    """It would have to lie on the same machine."""
    assert not [table.name for table in metadata.sorted_tables if table.foreign_keys]
