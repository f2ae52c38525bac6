"""Annexes: sealed like parts, and silent about what and whom they concern."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.errors import Refused
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.annex import SealedAnnex
from tests.support.sealing.organisation import Organisation

TID = "00112233445566778899aabbccddeeff"
CONTENT = b'{"kind":"review","mark":"clear"}'


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def made(organisation: Organisation, **changes: Any) -> SealedAnnex:
    arguments: dict[str, Any] = {
        "tid": TID,
        "day": "2026-11-26",
        "roster": organisation.chain.latest.sha256,
        "audiences": {"lawyers": (organisation.chain.recipients("lawyers"), 4)},
        "signer": organisation.lawyer_signer,
        **changes,
    }
    return annex.seal_annex(CONTENT, **arguments)


def reason(organisation: Organisation, sealed: SealedAnnex, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "record": sealed.record,
        "head": sealed.part.heads["lawyers"],
        "body": sealed.part.body,
        "key": organisation.lawyer_a,
        "chain": organisation.chain,
        **changes,
    }
    with pytest.raises(CannotOpen) as refused:
        annex.open_annex(**arguments)
    return refused.value.reason


def test_a_reader_opens_it_and_learns_which_testimony_it_concerns(organisation: Organisation) -> None:
    sealed = made(organisation)
    opened = annex.open_annex(
        sealed.record, sealed.part.heads["lawyers"], sealed.part.body,
        key=organisation.lawyer_b, chain=organisation.chain,
    )  # fmt: skip
    assert opened.content == CONTENT
    assert opened.header["tid"] == TID
    assert opened.header["part"] == "annex"


def test_outside_stand_an_id_a_day_a_signer_and_hashes_only(organisation: Organisation) -> None:
    first, second = made(organisation), made(organisation)
    assert set(first.record.value) == {"v", "id", "day", "by", "part"}
    assert set(first.record.value["part"]) == {"commit", "heads", "body", "len"}
    assert TID.encode() not in first.record.encode()
    assert first.record.value["id"] != second.record.value["id"]
    assert len(first.part.body) == len(second.part.body) == 4128


def test_only_people_of_the_roster_and_its_phones_write_annexes(organisation: Organisation) -> None:
    for writer in (organisation.lawyer_signer, organisation.device):
        sealed = made(organisation, signer=writer)
        assert annex.verify_annex(sealed.record, organisation.chain).by == writer.kid
    for stranger in (Signer.generate(), organisation.station):
        with pytest.raises(Refused) as refused:
            annex.verify_annex(made(organisation, signer=stranger).record, organisation.chain)
        assert refused.value.rule == "signer.unknown"
        assert reason(organisation, made(organisation, signer=stranger)) == "altered"


def test_the_four_codes_are_those_of_parts(organisation: Organisation) -> None:
    sealed, other = made(organisation), made(organisation)
    assert reason(organisation, sealed, key=OpeningKey.generate()) == "not_for_you"
    assert reason(organisation, sealed, body=None) == "incomplete"
    assert reason(organisation, sealed, head=None) == "incomplete"
    assert reason(organisation, sealed, body=other.part.body) == "altered"
    assert reason(organisation, sealed, head=other.part.heads["lawyers"]) == "altered"
    assert reason(organisation, sealed, record=SignedRecord(sealed.record.data, other.record.sigs)) == "altered"
    newer = SignedRecord.sign({**sealed.record.value, "v": "testimony/2/annex"}, organisation.lawyer_signer)
    assert reason(organisation, sealed, record=newer) == "newer_version"


def test_an_annex_under_an_unknown_roster_is_altered(organisation: Organisation) -> None:
    assert reason(organisation, made(organisation, roster="1" * 64)) == "altered"


def test_a_part_of_a_testimony_is_no_annex(organisation: Organisation) -> None:
    part = organisation.seal({}).parts[0]
    outside = {name: value for name, value in part.describe().items() if name != "part"}
    value = {**made(organisation).record.value, "part": outside}
    record = SignedRecord.sign(value, organisation.lawyer_signer)
    sealed = SealedAnnex(record, part)
    assert reason(organisation, sealed) == "altered"


@pytest.mark.parametrize("change", [{"id": "x"}, {"day": "now"}, {"part": {}}, {"extra": 1}])
def test_an_annex_of_another_structure_is_refused(organisation: Organisation, change: dict[str, object]) -> None:
    record = SignedRecord.sign({**made(organisation).record.value, **change}, organisation.lawyer_signer)
    with pytest.raises(Refused) as refused:
        annex.parse_annex(record)
    assert refused.value.rule == "structure"


def test_an_annex_may_be_for_coordinators_and_for_no_unknown_audience(organisation: Organisation) -> None:
    audiences = {"coordinators": (organisation.chain.recipients("coordinators"), 2)}
    assert annex.parse_annex(made(organisation, audiences=audiences).record).part.heads.keys() == {"coordinators"}
    with pytest.raises(Refused):
        annex.parse_annex(made(organisation, audiences={"press": ([], 1)}).record)
