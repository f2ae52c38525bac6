"""The log in the database is RFC 6962's tree: every root and proof is that of the plain list of leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from testimony.sealing.log import merkle
from testimony.services.custody.merkle_log import Leaf, MerkleLog
from testimony.store.sql import migrate
from testimony.store.sql.database import Database

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "testimony-1.json").read_text())["merkle"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('log') / 'a.db'}")
    migrate.upgrade(opened)
    yield opened
    opened.close()


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(count)]


class Undone(Exception):
    """Leaves a block without a commit."""


@contextmanager
def scratch(database: Database) -> Iterator[Session]:
    """A transaction that is undone, so that each example begins with an empty log."""
    with suppress(Undone), database.transaction() as session:
        yield session
        raise Undone


def test_the_vectors_of_certificate_transparency_hold(database: Database) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
    with scratch(database) as session:
        log = MerkleLog(session, "")
        log.extend([Leaf(leaf) for leaf in leaves])
        assert [log.root(size).hex() for size in range(9)] == VECTORS["roots"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.integers(0, 40), min_size=1, max_size=6), data=st.data())
def test_appended_in_any_pieces_roots_and_proofs_are_those_of_the_plain_tree(
    database: Database, pieces: list[int], data: st.DataObject
) -> None:
    leaves = leaves_of(sum(pieces))
    with scratch(database) as session:
        start = 0
        for piece in pieces:
            assert MerkleLog(session, "").extend([Leaf(leaf) for leaf in leaves[start : start + piece]]) == start
            start += piece
        log = MerkleLog(session, "")
        size = data.draw(st.integers(0, len(leaves)))
        old = data.draw(st.integers(0, size))
        root = merkle.root(leaves[:size])
        assert log.size() == len(leaves)
        assert log.root(size) == root
        proof = log.consistency(old, size)
        assert proof == merkle.consistency_proof(leaves[:size], old)
        merkle.verify_consistency(old, size, merkle.root(leaves[:old]), root, proof)
        if size:
            position = data.draw(st.integers(0, size - 1))
            path = log.inclusion(position, size)
            assert path == merkle.inclusion_proof(leaves[:size], position)
            merkle.verify_inclusion(leaves[position], position, size, path, root)


def test_a_proof_reads_few_rows_however_long_the_log(database: Database) -> None:
    leaves = leaves_of(5000)
    with scratch(database) as session:
        MerkleLog(session, "").extend([Leaf(leaf) for leaf in leaves])
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        MerkleLog(session, "").root(4999)
        MerkleLog(session, "").inclusion(1234, 4999)
        MerkleLog(session, "").consistency(777, 4999)
        MerkleLog(session, "").extend([Leaf(merkle.leaf_hash(b"one more"))])
        assert len(statements) < 120


@pytest.mark.parametrize(("position", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_position_outside_the_log_has_no_proof(database: Database, position: int, size: int) -> None:
    with database.reading() as session, pytest.raises(ValueError):
        MerkleLog(session, "").inclusion(position, size)


def test_two_logs_do_not_touch(database: Database) -> None:
    with scratch(database) as session:
        MerkleLog(session, "").extend([Leaf(leaf) for leaf in leaves_of(3)])
        MerkleLog(session, "b" * 16).extend([Leaf(leaf) for leaf in leaves_of(5)])
        assert (MerkleLog(session, "").size(), MerkleLog(session, "b" * 16).size()) == (3, 5)
        assert MerkleLog(session, "b" * 16).root(5) == merkle.root(leaves_of(5))
