"""The tamper matrix: whatever is changed, by whomever, the part stays closed and the code is `altered`."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts import part as sealed_part
from testimony.sealing.parts.manifest import ALWAYS
from testimony.sealing.parts.part import SealedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.testimony import SealedTestimony
from tests.support.damage import last_byte_changed
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.vectors import AUTHORS, VECTORS, case_part, case_record, chain, opening_key, signer

SAMPLE = random.Random(20261124)


def attempt(record: SignedRecord, part: str, head: bytes | None, body: bytes | None) -> str:
    with pytest.raises(CannotOpen) as refused:
        testimony.open_part(record, part, "lawyers", head, body, key=opening_key("lawyer-a"), chain=chain())
    assert str(refused.value) == str(CannotOpen(refused.value.reason))
    return refused.value.reason


def flips(data: bytes, count: int) -> list[bytes]:
    places = {0, len(data) - 1, *SAMPLE.sample(range(len(data)), min(count, len(data)))}
    return [data[:at] + bytes([data[at] ^ 1 << SAMPLE.randrange(8)]) + data[at + 1 :] for at in sorted(places)]


def damaged(data: bytes) -> list[bytes]:
    return [*flips(data, 40), b"", data[:-1], data[: len(data) // 2], data[1:], data + b"\0", data + data]


@pytest.mark.parametrize("part", [*ALWAYS, "media-001"])
@pytest.mark.parametrize("author", AUTHORS)
def test_a_flipped_cut_or_longer_head_or_body_is_altered(author: str, part: str) -> None:
    head, body = case_part(author, part, "lawyers")
    record = case_record(author)
    assert {attempt(record, part, wrong, body) for wrong in damaged(head)} == {"altered"}
    assert {attempt(record, part, head, wrong) for wrong in damaged(body)} == {"altered"}
    assert {attempt(record, part, wrong, None) for wrong in damaged(head)} == {"altered"}


@pytest.mark.parametrize("author", AUTHORS)
def test_a_changed_manifest_is_altered(author: str) -> None:
    record = case_record(author)
    head, body = case_part(author, "identity", "lawyers")
    version = record.data.index(b"testimony/1/") + len(b"testimony/")
    wrong = [
        data for data in damaged(record.data) if data[version : version + 1] == b"1" or len(data) != len(record.data)
    ]
    assert len(wrong) > 40
    assert {attempt(SignedRecord(data, record.sigs), "identity", head, body) for data in wrong} == {"altered"}


@pytest.mark.parametrize("author", AUTHORS)
def test_wrong_missing_and_extra_signatures_are_altered(author: str) -> None:
    record = case_record(author)
    head, body = case_part(author, "identity", "lawyers")
    own = record.sigs[0]
    stranger = SignedRecord.sign(record.value, Signer.generate()).sigs[0]
    forged = [
        (),
        (stranger,),
        (own, own),
        (own, stranger),
        ({**stranger, "kid": own["kid"]},),
        ({**own, "alg": "ml-dsa-65"},),
        ({**own, "sig": own["sig"].upper()},),
        ({**own, "extra": "1"},),
        *(({**own, "sig": wrong.hex()},) for wrong in damaged(bytes.fromhex(own["sig"]))),
        ("none",),
        (None,),
    ]
    assert {attempt(SignedRecord(record.data, sigs), "identity", head, body) for sigs in forged} == {"altered"}


def test_parts_and_testimonies_that_were_swapped_are_altered() -> None:
    for author, other in (AUTHORS, AUTHORS[::-1]):
        head, body = case_part(author, "identity", "lawyers")
        for part in (*ALWAYS, "media-001"):
            foreign_head, foreign_body = case_part(other, part, "lawyers")
            assert attempt(case_record(author), "identity", foreign_head, foreign_body) == "altered"
            assert attempt(case_record(author), "identity", head, foreign_body) == "altered"
            if part != "identity":
                assert attempt(case_record(author), part, head, body) == "altered"
    assert attempt(case_record("py"), "media-002", *case_part("py", "identity", "lawyers")) == "altered"


def test_a_newer_version_says_so_whoever_signed_it() -> None:
    value = {**case_record("py").value, "v": "testimony/4/manifest"}
    record = SignedRecord.sign(value, signer("device-07"))
    assert attempt(record, "identity", *case_part("py", "identity", "lawyers")) == "newer_version"


def test_what_has_not_arrived_is_incomplete() -> None:
    head, body = case_part("py", "identity", "lawyers")
    assert attempt(case_record("py"), "identity", None, body) == "incomplete"
    assert attempt(case_record("py"), "identity", head, None) == "incomplete"


def test_an_authentic_head_for_others_is_not_for_you() -> None:
    head, body = case_part("py", "identity", "lawyers")
    with pytest.raises(CannotOpen) as refused:
        testimony.open_part(
            case_record("py"), "identity", "lawyers", head, body, key=opening_key("stranger"), chain=chain()
        )
    assert refused.value.reason == "not_for_you"


class DishonestDevice:
    """An enrolled phone that signs whatever it likes over two testimonies that it sealed."""

    def __init__(self) -> None:
        self.organisation = Organisation()
        self.sealed, self.other = self.organisation.seal({}), self.organisation.seal({})

    def opened_after(
        self, forge: Callable[[dict[str, Any], DishonestDevice], SealedPart], part: str = "identity"
    ) -> str:
        """The code with which `part` stays closed after `forge` changed the manifest and gave the part to serve."""
        value = copy.deepcopy(json.loads(self.sealed.record.data))
        served = forge(value, self)
        record = SignedRecord.sign(value, self.organisation.device)
        with pytest.raises(CannotOpen) as refused:
            testimony.open_part(
                record, part, "lawyers", served.heads["lawyers"], served.body,
                key=self.organisation.lawyer_a, chain=self.organisation.chain,
            )  # fmt: skip
        return refused.value.reason


def part_of(sealed: SealedTestimony, name: str) -> SealedPart:
    return next(part for part in sealed.parts if part.part == name)


def put(value: dict[str, Any], name: str, part: SealedPart, **changes: Any) -> SealedPart:
    """Write `part` into the manifest `value` under `name`."""
    place = next(at for at, entry in enumerate(value["parts"]) if entry["part"] == name)
    value["parts"][place] = {**part.describe(), "part": name, **changes}
    return part


def as_narrative(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    return put(value, "identity", part_of(device.sealed, "narrative"))


def from_another_testimony(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    return put(value, "identity", part_of(device.other, "identity"))


def another_commitment(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    commit = part_of(device.other, "identity").commit
    return put(value, "identity", part_of(device.sealed, "identity"), commit=commit)


def another_consent(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    put(value, "consent", part_of(device.other, "consent"))
    return part_of(device.sealed, "identity")


def another_form(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    value["form_sha256"] = "f" * 64
    return part_of(device.sealed, "identity")


def another_testimony_id(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    value["tid"] = "f" * 32
    return part_of(device.sealed, "identity")


def another_length(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    part = part_of(device.sealed, "identity")
    return put(value, "identity", part, len=len(part.body) + 1)


def mixed_head_and_body(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    mine, other = part_of(device.sealed, "identity"), part_of(device.other, "identity")
    return put(value, "identity", SealedPart(part="identity", commit=mine.commit, heads=mine.heads, body=other.body))


def flipped_body(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    part = part_of(device.sealed, "identity")
    body = last_byte_changed(part.body)
    return put(value, "identity", SealedPart(part="identity", commit=part.commit, heads=part.heads, body=body))


def flipped_mac(value: dict[str, Any], device: DishonestDevice) -> SealedPart:
    part = part_of(device.sealed, "identity")
    head = part.heads["lawyers"]
    at = head.rindex(b"--- ") + 10
    changed = head[:at] + (b"A" if head[at : at + 1] != b"A" else b"B") + head[at + 1 :]
    heads = {**part.heads, "lawyers": changed}
    return put(value, "identity", SealedPart(part="identity", commit=part.commit, heads=heads, body=part.body))


@pytest.mark.parametrize(
    "forge",
    [
        as_narrative,
        from_another_testimony,
        another_commitment,
        another_consent,
        another_form,
        another_testimony_id,
        another_length,
        mixed_head_and_body,
        flipped_body,
        flipped_mac,
    ],
)
def test_a_dishonest_device_that_signs_mismatched_parts_gets_altered(
    forge: Callable[[dict[str, Any], DishonestDevice], SealedPart],
) -> None:
    assert DishonestDevice().opened_after(forge) == "altered"


def test_the_honest_manifest_of_that_device_opens() -> None:
    device = DishonestDevice()
    assert device.organisation.open(device.sealed, "identity", "lawyers", device.organisation.lawyer_a).content == b"{}"


PLAINTEXTS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "no newline": lambda line, content: line + content,
    "no padding": lambda line, content: line + b"\n" + content,
    "too much padding": lambda line, content: (line + b"\n" + content).ljust(8192, b"\0"),
    "padding that is not zero": lambda line, content: (line + b"\n" + content).ljust(4095, b"\0") + b"\1",
    "a space in the header": lambda line, content: (line.replace(b",", b", ", 1) + b"\n" + content).ljust(4096, b"\0"),
    "other content": lambda line, content: (line + b"\n" + content[::-1]).ljust(4096, b"\0"),
    "nothing": lambda line, content: b"",
}


@pytest.mark.parametrize("name", PLAINTEXTS)
def test_a_plaintext_in_any_other_form_is_altered(name: str) -> None:
    """Sealed by a dishonest device: the hashes, the wraps and the MAC all hold; only the inside is wrong."""
    organisation = Organisation()
    sealed = organisation.seal({})
    honest = organisation.open(sealed, "identity", "lawyers", organisation.lawyer_a)
    plaintext = PLAINTEXTS[name](honest.line, honest.content)
    assert reason_of_resealed(organisation, sealed, plaintext, sealed_part.commitment(honest.line)) == "altered"


HEADERS: dict[str, dict[str, Any]] = {
    "one key more": {"note": 1},
    "another version": {"v": "testimony/3/part"},
    "a length below zero": {"len": -1},
    "a length that is no number": {"len": True},
    "a longer length": {"len": 3},
    "another hash": {"sha256": "0" * 64},
    "another roster": {"roster": "0" * 64},
    "another revision": {"rev": 2},
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_in_any_other_form_is_altered_although_it_was_committed_to(name: str) -> None:
    organisation = Organisation()
    sealed = organisation.seal({})
    honest = organisation.open(sealed, "identity", "lawyers", organisation.lawyer_a)
    for header in ({**honest.header, **HEADERS[name]}, {k: v for k, v in honest.header.items() if k != "type"}):
        line = canonical.encode(header)
        plaintext = (line + b"\n" + honest.content).ljust(4096, b"\0")
        assert reason_of_resealed(organisation, sealed, plaintext, sealed_part.commitment(line)) == "altered"


def reason_of_resealed(organisation: Organisation, sealed: SealedTestimony, plaintext: bytes, commit: str) -> str:
    """The code for a testimony whose identity its own device sealed again as `plaintext`, and signed."""
    file_key = age.new_file_key()
    part = SealedPart(
        part="identity",
        commit=commit,
        heads={
            "lawyers": age.seal_head(file_key, organisation.chain.recipients("lawyers"), 4),
            "recovery": age.seal_head(file_key, [], 1),
        },
        body=age.seal_body(file_key, plaintext),
    )
    value = dict(json.loads(sealed.record.data))
    put(value, "identity", part)
    return reason_of(organisation, sealed, SignedRecord.sign(value, organisation.device), part)


def reason_of(organisation: Organisation, sealed: SealedTestimony, record: SignedRecord, part: SealedPart) -> str:
    with pytest.raises(CannotOpen) as refused:
        organisation.open(
            sealed,
            "identity",
            "lawyers",
            organisation.lawyer_a,
            record=record,
            head=part.heads["lawyers"],
            body=part.body,
        )
    return refused.value.reason


def test_a_body_that_a_reader_sealed_again_is_altered_though_it_says_the_same() -> None:
    organisation = Organisation()
    sealed = organisation.seal({})
    part = part_of(sealed, "identity")
    file_key = age.open_head(part.heads["lawyers"], organisation.lawyer_a)
    body = age.seal_body(file_key, age.open_body(file_key, part.body))
    again = SealedPart(part="identity", commit=part.commit, heads=part.heads, body=body)
    assert reason_of(organisation, sealed, sealed.record, again) == "altered"


def test_the_matrix_knows_the_part_that_it_tampers_with() -> None:
    head, body = case_part("py", "identity", "lawyers")
    opened = testimony.open_part(
        case_record("py"), "identity", "lawyers", head, body, key=opening_key("lawyer-a"), chain=chain()
    )
    assert canonical.sha256_hex(opened.content) == VECTORS["cases"]["py"]["contents_sha256"]["identity"]
