"""Whose freshness statements count. The browser reads the same vectors (tests/js/interview/node/freshness.test.mjs)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.statements.fresh import confirming_key, fresh, verify_fresh

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "fresh.json").read_text())


def record_of(value: dict[str, Any]) -> SignedRecord:
    return SignedRecord(value["record"].encode(), tuple(value["sigs"]))


def chain(rosters: int) -> RosterChain:
    return RosterChain(Root.parse(VECTORS["root"].encode()), map(record_of, VECTORS["rosters"][:rosters]))


def test_a_reader_s_seed_gives_the_vector_s_key_and_record() -> None:
    key = confirming_key(Signer(bytes.fromhex(VECTORS["reader_seed"])))
    assert key.public_keys[0].pub.hex() == VECTORS["key"]
    made = fresh(roster=chain(1).latest, day=VECTORS["made"]["day"], signer=key)
    assert made == record_of(VECTORS["statements"][0])


@pytest.mark.parametrize("case", VECTORS["statements"], ids=lambda case: case["about"])
def test_a_statement_counts_only_by_a_confirmer_of_the_roster_in_force(case: dict[str, Any]) -> None:
    record = record_of(case)
    if case["rule"] is None:
        assert verify_fresh(record, chain(case["rosters"])).day == record.value["day"]
        return
    with pytest.raises(Refused) as refused:
        verify_fresh(record, chain(case["rosters"]))
    assert refused.value.rule == case["rule"]


def test_the_newest_roster_ranks_before_the_latest_day() -> None:
    first, newer = (verify_fresh(record_of(VECTORS["statements"][at]), chain(1)) for at in (0, 2))
    assert newer.rank > first.rank
