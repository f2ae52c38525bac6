"""A withdrawal by the code alone: both twins write the same bytes (see tests/js/withdraw/withdrawal.test.mjs)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testimony.errors import Refused
from testimony.sealing.keys.withdrawal_code import key_of, keys_of
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "withdraw-early.json").read_text())
RECORD = SignedRecord(VECTORS["record"].encode(), tuple(VECTORS["sigs"]))


def test_the_vector_s_code_gives_the_vector_s_record() -> None:
    made = early_withdrawal.early_withdrawal(day=VECTORS["day"], signer=key_of(VECTORS["code"], VECTORS["root"]))
    assert made == RECORD
    assert made.id == VECTORS["id"]


def test_the_vector_s_code_gives_the_records_of_its_further_keys() -> None:
    _, *keys = keys_of(VECTORS["code"], VECTORS["root"])
    assert len(keys) == len(VECTORS["further"]) == 5
    for number, (key, vector) in enumerate(zip(keys, VECTORS["further"], strict=True), 1):
        made = early_withdrawal.early_withdrawal(day=VECTORS["day"], signer=key, number=number)
        assert (made.data.decode(), list(made.sigs), made.id) == (vector["record"], vector["sigs"], vector["id"])
        assert early_withdrawal.verify_early(made).number == number


@pytest.mark.parametrize("number", [0, 6, -1, True, "1", None])
def test_a_key_that_no_code_has_is_refused(number: object) -> None:
    signer = Signer.generate()
    value = early_withdrawal.early_withdrawal(day=VECTORS["day"], signer=signer, number=1).value
    with pytest.raises(Refused) as refused:
        early_withdrawal.verify_early(SignedRecord.sign({**value, "number": number}, signer))
    assert refused.value.rule == "structure"


def test_it_verifies_by_itself() -> None:
    found = early_withdrawal.verify_early(RECORD)
    assert (found.key, found.day) == (VECTORS["key"], VECTORS["day"])
    assert found.by == RECORD.value["by"]


def test_nobody_signs_for_a_key_that_is_not_theirs() -> None:
    stranger = Signer.generate()
    for record, rule in [
        (SignedRecord.sign(RECORD.value, stranger), "signature.bad"),
        (SignedRecord.sign({**RECORD.value, "by": stranger.kid}, stranger), "structure"),
        (SignedRecord(RECORD.data, ()), "signature.bad"),
        (SignedRecord.sign({**RECORD.value, "scope": "all"}, stranger), "structure"),
    ]:
        with pytest.raises(Refused) as refused:
            early_withdrawal.verify_early(record)
        assert refused.value.rule == rule
