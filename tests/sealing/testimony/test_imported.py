"""A manifest of version 3: a lawyer signs an account from elsewhere, and nobody else can."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import Any

import pytest

from testimony.errors import Refused
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import IMPORTED, Manifest
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony import attestation, testimony
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.static_server import ROOT

TWIN = ROOT / "tests" / "js" / "sealing" / "support" / "twin.mjs"
PROVENANCE = {"provenance": Content("application/json", b'{"kind":"imported"}')}


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def sealed_by(organisation: Organisation, signer: Signer, **changes: Any) -> SealedTestimony:
    return organisation.seal(PROVENANCE, **{"version": IMPORTED, "device": signer, "interviewer": signer, **changes})


def attested(organisation: Organisation, sealed: SealedTestimony) -> tuple[bytes, Manifest]:
    opened = organisation.open(sealed, "provenance", "lawyers", organisation.lawyer_a)
    return opened.content, Manifest.parse(sealed.record.data)


def twin(node: str, organisation: Organisation, sealed: SealedTestimony, provenance: bytes) -> dict[str, Any] | None:
    """Who attested it by the scripts; None where they refuse it."""
    asked = {
        "call": "attestation",
        "chain": {
            "root": _base64(organisation.root.data),
            "rosters": [_base64(record.encode()) for record in organisation.chain.records],
        },
        "record": _base64(sealed.record.encode()),
        "provenance": _base64(provenance),
    }
    done = subprocess.run([node, str(TWIN)], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout) if done.returncode == 0 else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_lawyer_signs_it_and_attests_it_in_both_languages(organisation: Organisation, node: str) -> None:
    sealed = sealed_by(organisation, organisation.lawyer_signer)
    assert testimony.verify_manifest(sealed.record, organisation.chain).imported
    provenance, manifest = attested(organisation, sealed)
    assert testimony.verify_attestation(provenance, manifest, organisation.chain).person_id == "lawyer-a"
    assert twin(node, organisation, sealed, provenance) == {"personId": "lawyer-a", "at": "2026-11-24T10:00:00Z"}


@pytest.mark.parametrize("who", ["device", "coordinator_signer", "interviewer", "station"])
def test_nobody_else_signs_one(organisation: Organisation, node: str, who: str) -> None:
    sealed = sealed_by(organisation, getattr(organisation, who))
    with pytest.raises(Refused) as refused:
        testimony.verify_manifest(sealed.record, organisation.chain)
    assert refused.value.rule == "signer.unknown"
    if who == "device":
        assert twin(node, organisation, sealed, b"{}") is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_lawyer_signs_no_interview(organisation: Organisation, version: int) -> None:
    sealed = sealed_by(organisation, organisation.lawyer_signer, version=version)
    with pytest.raises(Refused) as refused:
        testimony.verify_manifest(sealed.record, organisation.chain)
    assert refused.value.rule == "signer.unknown"


def test_an_interviewer_attests_no_import(organisation: Organisation, node: str) -> None:
    sealed = sealed_by(organisation, organisation.lawyer_signer, interviewer=organisation.interviewer)
    provenance, manifest = attested(organisation, sealed)
    assert attestation.fault(provenance, manifest, organisation.chain) == "key"
    with pytest.raises(CannotOpen):
        testimony.verify_attestation(provenance, manifest, organisation.chain)
    assert twin(node, organisation, sealed, provenance) is None
