"""Whole testimonies: what is sealed opens for its readers, and for nobody else."""

from __future__ import annotations

import json

import pytest

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen, PartTooLarge, SlotsTooFew
from testimony.sealing.parts.manifest import ALWAYS, audiences_of
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.testimony import Content
from tests.support.sealing.organisation import SLOTS, Organisation
from tests.support.sealing.vectors import (
    AUTHORS,
    VECTORS,
    case_part,
    case_record,
    chain,
    chain_with_keys,
    opening_key,
    raw,
    record,
    split,
)

READINGS = [
    (author, part, audience, reader)
    for author in AUTHORS
    for part, audiences in VECTORS["cases"][author]["parts"].items()
    for audience in audiences
    for reader in VECTORS["cases"][author]["readers"][audience]
]
WORDS = {
    "narrative": Content("application/json", b'{"statements":[]}'),
    "media-001": Content("audio/webm", b"\x1a\x45" * 9000),
}


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


@pytest.mark.parametrize(("author", "part", "audience", "reader"), READINGS)
def test_every_named_reader_opens_the_shared_testimonies(author: str, part: str, audience: str, reader: str) -> None:
    head, body = case_part(author, part, audience)
    opened = testimony.open_part(
        case_record(author), part, audience, head, body, key=opening_key(reader), chain=chain()
    )
    case = VECTORS["cases"][author]
    assert canonical.sha256_hex(opened.content) == case["contents_sha256"][part]
    assert opened.line.decode() == case["headers"][part]


@pytest.mark.parametrize("author", AUTHORS)
def test_the_shared_grant_opens_the_part_for_its_new_reader(author: str) -> None:
    case = VECTORS["cases"][author]
    head, body = split(raw(case["grant"]["age"]))
    grant = record(case["grant"])
    for reader in case["grant"]["readers"]:
        opened = testimony.open_part(
            case_record(author), "identity", None, head, body,
            key=opening_key(reader), chain=chain_with_keys(), grants=[grant],
        )  # fmt: skip
        assert canonical.sha256_hex(opened.content) == case["contents_sha256"]["identity"]


def test_what_is_sealed_opens_for_its_readers_and_no_one_else(organisation: Organisation) -> None:
    sealed = organisation.seal(WORDS)
    keys = {
        "coordinators": organisation.coordinator,
        "lawyers": organisation.lawyer_b,
        "recovery": organisation.recovery,
    }
    for part in (*ALWAYS, "media-001"):
        for audience, key in keys.items():
            if audience in audiences_of(part):
                expected = WORDS.get(part, Content("", b"{}")).data
                assert part == "provenance" or organisation.open(sealed, part, audience, key).content == expected
            else:
                assert audience not in next(each.heads for each in sealed.parts if each.part == part)
        with pytest.raises(CannotOpen) as refused:
            organisation.open(sealed, part, "lawyers", OpeningKey.generate())
        assert refused.value.reason == "not_for_you"


def test_a_head_for_another_audience_is_not_for_you(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    with pytest.raises(CannotOpen) as refused:
        organisation.open(sealed, "coded", "lawyers", organisation.coordinator)
    assert refused.value.reason == "not_for_you"


def test_consent_that_was_not_given_is_a_head_that_nobody_opens(organisation: Organisation) -> None:
    only_recovery = {part: {"recovery": organisation.chain.recipients("recovery")} for part in ALWAYS}
    sealed = organisation.seal({}, readers=only_recovery)
    for part in ALWAYS:
        assert organisation.open(sealed, part, "recovery", organisation.recovery)
        with pytest.raises(CannotOpen):
            organisation.open(sealed, part, "lawyers", organisation.lawyer_a)
    full = organisation.seal({})
    assert shape(sealed) == shape(full)


def shape(sealed: testimony.SealedTestimony) -> list[tuple[str, int, dict[str, int]]]:
    return [(p.part, len(p.body), {name: len(head) for name, head in p.heads.items()}) for p in sealed.parts]


def test_empty_compartments_are_sealed_too_so_that_absence_says_nothing(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    assert [part.part for part in sealed.parts] == list(ALWAYS)
    assert organisation.open(sealed, "identity", "lawyers", organisation.lawyer_a).content == b"{}"


def test_media_follow_the_readers_of_media(organisation: Organisation) -> None:
    readers = {**organisation.readers(), "media": {}}
    sealed = organisation.seal(WORDS, readers=readers)
    with pytest.raises(CannotOpen) as refused:
        organisation.open(sealed, "media-001", "lawyers", organisation.lawyer_a)
    assert refused.value.reason == "not_for_you"


def test_the_manifest_says_nothing_of_the_interviewer(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    assert organisation.interviewer.kid not in sealed.record.data.decode()
    assert sealed.record.by == organisation.device.kid


def test_a_new_testimony_has_a_new_id(organisation: Organisation) -> None:
    ids = {organisation.seal({}).record.value["tid"] for _ in range(3)}
    assert len(ids) == 3
    assert organisation.seal({}, tid="ab" * 16).record.value["tid"] == "ab" * 16


def test_missing_objects_are_incomplete(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    for missing in ("head", "body"):
        with pytest.raises(CannotOpen) as refused:
            organisation.open(sealed, "coded", "lawyers", organisation.lawyer_a, **{missing: None})
        assert refused.value.reason == "incomplete"


def test_a_roster_that_has_not_arrived_is_incomplete(organisation: Organisation) -> None:
    ahead = organisation.seal({}, roster_sha256="1" * 64, roster_no=organisation.chain.latest.no + 1)
    made_up = organisation.seal({}, roster_sha256="1" * 64)
    for sealed, reason in ((ahead, "incomplete"), (made_up, "altered")):
        with pytest.raises(CannotOpen) as refused:
            organisation.open(sealed, "coded", "lawyers", organisation.lawyer_a)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"v": "testimony/4/manifest"}, "version.newer"),
        ({"v": "testimony/1/grant"}, "kind.unknown"),
        ({"roster": "1" * 64}, "roster.unknown"),
        ({"by": "1" * 16}, "signer.unknown"),
        ({"roster_no": 77}, "structure"),
        ({"day": "yesterday"}, "structure"),
        ({"extra": 1}, "structure"),
    ],
)
def test_the_rule_that_a_manifest_breaks_is_named_at_intake(
    organisation: Organisation, change: dict[str, object], rule: str
) -> None:
    value = {**organisation.seal({}).record.value, **change}
    with pytest.raises(Refused) as refused:
        testimony.verify_manifest(SignedRecord.sign(value, organisation.device), organisation.chain)
    assert refused.value.rule == rule


def test_the_signature_is_checked_before_the_structure(organisation: Organisation) -> None:
    value = {**organisation.seal({}).record.value, "extra": 1}
    with pytest.raises(Refused) as refused:
        testimony.verify_manifest(SignedRecord(canonical.encode(value), ()), organisation.chain)
    assert refused.value.rule == "signature.bad"


def test_bytes_that_are_no_manifest_break_the_structure(organisation: Organisation) -> None:
    for data in (b"", b"{}", b"[]", b'{"v":"testimony/1/manifest"}', b'{"v": 1}'):
        with pytest.raises(Refused) as refused:
            testimony.verify_manifest(SignedRecord(data, ()), organisation.chain)
        assert refused.value.rule == "structure"


def test_only_an_active_phone_signs_a_manifest(organisation: Organisation) -> None:
    by_node = organisation.seal({}, device=organisation.station)
    by_person = organisation.seal({}, device=organisation.interviewer)
    for sealed in (by_node, by_person):
        with pytest.raises(Refused) as refused:
            testimony.verify_manifest(sealed.record, organisation.chain)
        assert refused.value.rule == "signer.unknown"


def test_a_phone_that_was_revoked_later_still_stands_for_what_it_signed() -> None:
    mine = Organisation()
    earlier = mine.seal({})
    value = mine.successor()
    value["devices"][0]["status"] = "revoked"
    mine.chain.add(mine.sign(value))
    assert testimony.verify_manifest(earlier.record, mine.chain)
    with pytest.raises(Refused) as refused:
        testimony.verify_manifest(mine.seal({}).record, mine.chain)
    assert refused.value.rule == "signer.inactive"


def test_too_large_a_part_and_too_few_slots_seal_nothing(organisation: Organisation) -> None:
    with pytest.raises(PartTooLarge):
        organisation.seal({"narrative": Content("text/plain", bytes(262_145))})
    with pytest.raises(SlotsTooFew):
        organisation.seal({}, slots={**SLOTS, "lawyers": 1})


def test_the_withdrawal_key_stands_in_the_manifest(organisation: Organisation) -> None:
    sealed = organisation.seal({}, withdraw="ab" * 32)
    assert testimony.verify_manifest(sealed.record, organisation.chain).withdraw == "ab" * 32


def test_the_record_is_canonical_and_survives_the_wire(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    again = SignedRecord.decode(sealed.record.encode())
    assert testimony.verify_manifest(again, organisation.chain).tid == json.loads(sealed.record.data)["tid"]
