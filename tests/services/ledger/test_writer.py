"""Entries of the ledger of releases are sealed first and stored afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import Act
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import ledger
from testimony.services.ledger.writer import Writer
from tests.support.services.release.ledgers import TODAY, LedgerDesk, proposal, two, world

__all__ = ["two", "world"]


def writer_at(at: LedgerDesk) -> Writer:
    return Writer(reader=at.reader, roster=at.station.chain.latest, ledger=at.read(), day=TODAY)


def test_a_sealed_entry_counts_as_soon_as_it_is_kept_and_not_before(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, _ = two
    writer = writer_at(one)
    name = ledger.new_name()
    written = writer.batch(proposal(writer.ledger, name, range(6)))
    assert name not in one.read().ahead.batches
    consent_acts.keep(one.station, one.reader, written.items, [("said", written.name)], TODAY)
    batch = one.read().ahead.batches[name]
    assert batch.record == written.name
    assert [line.n for line in batch.contents.classes] == [6]


def test_only_a_coordinator_of_the_roster_in_force_seals_one(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    writer = writer_at(two[0])
    lawyer = replace(writer, reader=replace(writer.reader, role=Role.LAWYER))
    stranger = replace(writer, reader=replace(writer.reader, id="coordinator-9"))
    for each in (lawyer, stranger):
        with pytest.raises(LedgerRefused) as refused:
            each.entry(Act.REFUSED, {"reason": "small", "counts": {}})
        assert refused.value.reason == "role"


def test_what_others_could_not_read_is_not_sealed(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    with pytest.raises(LedgerRefused) as refused:
        writer_at(two[0]).entry(Act.REFUSED, {"reason": "small", "counts": {"con sidered": 3}})
    assert refused.value.reason == "form"
