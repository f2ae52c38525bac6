"""The checks that desks, commands and archives share: each result by its code, and the verdict over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing import verification
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.sealing.verification import Finding, Holds, LogEntry
from tests.support.damage import last_byte_changed
from tests.support.sealing.organisation import Organisation

ORIGIN = "testimony/1/log/central"
LEAVES = [canonical.encode({"no": number, "day": f"2026-01-0{number + 1}"}) for number in range(3)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
LEFT = merkle.node_hash(HASHES[0], HASHES[1])
ROOT = merkle.node_hash(LEFT, HASHES[2])
PATH = (HASHES[0], HASHES[2])
"""Of the second of three entries."""


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


@pytest.fixture(scope="module")
def chain(organisation: Organisation) -> RosterChain:
    return organisation.chain


@pytest.fixture(scope="module")
def sealed(organisation: Organisation) -> SealedTestimony:
    names = ("narrative", "coded", "provenance")
    return organisation.seal({name: Content("application/json", b"{}") for name in names})


def test_a_sound_manifest_says_who_signed_it(sealed: SealedTestimony, chain: RosterChain) -> None:
    found, manifest = verification.check_manifest(sealed.record, chain)
    assert (found.code, found.subject, found.holds) == ("manifest.holds", "manifest", Holds.YES)
    assert manifest == Manifest.parse(sealed.record.data)
    assert set(found.values) == {"day", "device", "no"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": "2020-01-01"}, "manifest.signature"),
        ({"roster": "0" * 64}, "manifest.roster"),
        ({"by": "0" * 16}, "manifest.unknown"),
        ({"v": "testimony/9/manifest"}, "manifest.newer"),
        ({"v": "something else"}, "manifest.altered"),
    ],
)
def test_a_changed_manifest_is_refused_by_the_rule_that_it_breaks(
    sealed: SealedTestimony, chain: RosterChain, changes: Mapping[str, Any], code: str
) -> None:
    record = SignedRecord(canonical.encode({**sealed.record.value, **changes}), sealed.record.sigs)
    found, manifest = verification.check_manifest(record, chain)
    assert (found.code, found.holds, manifest) == (code, Holds.NO, None)


def test_a_receipt_counts_if_a_station_signed_it_for_this_testimony(
    sealed: SealedTestimony, chain: RosterChain, organisation: Organisation
) -> None:
    manifest = Manifest.parse(sealed.record.data)

    def code(signer: Signer = organisation.station, **changes: Any) -> str:
        parts = tuple(sorted(manifest.names))
        given = {"record": sealed.record.id, "parts": parts, "log_size": 1, "root": "0" * 64, "durable": True}
        data = statements.receipt(**(given | changes), signer=signer).encode()
        found, receipt = verification.check_receipt(data, sealed.record.id, manifest, chain)
        assert (receipt is None) is (found.holds is Holds.NO)
        return found.code

    assert code() == "receipt.holds"
    assert code(parts=()) == "receipt.empty"
    assert code(Signer.generate()) == code(organisation.lawyer_signer) == "receipt.signer"
    assert code(record="0" * 64) == code(parts=("0" * 64,)) == "receipt.other"
    assert verification.check_receipt(b"{}", sealed.record.id, manifest, chain)[0].code == "receipt.signature"


def test_an_entry_is_proven_by_a_signed_head_and_a_path() -> None:
    signer = Signer.generate()
    key, note = signer.public_keys[0], checkpoint.sign(ORIGIN, 3, ROOT, signer)
    whole: dict[str, Any] = {
        "key": key, "origin": ORIGIN, "position": 1, "entry": LEAVES[1], "note": note, "size": 3, "path": PATH
    }  # fmt: skip

    def result(**changes: Any) -> tuple[str, Holds]:
        found = verification.check_entry(LogEntry(**(whole | changes)))
        return found.code, found.holds

    assert result() == ("log.holds", Holds.YES)
    assert verification.check_entry(LogEntry(**whole)).values == {"position": 1, "size": 3, "day": "2026-01-02"}
    assert result(position=2) == result(entry=last_byte_changed(LEAVES[1])) == ("log.proof", Holds.NO)
    assert result(key=Signer.generate().public_keys[0]) == result(origin="another") == ("log.head", Holds.NO)
    assert result(path=None) == ("log.gap", Holds.NO)
    assert result(note="") == ("log.waiting", Holds.OPEN)
    assert verification.check_entry(None).holds is Holds.OPEN


def test_one_failure_decides_and_only_proof_makes_it_whole() -> None:
    yes, no, waits = (Finding(code="log.holds", holds=holds) for holds in (Holds.YES, Holds.NO, Holds.OPEN))
    assert verification.verdict([yes, yes]) is Holds.YES
    assert verification.verdict([yes, waits]) is verification.verdict([]) is Holds.OPEN
    assert verification.verdict([yes, waits, no]) is Holds.NO
    assert verification.nothing_fails([yes, waits])
    assert not verification.nothing_fails([yes, no])
