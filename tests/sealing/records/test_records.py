"""Signed records: exact bytes, their name, their envelope."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from tests.support.sealing.vectors import VECTORS, record, signer

VALUE = {"v": "testimony/1/note", "by": "0011223344556677", "n": 1, "word": "été 🕊"}


def test_a_record_survives_its_envelope_byte_for_byte() -> None:
    made = SignedRecord.sign(VALUE, signer("device-07"))
    again = SignedRecord.decode(made.encode())
    assert (again.data, list(again.sigs)) == (made.data, list(made.sigs))
    assert again.id == canonical.sha256_hex(made.data)
    assert (again.kind, again.by, again.value) == ("note", VALUE["by"], VALUE)
    again.verify(signer("device-07").public_keys)


def test_roots_sign_in_lists_of_their_own() -> None:
    roots = [Signer.generate(ROOT_ALGORITHMS) for _ in range(2)]
    made = SignedRecord.decode(SignedRecord.sign_by_roots(VALUE, roots).encode())
    assert [[sig["alg"] for sig in sigs] for sigs in made.sigs] == [["ed25519", "ml-dsa-65"]] * 2


def test_a_record_of_one_kind_does_not_pass_as_another() -> None:
    made = SignedRecord.sign(VALUE, signer("device-07"))
    other = canonical.encode({**VALUE, "v": "testimony/1/other"})
    with pytest.raises(SignatureBad):
        SignedRecord(other, made.sigs).verify(signer("device-07").public_keys)


@pytest.mark.parametrize(
    "envelope",
    [b"", b"{}", b"[]", b'{"record":1,"sigs":[]}', b'{"record":"{}","sigs":{}}', b'{"record":"{}", "sigs":[]}'],
)
def test_other_envelopes_are_refused(envelope: bytes) -> None:
    with pytest.raises(NotCanonical):
        SignedRecord.decode(envelope)


def test_the_shared_receipt_is_its_stations() -> None:
    receipt = record(VECTORS["receipt"])
    assert receipt.kind == "receipt"
    assert receipt.by == receipt.value["station"]
