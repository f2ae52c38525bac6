"""A station's signed request for admission: its public keys and chosen name, with a fingerprint of six words.

Its signature is no reason to trust it: it only shows that the sender has the keys. Two people who compare the words
establish that the keys are the right station's (docs/enrolment.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.roster.errors import EnrolmentRefused

LABEL = "testimony/1/enrol"
DEVICES = frozenset(("node", "central"))
"""Stations, which make a home with their request."""
PHONE, INTERVIEWER = "phone", "interviewer"
KEYED = DEVICES | {PHONE, INTERVIEWER}
"""The roles that sign and read nothing: their requests have no recipient."""
READERS = frozenset(("lawyer", "coordinator", "recovery"))
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LARGEST = 16 * 1024
"""The largest request in bytes: longer ones are not read."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """`kind`: node, central or phone, interviewer, or a reader's role; `replaces`: in place of the one with this id."""

    kind: str
    id: str
    keys: tuple[PublicKey, ...]
    recipient: Recipient | None
    replaces: bool
    day: str
    fingerprint: str

    @property
    def is_person(self) -> bool:
        return self.kind == INTERVIEWER or self.kind in READERS

    def entry(self, id: str = "") -> dict[str, Any]:
        """As it stands in a roster, under `id` where headquarters gives another."""
        keys = [key.describe() for key in self.keys]
        named = {"id": id or self.id, "status": "active", "keys": keys}
        if self.kind == INTERVIEWER:
            return {**named, "role": self.kind}
        if self.recipient is None:
            return {**named, "kind": self.kind}
        return {**named, "role": self.kind, "age": self.recipient.text}


def admission(
    *, kind: str, id: str, signer: Signer, day: str, recipient: Recipient | None = None, replaces: bool = False
) -> SignedRecord:
    """A request, signed with `signer`. Raises `EnrolmentRefused("id")`."""
    require_id(id)
    keys = [key.describe() for key in signer.public_keys]
    age = None if recipient is None else recipient.text
    value = {"v": LABEL, "kind": kind, "id": id, "keys": keys, "age": age, "replaces": replaces, "day": day}
    return SignedRecord.sign(value, signer)


def require_id(id: str) -> None:
    """Raise `EnrolmentRefused("id")` unless it may stand in a roster, a file's name and on a command line."""
    if not ID.fullmatch(id):
        raise EnrolmentRefused("id")


def read_admission(envelope: bytes) -> Admission:
    """A request that its own keys signed. Raises `EnrolmentRefused`: request, newer, signature."""
    try:
        if len(envelope) > LARGEST:
            raise Refused("size.limit")
        record = SignedRecord.decode(envelope)
        found = _parse(record)
        signatures.verify(LABEL, record.data, record.sigs, found.keys)
    except SignatureBad as error:
        raise EnrolmentRefused("signature") from error
    except (NotCanonical, Refused, StructureWrong, KeyTextWrong, EnrolmentRefused) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise EnrolmentRefused("newer" if newer else "request") from error
    return found


def fingerprint(data: bytes) -> str:
    """SHA-256(L("testimony/1/enrol", statement)), hex: what people compare as six words. Every field is in it."""
    return canonical.sha256_hex(signatures.labelled(LABEL, data))


def _parse(record: SignedRecord) -> Admission:
    value = fields.statement(record, "enrol", {"kind", "id", "keys", "age", "replaces", "day"})
    kind, age = fields.text(value["kind"], 32), value["age"]
    if kind not in KEYED | READERS or (age is None) is not (kind in KEYED):
        raise Refused("structure")
    require_id(fields.text(value["id"], 64))
    return Admission(
        kind=kind,
        id=value["id"],
        keys=_keys(value["keys"]),
        recipient=None if age is None else Recipient.from_text(fields.text(age, 4000)),
        replaces=fields.boolean(value["replaces"]),
        day=fields.day(value["day"]),
        fingerprint=fingerprint(record.data),
    )


def _keys(value: Any) -> tuple[PublicKey, ...]:
    """One Ed25519 key: what stations and readers sign with."""
    if not isinstance(value, list) or len(value) != 1:
        raise Refused("structure")
    key = PublicKey.parse(value[0])
    if key.alg != signatures.ED25519:
        raise Refused("structure")
    return (key,)
