"""Attestations: the interviewer stands for exactly these parts, and only inside the seal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony import attestation, testimony
from testimony.sealing.testimony.testimony import Attestation, Content
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.vectors import AUTHORS, case_part, case_record, chain, opening_key, signer


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def provenance_of(organisation: Organisation, **changes: Any) -> tuple[bytes, Manifest]:
    sealed = organisation.seal({"provenance": Content("application/json", b'{"partial":false}')}, **changes)
    opened = organisation.open(sealed, "provenance", "lawyers", organisation.lawyer_a)
    return opened.content, Manifest.parse(sealed.record.data)


@pytest.mark.parametrize("author", AUTHORS)
def test_the_shared_testimonies_are_attested_by_the_shared_interviewer(author: str) -> None:
    head, body = case_part(author, "provenance", "lawyers")
    record = case_record(author)
    opened = testimony.open_part(
        record, "provenance", "lawyers", head, body, key=opening_key("lawyer-a"), chain=chain()
    )
    keys, at = attestation.verify_signature(opened.content, Manifest.parse(record.data))
    assert keys == signer("interviewer-3").public_keys
    assert at == "2026-11-24T10:00:00Z"


def test_the_interviewer_is_named_by_the_roster(organisation: Organisation) -> None:
    provenance, manifest = provenance_of(organisation)
    found = testimony.verify_attestation(provenance, manifest, organisation.chain)
    assert found == Attestation("interviewer-3", "2026-11-24T10:00:00Z")
    assert json.loads(provenance)["partial"] is False


def refusal(provenance: bytes, manifest: Manifest, organisation: Organisation) -> str:
    with pytest.raises(CannotOpen) as refused:
        testimony.verify_attestation(provenance, manifest, organisation.chain)
    return refused.value.reason


def fault(provenance: bytes, manifest: Manifest, organisation: Organisation) -> str:
    """What a check without a key of its own says; "" where it holds."""
    return attestation.fault(provenance, manifest, organisation.chain)


def with_person(**changes: Any) -> Organisation:
    """An organisation whose second roster says something else of its interviewer."""
    made = Organisation()
    people = made.successor()["people"]
    person = next(one for one in people if one["id"] == "interviewer-3")
    person |= changes
    second = made.sign(made.successor(people=people))
    made.chain = RosterChain(made.root, [made.roster_record, second])
    return made


def test_what_holds_has_no_fault(organisation: Organisation) -> None:
    assert fault(*provenance_of(organisation), organisation) == ""


def test_an_interviewer_whom_the_roster_of_that_day_revoked_attests_nothing() -> None:
    organisation = with_person(status="revoked")
    provenance, manifest = provenance_of(organisation)
    assert refusal(provenance, manifest, organisation) == "altered"
    assert fault(provenance, manifest, organisation) == "key"


def test_who_was_active_in_the_roster_that_the_testimony_names_attested_it_for_good() -> None:
    organisation = with_person(status="revoked")
    first = organisation.chain.rosters[-1]
    provenance, manifest = provenance_of(organisation, roster_sha256=first.sha256, roster_no=1)
    assert testimony.verify_attestation(provenance, manifest, organisation.chain).person_id == "interviewer-3"
    assert fault(provenance, manifest, organisation) == ""


def test_a_time_that_the_interviewer_did_not_sign_is_no_time(organisation: Organisation) -> None:
    provenance, manifest = provenance_of(organisation)
    value = json.loads(provenance)
    value["attest"] = value["attest"].replace("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z")
    assert refusal(canonical.encode(value), manifest, organisation) == "altered"
    assert fault(canonical.encode(value), manifest, organisation) == "signature"


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-11-18T23:00:00Z", False),
        ("2026-11-19T00:00:00Z", True),
        ("2026-11-25T23:59:59Z", True),
        ("2026-11-26T00:00:00Z", False),
    ],
)
def test_it_is_signed_since_the_first_roster_and_by_its_day_give_or_take_one(
    at: str, holds: bool, organisation: Organisation
) -> None:
    provenance, manifest = provenance_of(organisation, at=at)
    assert fault(provenance, manifest, organisation) == ("" if holds else "time")
    if not holds:
        assert refusal(provenance, manifest, organisation) == "altered"


def test_an_attestation_of_another_testimony_is_altered(organisation: Organisation) -> None:
    provenance, _ = provenance_of(organisation)
    _, other = provenance_of(organisation)
    assert refusal(provenance, other, organisation) == "altered"
    assert fault(provenance, other, organisation) == "parts"


@pytest.mark.parametrize("field", ["tid", "at", "rev"])
def test_a_changed_attestation_is_altered(organisation: Organisation, field: str) -> None:
    provenance, manifest = provenance_of(organisation)
    value = json.loads(provenance)
    value["attest"] = canonical.encode({**json.loads(value["attest"]), field: "0" * 32}).decode()
    assert refusal(canonical.encode(value), manifest, organisation) == "altered"


@pytest.mark.parametrize("provenance", [b"{}", b"", b'{"attest":"{}","sigs":[]}', b'{"attest":1,"sigs":[]}'])
def test_no_attestation_is_altered(organisation: Organisation, provenance: bytes) -> None:
    _, manifest = provenance_of(organisation)
    assert refusal(provenance, manifest, organisation) == "altered"
    assert fault(provenance, manifest, organisation) == "structure"


def test_somebody_who_is_no_interviewer_attests_nothing(organisation: Organisation) -> None:
    for somebody in (Signer.generate(), organisation.lawyer_signer, organisation.device):
        provenance, manifest = provenance_of(organisation, interviewer=somebody)
        assert refusal(provenance, manifest, organisation) == "altered"
        assert fault(provenance, manifest, organisation) == "key"


def test_a_part_that_the_device_exchanged_afterwards_is_not_attested(organisation: Organisation) -> None:
    provenance, manifest = provenance_of(organisation)
    parts = tuple(replace(entry, commit="0" * 64) if entry.part == "identity" else entry for entry in manifest.parts)
    assert refusal(provenance, replace(manifest, parts=parts), organisation) == "altered"


def test_a_stranger_beside_the_interviewer_spoils_the_attestation(organisation: Organisation) -> None:
    class Pair(Signer):
        """The interviewer's key and a stranger's, signing as if they were one person's."""

        def __init__(self) -> None:
            pair = organisation.interviewer, Signer.generate()
            self.public_keys = tuple(signer.public_keys[0] for signer in pair)
            self._private = [signer._private[0] for signer in pair]

    provenance, manifest = provenance_of(organisation, interviewer=Pair())
    keys, _ = attestation.verify_signature(provenance, manifest)
    assert len(keys) == 2
    assert refusal(provenance, manifest, organisation) == "altered"
    assert fault(provenance, manifest, organisation) == "key"
