"""Header and seal of a bundle: what is signed comes back, and whatever is not of their form is refused by its rule."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.errors import Refused
from testimony.sealing.bundle.bundle import DELIVERY, Header, Seal, new_id, parse_header, verify_seal
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer

SIGNER = Signer.generate()
HEADER = Header(
    kind=DELIVERY,
    id=new_id(),
    no=1,
    by=SIGNER.kid,
    to="",
    organisation="0" * 64,
    incarnation="",
    epoch="",
    log="",
    read=0,
    waiting=3,
    day="2026-11-24",
)
SEAL = Seal(bundle="1" * 64, by=SIGNER.kid, frames=4, root="2" * 64, last=True)


def changed(record: SignedRecord, **fields: Any) -> SignedRecord:
    return SignedRecord.sign({**record.value, **fields}, SIGNER)


def test_what_was_signed_comes_back() -> None:
    assert parse_header(HEADER.sign(SIGNER)) == HEADER
    assert verify_seal(SEAL.sign(SIGNER), SIGNER.public_keys) == SEAL


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"v": "testimony/2/bundle"}, "version.newer"),
        ({"v": "testimony/1/manifest"}, "kind.unknown"),
        ({"kind": "gift"}, "kind.unknown"),
        ({"no": 0}, "structure"),
        ({"by": ""}, "structure"),
        ({"to": 0}, "structure"),
        ({"log": "x"}, "structure"),
        ({"read": -1}, "structure"),
        ({"read": True}, "structure"),
        ({"epoch": "e" * 65}, "structure"),
        ({"incarnation": "00"}, "structure"),
        ({"day": "yesterday"}, "structure"),
        ({"more": 1}, "structure"),
    ],
)
def test_a_header_of_another_form_is_refused(fields: dict[str, Any], rule: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_header(changed(HEADER.sign(SIGNER), **fields))
    assert refused.value.rule == rule


def test_a_seal_counts_only_by_the_key_that_is_asked_for() -> None:
    with pytest.raises(SignatureBad):
        verify_seal(SEAL.sign(SIGNER), Signer.generate().public_keys)
    with pytest.raises(Refused):
        verify_seal(changed(SEAL.sign(SIGNER), frames="4"), SIGNER.public_keys)
