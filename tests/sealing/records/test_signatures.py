"""Signatures: every key of the signer, in order, no extras, under one label."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.records import signatures
from testimony.sealing.records.signatures import ML_DSA_65, ROOT_ALGORITHMS, PublicKey, Signer
from tests.support.sealing.vectors import VECTORS, signer

LABEL = "testimony/1/test"


@pytest.mark.parametrize("name", VECTORS["signers"])
def test_a_seed_gives_the_shared_public_keys(name: str) -> None:
    public = VECTORS["signers"][name]["public"]
    assert [key.describe() for key in signer(name).public_keys] == public
    assert [PublicKey.parse(value) for value in public] == list(signer(name).public_keys)


def test_a_root_signs_with_both_algorithms() -> None:
    root = Signer.generate(ROOT_ALGORITHMS)
    sigs = signatures.sign(LABEL, b"bytes", root)
    assert [sig["alg"] for sig in sigs] == ["ed25519", "ml-dsa-65"]
    signatures.verify(LABEL, b"bytes", sigs, root.public_keys)


CHANGES = ["label", "data", "signature", "missing", "extra", "kid", "alg", "no hex", "none"]
CASES = [(algorithms, change) for algorithms in (("ed25519",), (ML_DSA_65,), ROOT_ALGORITHMS) for change in CHANGES]


@pytest.mark.parametrize(("algorithms", "change"), [*CASES, (ROOT_ALGORITHMS, "order")])
def test_anything_but_exactly_the_signatures_is_bad(algorithms: tuple[str, ...], change: str) -> None:
    me = Signer.generate(algorithms)
    label, data, sigs = changed(change, signatures.sign(LABEL, b"bytes", me))
    with pytest.raises(SignatureBad):
        signatures.verify(label, data, sigs, me.public_keys)


def changed(change: str, sigs: list[dict[str, str]]) -> tuple[str, bytes, Any]:
    first = sigs[0]
    flipped = {**first, "sig": f"{int(first['sig'][:2], 16) ^ 1:02x}" + first["sig"][2:]}
    made: dict[str, Any] = {
        "signature": [flipped, *sigs[1:]],
        "missing": sigs[1:],
        "extra": [*sigs, first],
        "kid": [{**first, "kid": "0" * 16}, *sigs[1:]],
        "alg": [{**first, "alg": "none"}, *sigs[1:]],
        "order": sigs[::-1],
        "no hex": [{**first, "sig": first["sig"].upper()}, *sigs[1:]],
        "none": None,
    }
    return (
        LABEL + ("/x" if change == "label" else ""),
        b"bytez" if change == "data" else b"bytes",
        made.get(change, sigs),
    )


def test_no_keys_verify_nothing() -> None:
    with pytest.raises(SignatureBad):
        signatures.verify(LABEL, b"bytes", [], [])


@pytest.mark.parametrize(
    "value", [None, {}, {"alg": "rsa", "pub": "00"}, {"alg": "ed25519", "pub": "00"}, {"alg": 1, "pub": 2}]
)
def test_a_key_of_another_kind_or_size_is_refused(value: object) -> None:
    with pytest.raises(StructureWrong):
        PublicKey.parse(value)


def test_a_signature_by_another_seed_does_not_verify() -> None:
    other = Signer.generate()
    (made,) = signatures.sign(LABEL, b"bytes", Signer.generate())
    for kid in (made["kid"], other.kid):  # by its own name, and by that of the key which it should be of
        with pytest.raises(SignatureBad):
            signatures.verify(LABEL, b"bytes", [{**made, "kid": kid}], other.public_keys)


def test_nothing_secret_is_shown_of_a_signer() -> None:
    assert signer("device-07").seed.hex() not in repr(signer("device-07"))
