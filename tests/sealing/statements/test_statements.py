"""Grants, withdrawals, receipts and refusal counts: who may say them, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts import part as sealed_part
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.statements import statements
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.vectors import AUTHORS, VECTORS, case_record, chain, chain_with_keys, record, signer

A, B = "a" * 64, "b" * 64
TID = "00112233445566778899aabbccddeeff"
DAY = "2026-11-25"


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


def rule(act: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return refused.value.rule


@pytest.mark.parametrize("author", AUTHORS)
def test_the_shared_grants_are_the_lawyers(author: str) -> None:
    grant = statements.verify_grant(record(VECTORS["cases"][author]["grant"]), chain_with_keys())
    assert (grant.manifest, grant.part) == (case_record(author).id, "identity")
    assert rule(statements.verify_grant, record(VECTORS["cases"][author]["grant"]), chain()) == "signer.unknown"


def test_the_shared_withdrawal_is_the_witnesss() -> None:
    withdrawal = statements.verify_withdrawal(record(VECTORS["withdrawal"]), chain(), VECTORS["withdrawal"]["public"])
    assert (withdrawal.tid, withdrawal.scope) == (TID, "all")
    for key in (None, "ab" * 32):
        assert rule(statements.verify_withdrawal, record(VECTORS["withdrawal"]), chain(), key) == "signer.unknown"


def test_the_shared_receipt_is_the_stations() -> None:
    keys = [PublicKey.parse(key) for key in VECTORS["receipt"]["station"]]
    receipt = statements.verify_receipt(record(VECTORS["receipt"]), keys)
    assert receipt.durable
    assert receipt.record == case_record("py").id
    assert len(receipt.parts) == 23
    strangers = Signer.generate().public_keys
    assert rule(statements.verify_receipt, record(VECTORS["receipt"]), strangers) == "signer.unknown"
    forged = SignedRecord.sign(record(VECTORS["receipt"]).value, signer("device-07"))
    assert rule(statements.verify_receipt, forged, keys) == "signature.bad"


def test_a_grant_opens_the_part_for_its_reader_and_counts_only_when_verified(organisation: Organisation) -> None:
    sealed = organisation.seal({})
    part = next(each for each in sealed.parts if each.part == "identity")
    newcomer = OpeningKey.generate()
    head = sealed_part.rewrap(
        part.heads["lawyers"], key=organisation.lawyer_a, recipients=[newcomer.recipient], slots=4
    )
    named: dict[str, Any] = {
        "manifest": sealed.record.id,
        "part": "identity",
        "head": canonical.sha256_hex(head),
    }
    good = statements.grant(**named, day=DAY, signer=organisation.lawyer_signer)
    opened = organisation.open(sealed, "identity", "lawyers", newcomer, head=head, grants=[good])
    assert opened.content == b"{}"
    others = [
        (),
        [statements.grant(**named, day=DAY, signer=organisation.coordinator_signer)],
        [statements.grant(**named, day=DAY, signer=organisation.interviewer)],
        [statements.grant(**named, day=DAY, signer=Signer.generate())],
        [statements.grant(**{**named, "part": "narrative"}, day=DAY, signer=organisation.lawyer_signer)],
        [statements.grant(**{**named, "manifest": A}, day=DAY, signer=organisation.lawyer_signer)],
        [SignedRecord(good.data, ())],
        [SignedRecord(b"{}", good.sigs)],
    ]
    for grants in others:
        with pytest.raises(CannotOpen) as refused:
            organisation.open(sealed, "identity", "lawyers", newcomer, head=head, grants=grants)
        assert refused.value.reason == "altered"


def test_a_coordinator_may_grant_codes_and_nothing_more(organisation: Organisation) -> None:
    def granted(part: str) -> statements.Grant:
        made = statements.grant(manifest=A, part=part, head=B, day=DAY, signer=organisation.coordinator_signer)
        return statements.verify_grant(made, organisation.chain)

    assert granted("coded").part == "coded"
    assert rule(granted, "narrative") == "signer.unknown"


def test_a_holder_who_left_grants_nothing_unless_they_were_active_before() -> None:
    organisation = Organisation()
    made = statements.grant(manifest=A, part="coded", head=B, day=DAY, signer=organisation.lawyer_signer)
    value = organisation.successor()
    value["people"][0]["status"] = "revoked"
    organisation.chain.add(organisation.sign(value))
    assert statements.verify_grant(made, organisation.chain)
    late = Signer.generate()
    value["people"][0]["keys"] = [key.describe() for key in late.public_keys]
    organisation.chain.add(organisation.sign(organisation.successor(people=value["people"])))
    never = statements.grant(manifest=A, part="coded", head=B, day=DAY, signer=late)
    assert rule(statements.verify_grant, never, organisation.chain) == "signer.inactive"


def test_any_active_worker_or_phone_may_withdraw_for_a_witness(organisation: Organisation) -> None:
    for worker in (organisation.interviewer, organisation.lawyer_signer, organisation.device):
        made = statements.withdrawal(tid=TID, scope=[B, A, B], day=DAY, signer=worker)
        assert statements.verify_withdrawal(made, organisation.chain, None).scope == (A, B)
    by_node = statements.withdrawal(tid=TID, scope="all", day=DAY, signer=organisation.station)
    assert rule(statements.verify_withdrawal, by_node, organisation.chain, None) == "signer.unknown"


def test_lawyers_and_coordinators_contest_and_nobody_else(organisation: Organisation) -> None:
    for reader in (organisation.lawyer_signer, organisation.coordinator_signer):
        made = statements.contest(withdrawal=A, annex=B, day=DAY, signer=reader)
        said = statements.verify_contest(made, organisation.chain)
        assert (said.withdrawal, said.annex, said.day, said.by) == (A, B, DAY, reader.kid)
        assert set(made.value) == {"v", "withdrawal", "annex", "day", "by"}
    for other in (organisation.interviewer, organisation.device, organisation.station, Signer.generate()):
        made = statements.contest(withdrawal=A, annex=B, day=DAY, signer=other)
        assert rule(statements.verify_contest, made, organisation.chain) == "signer.unknown"


def test_a_station_or_the_reader_of_a_desk_says_for_itself_that_it_has_destroyed(organisation: Organisation) -> None:
    for own in (organisation.station, organisation.lawyer_signer, organisation.coordinator_signer):
        made = statements.shredded(withdrawal=A, day=DAY, signer=own)
        said = statements.verify_shredded(made, organisation.chain)
        assert (said.withdrawal, said.station, said.by, said.day) == (A, own.kid, own.kid, DAY)
    for other in (organisation.interviewer, organisation.device, Signer.generate()):
        made = statements.shredded(withdrawal=A, day=DAY, signer=other)
        assert rule(statements.verify_shredded, made, organisation.chain) == "signer.unknown"
    value = {**statements.shredded(withdrawal=A, day=DAY, signer=organisation.station).value, "station": "0" * 16}
    for_another = SignedRecord.sign(value, organisation.station)
    assert rule(statements.verify_shredded, for_another, organisation.chain) == "structure"


def test_a_withdrawal_with_the_code_of_another_testimony_is_refused(organisation: Organisation) -> None:
    mine, other = Signer.generate(), Signer.generate()
    made = statements.withdrawal(tid=TID, scope="all", day=DAY, signer=other)
    public = mine.public_keys[0].pub.hex()
    assert rule(statements.verify_withdrawal, made, organisation.chain, public) == "signer.unknown"
    forged = SignedRecord(made.data.replace(other.kid.encode(), mine.kid.encode()), made.sigs)
    assert rule(statements.verify_withdrawal, forged, organisation.chain, public) == "signature.bad"


def test_a_refusal_counts_a_day_and_a_device(organisation: Organisation) -> None:
    made = statements.refusal(day=DAY, signer=organisation.device)
    refusal = statements.verify_refusal(made, organisation.chain)
    assert (refusal.day, refusal.by) == (DAY, organisation.device.kid)
    assert set(made.value) == {"v", "id", "day", "by"}
    assert made.id != statements.refusal(day=DAY, signer=organisation.device).id
    same = statements.refusal(day=DAY, signer=organisation.device, number="0" * 32)
    assert statements.parse_refusal(same).id == "0" * 32
    by_person = statements.refusal(day=DAY, signer=organisation.interviewer)
    assert rule(statements.verify_refusal, by_person, organisation.chain) == "signer.unknown"


PARSERS = {
    "grant": (
        statements.parse_grant,
        statements.grant(manifest=A, part="coded", head=B, day=DAY, signer=signer("device-07")),
    ),
    "withdraw": (
        statements.parse_withdrawal,
        statements.withdrawal(tid=TID, scope=[A, B], day=DAY, signer=signer("device-07")),
    ),
    "receipt": (
        statements.parse_receipt,
        statements.receipt(record=A, parts=[A, B], log_size=1, root=B, durable=True, signer=signer("device-07")),
    ),
    "refusal": (statements.parse_refusal, statements.refusal(day=DAY, signer=signer("device-07"))),
}


@pytest.mark.parametrize("kind", PARSERS)
def test_a_statement_has_exactly_its_fields(kind: str) -> None:
    parse, made = PARSERS[kind]
    assert made.kind == kind
    assert parse(made)

    def parsed(value: dict[str, Any]) -> object:
        return parse(SignedRecord.sign(value, signer("device-07")))

    for name in set(made.value) - {"v"}:
        assert rule(parsed, {k: v for k, v in made.value.items() if k != name}) == "structure"
        assert rule(parsed, {**made.value, name: {"not": "this"}}) == "structure"
    assert rule(parsed, {**made.value, "extra": 1}) == "structure"
    assert rule(parsed, {**made.value, "v": f"testimony/2/{kind}"}) == "version.newer"
    assert rule(parsed, {**made.value, "v": "testimony/1/other"}) == "kind.unknown"


def test_a_scope_is_all_or_head_hashes_in_order_each_once() -> None:
    made = statements.withdrawal(tid=TID, scope="all", day=DAY, signer=signer("device-07"))
    for scope in ("some", [B, A], [A, A], ["x"], None):
        value = {**made.value, "scope": scope}
        assert rule(statements.parse_withdrawal, SignedRecord.sign(value, signer("device-07"))) == "structure"
