"""A request to be admitted: the station's own bytes and signature, and words in which every field counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import Admission, admission, fingerprint, read_admission
from testimony.sealing.roster.errors import EnrolmentRefused

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "enrolment.json").read_text())
DAY = "2026-11-26"


def node(signer: Signer | None = None, **changes: Any) -> SignedRecord:
    return admission(kind="node", id="node-2", signer=signer or Signer.generate(), day=DAY, **changes)


def refusal(record: SignedRecord | bytes) -> str:
    with pytest.raises(EnrolmentRefused) as caught:
        read_admission(record if isinstance(record, bytes) else record.encode())
    return caught.value.reason


@pytest.mark.parametrize("name", ["node", "lawyer"])
def test_the_vector_s_seed_gives_the_vector_s_request_and_words(name: str) -> None:
    told = VECTORS[name]
    recipient = None if told["age_seed"] is None else OpeningKey.from_seed(bytes.fromhex(told["age_seed"])).recipient
    made = admission(
        kind=told["kind"],
        id=told["id"],
        signer=Signer(bytes.fromhex(told["seed"])),
        day=told["day"],
        recipient=recipient,
        replaces=told["replaces"],
    )
    assert made.data.decode() == told["statement"]
    assert list(made.sigs) == told["sigs"]
    found = read_admission(made.encode())
    assert found.fingerprint == told["fingerprint"]
    assert fingerprint_words(found.fingerprint) == told["words"]
    assert found.entry() == told["entry"]


@pytest.mark.parametrize("bad", VECTORS["refused"], ids=lambda one: one["why"])
def test_the_vector_s_forgeries_are_refused(bad: dict[str, Any]) -> None:
    assert refusal(bad["envelope"].encode()) == bad["reason"]


@pytest.mark.parametrize("kind", ["central", "phone", "interviewer"])
def test_who_reads_nothing_asks_without_a_recipient(kind: str) -> None:
    signer = Signer.generate()
    found = read_admission(SignedRecord.sign({**node(signer).value, "kind": kind}, signer).encode())
    assert (found.kind, found.recipient) == (kind, None)
    recipient = OpeningKey.generate().recipient.text
    assert refusal(SignedRecord.sign({**node(signer).value, "kind": kind, "age": recipient}, signer)) == "request"


def test_every_field_is_in_the_words() -> None:
    record = node()
    for name, value in {"id": "node-3", "kind": "central", "day": "2026-11-27", "replaces": True}.items():
        changed = SignedRecord.sign({**record.value, name: value}, Signer.generate())
        assert fingerprint(changed.data) != fingerprint(record.data)


def test_a_changed_request_is_refused_as_not_signed_by_its_keys() -> None:
    record = node()
    assert refusal(SignedRecord(record.data.replace(b"node-2", b"node-9"), record.sigs)) == "signature"
    assert refusal(SignedRecord.sign(record.value, Signer.generate())) == "signature"
    assert refusal(SignedRecord(record.data, ())) == "signature"


@pytest.mark.parametrize("data", [b"", b"{}", b"A letter.", b"\xff" * 50, b"{" * 20_000], ids=len)
def test_what_is_no_request_is_said_to_be_none(data: bytes) -> None:
    assert refusal(data) == "request"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../node"},
        {"id": "Node 2"},
        {"id": ""},
        {"kind": "desk"},
        {"kind": "root"},
        {"age": "age1pq1"},
        {"replaces": 1},
        {"keys": []},
        {"more": "x"},
        {"day": "soon"},
    ],
    ids=str,
)
def test_a_request_of_another_form_is_refused(change: dict[str, Any]) -> None:
    signer = Signer.generate()
    assert refusal(SignedRecord.sign({**node(signer).value, **change}, signer)) == "request"


def test_a_reader_s_request_needs_a_recipient_and_a_station_s_has_none() -> None:
    signer, key = Signer.generate(), OpeningKey.generate()
    assert refusal(admission(kind="lawyer", id="lawyer-3", signer=signer, day=DAY)) == "request"
    assert refusal(node(signer, recipient=key.recipient)) == "request"


def test_a_newer_version_is_said() -> None:
    signer = Signer.generate()
    assert refusal(SignedRecord.sign({**node(signer).value, "v": "testimony/2/enrol"}, signer)) == "newer"


def test_a_name_that_could_not_stand_in_a_roster_is_refused_at_once() -> None:
    with pytest.raises(EnrolmentRefused) as caught:
        admission(kind="node", id="Node 2", signer=Signer.generate(), day=DAY)
    assert caught.value.reason == "id"


def test_headquarters_may_give_another_name() -> None:
    found: Admission = read_admission(node().encode())
    assert found.entry("node-7") == {**found.entry(), "id": "node-7"}
