"""Rosters and roots: thresholds, the chain, and what code forbids whatever is signed."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony import canonical
from testimony.errors import TestimonyError
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster.chain import Root, Roster, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from tests.support.sealing import vectors
from tests.support.sealing.organisation import Organisation, forged_roster, root_value
from tests.support.sealing.vectors import VECTORS


@pytest.fixture
def organisation() -> Organisation:
    return Organisation()


def refusal(chain: RosterChain, record: SignedRecord) -> str:
    before = (chain.records, chain.root)
    with pytest.raises(RosterRefused) as refused:
        chain.add(record)
    assert (chain.records, chain.root) == before
    return refused.value.reason


def unreadable(value: dict[str, Any]) -> str:
    with pytest.raises(RosterRefused) as refused:
        Roster.parse(canonical.encode(value))
    return refused.value.reason


def test_the_shared_roster_is_signed_by_the_shared_root() -> None:
    chain = vectors.chain()
    assert chain.fingerprint == VECTORS["root"]["fingerprint_sha256"]
    assert chain.latest.sha256 == VECTORS["roster"]["sha256"]
    assert [name for name, _ in chain.readers("lawyers")] == ["lawyer-a", "lawyer-b"]
    assert chain.recipients("recovery") == [vectors.opening_key("recovery").recipient]
    assert chain.latest.slots == {"coordinators": 2, "lawyers": 4, "recovery": 1}


def test_the_next_roster_is_accepted_once(organisation: Organisation) -> None:
    record = organisation.sign(organisation.successor())
    assert organisation.chain.add(record)
    assert not organisation.chain.add(record)
    assert organisation.chain.latest.no == 2
    assert organisation.chain.by_sha256(canonical.sha256_hex(record.data)) is organisation.chain.latest
    again = RosterChain(organisation.root, organisation.chain.records)
    assert again.latest.data == organisation.chain.latest.data


@pytest.mark.parametrize("signers", [[], [0], [0, 0], [1, 1, 1]])
def test_fewer_roots_than_the_threshold_do_not_make_a_roster(organisation: Organisation, signers: list[int]) -> None:
    record = organisation.sign(organisation.successor(), [organisation.roots[place] for place in signers])
    assert refusal(organisation.chain, record) == "signature"


def test_any_two_of_the_three_roots_do(organisation: Organisation) -> None:
    assert organisation.chain.add(organisation.sign(organisation.successor(), organisation.roots[1:]))


def test_a_stranger_among_the_roots_spoils_the_roster(organisation: Organisation) -> None:
    stranger = Signer.generate(ROOT_ALGORITHMS)
    value = organisation.successor()
    assert refusal(organisation.chain, organisation.sign(value, [*organisation.roots, stranger])) == "signature"
    assert refusal(organisation.chain, organisation.sign(value, [stranger, stranger])) == "foreign"


@pytest.mark.parametrize("algorithm", [0, 1])
def test_each_root_must_sign_with_both_its_algorithms(organisation: Organisation, algorithm: int) -> None:
    whole = organisation.sign(organisation.successor())
    without = [sigs[:algorithm] + sigs[algorithm + 1 :] for sigs in whole.sigs]
    assert refusal(organisation.chain, SignedRecord(whole.data, (whole.sigs[0], without[1]))) in (
        "signature",
        "foreign",
    )
    swapped = copy.deepcopy(whole.sigs)
    swapped[1][algorithm]["sig"] = whole.sigs[0][algorithm]["sig"]
    assert refusal(organisation.chain, SignedRecord(whole.data, swapped)) == "signature"


def test_a_lower_number_is_refused(organisation: Organisation) -> None:
    organisation.chain.add(organisation.sign(organisation.successor(no=5)))
    assert refusal(organisation.chain, organisation.sign(organisation.successor(no=4))) == "older"
    assert refusal(organisation.chain, organisation.sign(organisation.successor(no=5, issued="2026-12-01"))) == "older"


def test_a_roster_that_does_not_follow_is_refused(organisation: Organisation) -> None:
    assert refusal(organisation.chain, organisation.sign(organisation.successor(prev="0" * 64))) == "chain"
    assert refusal(organisation.chain, organisation.sign(organisation.successor(prev=None))) == "chain"


def test_a_forged_roster_under_a_label_that_is_not_ascii_is_refused(organisation: Organisation) -> None:
    assert refusal(organisation.chain, forged_roster(organisation.root.keys)) == "signature"


WORLD = Organisation()
ORGANISATION = {"referrals": [{"id": "clinic", "kind": "medical", "name": "Clinic", "how": "On foot"}]}
LEAF = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8)
ANYTHING = LEAF | st.lists(LEAF, max_size=3) | st.dictionaries(st.sampled_from(["id", "kid", "alg", "age"]), LEAF)


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each place in `value`, its own among them."""
    yield ()
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from ((key, *way) for way in places(inner))


def changed_somewhere(value: Any, data: st.DataObject) -> Any:
    """`value` with anything at all in one of its places."""
    way, anything = data.draw(st.sampled_from(list(places(value)))), data.draw(ANYTHING)
    if not way:
        return anything
    changed = inner = copy.deepcopy(value)
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = anything
    return changed


@settings(max_examples=400)
@given(st.data())
def test_whatever_the_roots_sign_is_taken_or_refused(data: st.DataObject) -> None:
    value = changed_somewhere(WORLD.successor(organisation=ORGANISATION), data)
    with contextlib.suppress(TestimonyError):
        fresh().add(WORLD.sign({**(value if isinstance(value, dict) else {}), "v": "testimony/1/roster"}))


@settings(max_examples=200)
@given(st.data(), st.sampled_from(["testimony/1/roster", "testimony/1/root"]) | st.text().map("{}/roster".format))
def test_whatever_anybody_brings_as_a_roster_is_taken_or_refused(data: st.DataObject, label: str) -> None:
    value = changed_somewhere(WORLD.successor(v=label), data)
    sigs = changed_somewhere(list(WORLD.roster_record.sigs), data)
    with contextlib.suppress(TestimonyError):
        envelope = canonical.encode({"record": canonical.encode(value).decode(), "sigs": sigs})
        fresh().add(SignedRecord.decode(envelope))


def fresh() -> RosterChain:
    return RosterChain(WORLD.root, [WORLD.roster_record])


def test_too_many_readers_refuse_the_roster_not_the_interview(organisation: Organisation) -> None:
    value = organisation.successor()
    value["slots"]["lawyers"] = 1
    assert refusal(organisation.chain, organisation.sign(value)) == "slots"
    value["people"][1]["status"] = "revoked"
    assert organisation.chain.add(organisation.sign(value))


@pytest.mark.parametrize("part", ["identity", "incident", "media", "narrative", "provenance"])
def test_no_signature_lets_coordinators_open_more_than_codes_and_consent(organisation: Organisation, part: str) -> None:
    value = organisation.successor()
    value["policy"][part] = ["coordinators", "lawyers", "recovery"]
    assert refusal(organisation.chain, organisation.sign(value)) == "policy"


def test_one_person_has_one_role(organisation: Organisation) -> None:
    people = organisation.roster["people"]
    same_id = [*people, {**people[1], "role": "coordinator", "age": OpeningKey.generate().recipient.text}]
    same_reader = [*people, {**people[1], "id": "other", "role": "coordinator"}]
    same_signer = [*people, {"id": "other", "role": "interviewer", "status": "active", "keys": people[0]["keys"]}]
    for doubled in (same_id, same_reader, same_signer):
        assert unreadable({**organisation.roster, "people": doubled}) == "roles"


def test_a_key_of_a_person_is_no_key_of_a_device(organisation: Organisation) -> None:
    devices = [{"id": "phone", "status": "active", "keys": organisation.roster["people"][0]["keys"]}]
    assert unreadable({**organisation.roster, "devices": devices}) == "roles"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", "testimony/1/root"),
        ("v", "testimony/2/roster"),
        ("no", 0),
        ("no", True),
        ("prev", "abc"),
        ("issued", "2026-13-01"),
        ("expires", "20270220"),
        ("slots", {"lawyers": 1}),
        ("slots", {"lawyers": 0, "coordinators": 1, "recovery": 1}),
        ("policy", {}),
        ("people", {}),
        ("people", [{"id": "x", "role": "auditor", "status": "active"}]),
        ("people", [{"id": "x", "role": ["lawyer"], "status": "active"}]),
        ("people", [{"id": "x", "role": "lawyer", "status": "active", "age": "age1abc"}]),
        ("devices", [{"id": "x", "status": "active", "keys": []}]),
        ("devices", [{"id": "x", "status": "active", "keys": [{"alg": "rsa", "pub": ""}]}]),
        ("devices", [{"id": "x", "status": "active", "kind": ["node"], "keys": [{}]}]),
        ("devices", None),
    ],
)
def test_a_roster_of_another_structure_is_refused(organisation: Organisation, field: str, value: object) -> None:
    assert unreadable({**organisation.roster, field: value}) == "structure"


def test_keys_that_this_version_does_not_know_are_kept(organisation: Organisation) -> None:
    roster = Roster.parse(
        canonical.encode({**organisation.roster, "draft-share": False, "organisation": {"name": "X"}})
    )
    assert roster.value["draft-share"] is False
    assert roster.organisation == {"name": "X"}


def test_a_kid_is_found_with_its_role_and_its_status(organisation: Organisation) -> None:
    chain = organisation.chain
    assert (found := chain.signer(organisation.device.kid))
    assert (found.id, found.role, found.active) == ("phone-7", "phone", True)
    value = organisation.successor()
    value["devices"][0]["status"] = "revoked"
    chain.add(organisation.sign(value))
    assert (now := chain.signer(organisation.device.kid)) is not None
    assert not now.active
    assert (before := chain.was_active(organisation.device.kid)) is not None
    assert before.active
    assert chain.signer("0" * 16) is None


def test_revoked_people_are_no_readers(organisation: Organisation) -> None:
    value = organisation.successor()
    value["people"][0]["status"] = "revoked"
    organisation.chain.add(organisation.sign(value))
    assert [name for name, _ in organisation.chain.readers("lawyers")] == ["lawyer-b"]


def test_an_expired_roster_says_so_and_stays_in_force(organisation: Organisation) -> None:
    assert not organisation.chain.latest.expired("2027-02-20")
    assert organisation.chain.latest.expired("2027-02-21")
    assert organisation.chain.recipients("lawyers")


def test_a_chain_without_a_roster_says_so(organisation: Organisation) -> None:
    with pytest.raises(RosterRefused) as refused:
        _ = RosterChain(organisation.root).latest
    assert refused.value.reason == "chain"


def test_new_roots_need_the_old_threshold_and_their_own(organisation: Organisation) -> None:
    new = [organisation.roots[0], Signer.generate(ROOT_ALGORITHMS), Signer.generate(ROOT_ALGORITHMS)]
    value = root_value(new, no=2)
    assert refusal(organisation.chain, organisation.sign(value, new)) == "signature"
    assert refusal(organisation.chain, organisation.sign(value, organisation.roots[:2])) == "signature"
    everyone = [*organisation.roots, *new[1:]]
    assert refusal(organisation.chain, organisation.sign(root_value(new, no=3), everyone)) == "chain"
    assert organisation.chain.add(organisation.sign(value, everyone))
    assert refusal(organisation.chain, organisation.sign(organisation.successor())) == "signature"
    assert organisation.chain.add(organisation.sign(organisation.successor(), new[:2]))
    assert organisation.chain.fingerprint == organisation.root.fingerprint
    again = RosterChain(organisation.root, organisation.chain.records)
    assert again.latest.no == 2


def test_other_new_roots_that_old_ones_signed_are_said_to_be_that_and_not_old(organisation: Organisation) -> None:
    """Keys are in wrong hands, or two ceremonies were held: whoever is only told of a lower number shrugs."""
    first, second = ([Signer.generate(ROOT_ALGORITHMS) for _ in range(3)] for _ in range(2))
    assert organisation.chain.add(organisation.sign(root_value(first, no=2), [*organisation.roots[:2], *first]))
    fork = root_value(second, no=2)
    assert refusal(organisation.chain, organisation.sign(fork, [*organisation.roots[1:], *second])) == "root-forked"
    for signers in (second, [organisation.roots[0], *second], organisation.roots, [*first, *second]):
        assert refusal(organisation.chain, organisation.sign(fork, signers)) == "older", "nobody's word"
    assert organisation.chain.root.no == 2


@pytest.mark.parametrize("junk", [[{"kid": "x" * 9000, "sig": ""}], [{"sig": ""}], [], 5, None, {"kid": "0" * 16}])
def test_what_a_stranger_put_beside_good_signatures_spoils_a_change_of_roots(
    organisation: Organisation, junk: object
) -> None:
    """It is outside what was signed: it would stand in logs as the signer, and travel to every phone."""
    new = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]
    good = organisation.sign(root_value(new, no=2), [*organisation.roots[:2], *new[:2]])
    for sigs in ((junk, *good.sigs), (*good.sigs, junk)):
        assert refusal(organisation.chain, SignedRecord(good.data, sigs)) == "signature"
    assert organisation.chain.add(good)


@pytest.mark.parametrize("change", [{"threshold": 0}, {"threshold": 4}, {"keys": []}, {"no": 0}, {"x": 1}])
def test_a_root_of_another_structure_is_refused(organisation: Organisation, change: dict[str, Any]) -> None:
    value = {**root_value(organisation.roots), **change}
    with pytest.raises(RosterRefused) as refused:
        Root.parse(canonical.encode(value))
    assert refused.value.reason == "structure"


def test_a_root_without_a_post_quantum_key_or_with_one_key_twice_is_refused(organisation: Organisation) -> None:
    classic = [Signer.generate() for _ in range(3)]
    twice = [organisation.roots[0], organisation.roots[0], organisation.roots[1]]
    for roots in (classic, twice):
        with pytest.raises(RosterRefused):
            Root.parse(canonical.encode(root_value(roots)))
