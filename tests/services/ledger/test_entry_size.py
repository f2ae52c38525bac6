"""Batches of any size in the ledger: what one annex cannot carry goes in several, to every desk."""

from __future__ import annotations

from testimony.services.records import queries as record_queries
from tests.support.services.release.ledgers import LedgerDesk, meet, two, world

__all__ = ["two", "world"]


def annexes(at: LedgerDesk) -> int:
    with at.station.database.reading() as session:
        return len(record_queries.records_of_kind(session, "annex"))


def test_a_batch_of_ten_thousand_testimonies_reaches_the_other_desk(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    before = annexes(one)
    name = one.propose(range(9000), range(9000, 9500), waiting=range(9500, 10_000))
    assert annexes(one) - before > 2, "several parts and the entry"
    meet(one, other)
    held = other.read().batches[name].contents
    assert [line.n for line in held.classes] == [9000, 500]
    assert len(held.waiting) == 500
    assert held == one.read().batches[name].contents
