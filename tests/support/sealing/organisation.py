"""A made-up organisation for tests: roots, a roster with readers and devices, and testimonies sealed to them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from testimony import canonical
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.parts.manifest import audiences_of
from testimony.sealing.parts.part import OpenedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, PublicKey, Signer
from testimony.sealing.roster.chain import AUDIENCES, Root, RosterChain
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.testimony import Content, SealedTestimony

FORM = "0" * 64
POLICY = {
    part: list(audiences_of(part))
    for part in ("coded", "consent", "identity", "incident", "media", "narrative", "provenance")
}
SLOTS = {"coordinators": 2, "lawyers": 4, "recovery": 1}


class Organisation:
    """Two lawyers, one coordinator, recovery, an interviewer, a phone and a station; 2 of 3 roots sign."""

    def __init__(self) -> None:
        self.lawyer_a, self.lawyer_b = OpeningKey.generate(), OpeningKey.generate()
        self.coordinator, self.recovery = OpeningKey.generate(), OpeningKey.generate()
        self.lawyer_signer, self.coordinator_signer = Signer.generate(), Signer.generate()
        self.interviewer, self.device, self.station = Signer.generate(), Signer.generate(), Signer.generate()
        self.roots = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
        self.root = Root.parse(canonical.encode(root_value(self.roots)))
        self.roster = self.roster_value()
        self.roster_record = self.sign(self.roster)
        self.chain = RosterChain(self.root, [self.roster_record])

    def roster_value(self) -> dict[str, Any]:
        people = [
            _person("lawyer-a", "lawyer", self.lawyer_a, self.lawyer_signer),
            _person("lawyer-b", "lawyer", self.lawyer_b),
            _person("coordinator", "coordinator", self.coordinator, self.coordinator_signer),
            _person("recovery", "recovery", self.recovery),
            _person("interviewer-3", "interviewer", None, self.interviewer),
        ]
        devices = [
            {"id": "phone-7", "keys": _keys(self.device), "status": "active"},
            {"id": "node-1", "keys": _keys(self.station), "status": "active", "kind": "node"},
        ]
        return {
            "v": "testimony/1/roster",
            "no": 1,
            "prev": None,
            "issued": "2026-11-20",
            "expires": "2027-02-20",
            "slots": dict(SLOTS),
            "policy": copy.deepcopy(POLICY),
            "people": people,
            "devices": devices,
        }

    def successor(self, **changes: Any) -> dict[str, Any]:
        """The next roster, with `changes`."""
        value = copy.deepcopy(dict(self.chain.latest.value))
        return {**value, "no": self.chain.latest.no + 1, "prev": self.chain.latest.sha256, **changes}

    def sign(self, value: Mapping[str, Any], roots: Sequence[Signer] | None = None) -> SignedRecord:
        return SignedRecord.sign_by_roots(value, self.roots[:2] if roots is None else roots)

    def readers(self) -> dict[str, dict[str, list[Recipient]]]:
        everyone = {audience: self.chain.recipients(audience) for audience in AUDIENCES}
        return {part: {audience: everyone[audience] for audience in allowed} for part, allowed in POLICY.items()}

    def seal(self, contents: Mapping[str, Content], **changes: Any) -> SealedTestimony:
        arguments: dict[str, Any] = {
            "readers": self.readers(),
            "slots": SLOTS,
            "roster_sha256": self.chain.latest.sha256,
            "roster_no": self.chain.latest.no,
            "device": self.device,
            "interviewer": self.interviewer,
            "day": "2026-11-24",
            "at": "2026-11-24T10:00:00Z",
            "form": "camp-interview@1",
            "form_sha256": FORM,
            **changes,
        }
        return testimony.seal(contents, **arguments)

    def open(
        self, sealed: SealedTestimony, part: str, audience: str | None, key: OpeningKey, **changes: Any
    ) -> OpenedPart:
        found = next(each for each in sealed.parts if each.part == part)
        arguments: dict[str, Any] = {
            "record": sealed.record,
            "head": found.heads[audience or "lawyers"],
            "body": found.body,
            "chain": self.chain,
            **changes,
        }
        return testimony.open_part(part=part, audience=audience, key=key, **arguments)


def forged_roster(keys_of_roots: Sequence[Sequence[PublicKey]]) -> SignedRecord:
    """What anybody can write who has read the root: its keys' kids, invented signatures, a label that is not ASCII."""
    sigs = [[{"alg": key.alg, "kid": key.kid, "sig": "00"} for key in keys] for keys in keys_of_roots]
    return SignedRecord(canonical.encode({"v": "testimony/1é/roster"}), tuple(sigs))


def root_value(roots: Sequence[Signer], no: int = 1, threshold: int = 2) -> dict[str, Any]:
    return {"v": "testimony/1/root", "no": no, "threshold": threshold, "keys": [_keys(root) for root in roots]}


def _keys(signer: Signer) -> list[dict[str, str]]:
    return [key.describe() for key in signer.public_keys]


def _person(name: str, role: str, key: OpeningKey | None, signer: Signer | None = None) -> dict[str, Any]:
    person: dict[str, Any] = {"id": name, "role": role, "status": "active"}
    if key:
        person["age"] = key.recipient.text
    if signer:
        person["keys"] = _keys(signer)
    return person
