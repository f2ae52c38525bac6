"""Revocations are the roots', by their threshold."""

from __future__ import annotations

import pytest

from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.revocation import Revocation, revocation, verify_revocation
from tests.support.sealing.organisation import Organisation

KID, LOG = "a" * 16, "b" * 16


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def made(organisation: Organisation, roots: list[Signer] | None = None) -> SignedRecord:
    return revocation(
        key=KID, log=LOG, position=7, day="2026-12-01", roots=organisation.roots[:2] if roots is None else roots
    )


def test_a_threshold_of_roots_revokes_a_key_from_a_position_on(organisation: Organisation) -> None:
    record = SignedRecord.decode(made(organisation).encode())
    assert record.kind == "revoke"
    expected = Revocation(key=KID, log=LOG, position=7, day="2026-12-01")
    assert verify_revocation(record, organisation.root) == expected


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_roots_and_everybody_else_revoke_nothing(organisation: Organisation, count: int) -> None:
    by_one_person = SignedRecord.sign(made(organisation).value, organisation.lawyer_signer)
    for record in (made(organisation, organisation.roots[:count]), by_one_person):
        with pytest.raises(Refused) as refused:
            verify_revocation(record, organisation.root)
        assert refused.value.rule == "signature.bad"


@pytest.mark.parametrize("change", [{"key": "x"}, {"position": -1}, {"day": "now"}, {"extra": 1}])
def test_a_revocation_has_exactly_its_fields(organisation: Organisation, change: dict[str, object]) -> None:
    record = SignedRecord.sign_by_roots({**made(organisation).value, **change}, organisation.roots)
    with pytest.raises(Refused) as refused:
        verify_revocation(record, organisation.root)
    assert refused.value.rule == "structure"
