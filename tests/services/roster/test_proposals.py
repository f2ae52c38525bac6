"""Proposals of the next roster: without effect until enough roots signed just them; refused in one sentence else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster.errors import EnrolmentRefused, ProposalRefused
from testimony.sealing.roster.proposal import Proposal
from testimony.services.accounts import audit
from testimony.services.roster import proposals
from testimony.services.roster.errors import ProposalUnknown
from testimony.services.roster.proposals import LOSE, RENEW, REVOKE, Shown, Wish
from testimony.station.station import Station
from tests.support.services.release.proposals import VERA, admitting, hand_in, prepare, propose, signed, to_sign
from tests.support.services.world import World


def refused(act: Callable[[], object]) -> str:
    with pytest.raises((ProposalRefused, EnrolmentRefused)) as caught:
        act()
    assert str(caught.value).endswith(".")
    return str(caught.value.reason)  # type: ignore[attr-defined]


def shown(central: Station, id: str) -> Shown:
    with central.database.reading() as db:
        return proposals.refresh_and_show(central, db, id)


def acts(central: Station) -> list[tuple[str, str, str]]:
    with central.database.reading() as db:
        assert audit.holds(db)
        return [(one.by, one.act, one.about) for one in audit.listed(db)][::-1]


def in_force(central: Station) -> tuple[int, list[str]]:
    latest = central.chain.latest
    return latest.no, [id for id, _ in latest.readers("lawyers")]


@pytest.mark.both_databases
def test_a_proposal_has_no_effect_until_the_roots_signed_it_and_then_at_once(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    assert in_force(central) == (1, ["lawyer-a", "lawyer-b"])
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())
    assert in_force(central) == (2, ["lawyer-a", "lawyer-b", "lawyer-9"])
    assert (shown(central, id).state, shown(central, id).closed_by) == ("published", "vera")
    assert [act for _, act, _ in acts(central)] == ["propose", "settle", "publish"]
    assert acts(central)[0] == ("vera", "propose", "admit lawyer-9")


def test_the_sentences_say_who_comes_and_who_goes(central: Station) -> None:
    id = propose(central, admitting("node", "node-3"), Wish(act=REVOKE, id="coordinator"), Wish(act=LOSE, id="phone-7"))
    said = [change.say() for change in shown(central, id).changes]
    assert any("coordinator (coordinator) may no longer read new testimonies" in one for one in said)
    assert any("phone-7 is lost" in one for one in said)
    assert any("node-3 may take testimonies in" in one for one in said)
    assert len(said) == 3


def test_who_proposed_what_and_when_is_kept(central: Station) -> None:
    one = shown(central, propose(central, Wish(act=REVOKE, id="node-1")))
    assert [(wish.act, wish.id, wish.by, wish.at) for wish in one.wishes] == [
        ("revoke", "node-1", "vera", "2026-11-26T00:00Z")
    ]


def test_the_words_of_a_request_are_to_be_compared_by_who_signs(central: Station) -> None:
    wish = admitting()
    assert wish.admission is not None
    (caution,) = shown(central, propose(central, wish)).cautions
    assert caution.kind == "words"
    assert fingerprint_words(wish.admission.fingerprint) in caution.say()


def test_too_few_signatures_are_refused_and_the_draft_stays(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    for roots in ((), world.roots[:1]):
        assert refused(lambda roots=roots: hand_in(central, id, signed(central, id, roots).encode())) == "few"
    assert (in_force(central)[0], shown(central, id).state) == (1, "settled")
    assert [act for _, act, _ in acts(central)] == ["propose", "settle"]
    hand_in(central, id, signed(central, id, world.roots[1:]).encode())
    assert in_force(central)[0] == 2


def test_one_root_twice_is_one_signature(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    one = signed(central, id, world.roots[:1])
    twice = Proposal(record=SignedRecord(one.record.data, one.record.sigs * 2))
    assert refused(lambda: hand_in(central, id, twice.encode())) in {"few", "signature"}
    assert in_force(central)[0] == 1


def test_signatures_that_two_machines_made_apart_count_together(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    files = [signed(central, id, [root]).encode() for root in (world.roots[2], world.roots[0])]
    hand_in(central, id, b"\n".join(files))
    assert in_force(central)[0] == 2


def test_a_strangers_key_is_refused_even_beside_enough_roots(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    stranger = Signer.generate(ROOT_ALGORITHMS)
    for roots in ([stranger, Signer.generate(ROOT_ALGORITHMS)], [*world.roots[:2], stranger]):
        assert refused(lambda roots=roots: hand_in(central, id, signed(central, id, roots).encode())) == "stranger"
    assert in_force(central)[0] == 1


def test_a_signature_of_other_bytes_is_refused(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    made = to_sign(central, id)
    other = SignedRecord.sign_by_roots({**made.record.value, "expires": "2030-01-01"}, world.roots[:2])
    moved = Proposal(record=SignedRecord(made.record.data, other.sigs))
    assert refused(lambda: hand_in(central, id, moved.encode())) == "signature"


def test_a_roster_with_another_reader_than_proposed_is_refused_and_says_how_it_differs(
    world: World, central: Station
) -> None:
    id = prepare(central, Wish(act=RENEW))
    value = to_sign(central, id).record.value
    added = {"id": "mallory", "role": "lawyer", "status": "active", "age": value["people"][3]["age"]}
    value["people"][3] = {**value["people"][3], "status": "revoked"}
    del value["people"][3]["age"]
    value["people"].append(added)
    other = Proposal(record=SignedRecord.sign_by_roots(value, world.roots[:2]))
    with pytest.raises(ProposalRefused) as caught:
        hand_in(central, id, other.encode())
    assert caught.value.reason == "differs"
    assert any("mallory" in change.say() for change in caught.value.differences)  # type: ignore[attr-defined]
    assert in_force(central)[0] == 1


def test_the_same_changes_prepared_at_another_time_differ_too(world: World, central: Station) -> None:
    id = prepare(central, Wish(act=RENEW))
    value = {**to_sign(central, id).record.value, "expires": "2036-01-01"}
    other = Proposal(record=SignedRecord.sign_by_roots(value, world.roots[:2]))
    with pytest.raises(ProposalRefused) as caught:
        hand_in(central, id, other.encode())
    assert [change.kind for change in caught.value.differences] == ["dates"]  # type: ignore[attr-defined]


def test_an_older_roster_is_refused(world: World, central: Station) -> None:
    first = prepare(central, admitting("node", "node-8"))
    old = signed(central, first, world.roots[:2])
    hand_in(central, first, old.encode())
    second = prepare(central, Wish(act=RENEW))
    assert refused(lambda: hand_in(central, second, old.encode())) == "old"
    assert refused(lambda: hand_in(central, first, old.encode())) == "published"


@pytest.mark.both_databases
def test_when_another_roster_came_meanwhile_the_draft_stays_and_is_prepared_again(
    world: World, central: Station
) -> None:
    slow, quick = prepare(central, admitting()), prepare(central, Wish(act=LOSE, id="phone-7"))
    late = signed(central, slow, world.roots[:2]).encode()
    hand_in(central, quick, signed(central, quick, world.roots[:2]).encode())
    assert refused(lambda: hand_in(central, slow, late)) == "stale"
    assert shown(central, slow).stale
    with central.database.transaction() as db:
        proposals.settle(central, db, slow, VERA)
    assert not shown(central, slow).stale
    assert refused(lambda: hand_in(central, slow, late)) == "old"
    hand_in(central, slow, signed(central, slow, world.roots[:2]).encode())
    assert in_force(central) == (3, ["lawyer-a", "lawyer-b", "lawyer-9"])
    assert [one.status for one in central.chain.latest.devices if one.id == "phone-7"] == ["lost"]


@pytest.mark.parametrize("cut", [1, 40, 4000])
def test_a_torn_file_is_refused(cut: int, world: World, central: Station) -> None:
    id = prepare(central, admitting())
    whole = signed(central, id, world.roots[:2]).encode()
    assert refused(lambda: hand_in(central, id, whole[:-cut])) == "torn"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff\xfe", b"null", b'{"v":"testimony/1/proposal"}', b"[" * 90_000, b"x" * 2_000_000]
)
def test_anything_else_is_refused_as_torn(data: bytes, central: Station) -> None:
    id = prepare(central, Wish(act=RENEW))
    assert refused(lambda: hand_in(central, id, data)) == "torn"


@pytest.mark.parametrize("sigs", [[7], [[]], [[7]], [[{}]], [{"kid": "a"}], [[{"kid": 7}]], ["x"]], ids=str)
def test_nonsense_in_the_place_of_signatures_is_refused(sigs: Any, central: Station) -> None:
    id = prepare(central, Wish(act=RENEW))
    value = json.loads(to_sign(central, id).encode())
    value["roster"]["sigs"] = sigs
    assert refused(lambda: hand_in(central, id, canonical.encode(value))) in {"stranger", "signature"}


def test_a_file_of_a_newer_version_asks_for_an_update(central: Station) -> None:
    id = prepare(central, Wish(act=RENEW))
    newer = to_sign(central, id).encode().replace(b"testimony/1/proposal", b"testimony/2/proposal")
    assert refused(lambda: hand_in(central, id, newer)) == "newer"


def test_a_root_key_file_that_somebody_hands_in_is_no_proposal_and_is_kept_nowhere(
    world: World, central: Station
) -> None:
    id = prepare(central, Wish(act=RENEW))
    secret = KeyFile(root_seed=world.roots[0].seed).seal("six words that nobody has", 10)
    assert refused(lambda: hand_in(central, id, secret)) == "torn"
    central.database.checkpoint()
    for file in central.settings.home.rglob("*"):
        assert not file.is_file() or secret not in file.read_bytes()


def test_an_open_proposal_is_not_published(world: World, central: Station) -> None:
    id = prepare(central, admitting())
    made = signed(central, id, world.roots[:2]).encode()
    with central.database.transaction() as db:
        proposals.reopen(db, id, VERA)
    assert refused(lambda: hand_in(central, id, made)) == "open"
    assert refused(lambda: to_sign(central, id)) == "open"


def test_what_is_prepared_is_changed_no_more(central: Station) -> None:
    id = prepare(central, Wish(act=REVOKE, id="node-1"))
    with central.database.transaction() as db:
        assert refused(lambda: proposals.unwish(db, id, 0, VERA)) == "settled"
    other = propose(central, admitting())
    assert other != id
    assert len(shown(central, id).wishes) == 1


def test_a_change_is_taken_out_and_the_last_one_ends_the_proposal(central: Station) -> None:
    id = propose(central, admitting(), Wish(act=REVOKE, id="node-1"))
    with central.database.transaction() as db:
        proposals.unwish(db, id, 1, VERA)
    assert [wish.act for wish in shown(central, id).wishes] == ["admit"]
    with central.database.transaction() as db:
        with pytest.raises(ProposalUnknown):
            proposals.unwish(db, id, 4, VERA)
        proposals.unwish(db, id, 0, VERA)
        assert not proposals.is_there(db, id)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish(act=REVOKE, id="nobody"), "id-unknown"),
        (Wish(act=LOSE, id="node-1"), "not-phone"),
        (Wish(act=REVOKE, id="central-1"), "last"),
        (admitting("node", "node-1"), "id-taken"),
        (admitting("node", "node-7", replaces=True), "id-unknown"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.act} {one.id}",
)
def test_what_cannot_be_is_refused_when_it_is_proposed(wish: Wish, reason: str, central: Station) -> None:
    assert refused(lambda: propose(central, wish)) == reason
    with central.database.reading() as db:
        assert proposals.listed(central, db) == []


def test_the_same_change_twice_is_refused(central: Station) -> None:
    wish = admitting()
    propose(central, wish)
    assert refused(lambda: propose(central, wish)) == "twice"
    assert refused(lambda: propose(central, Wish(act="admit", id="lawyer-8", request=wish.request))) == "known"


def test_a_lost_phone_is_one_step_and_touches_no_open_proposal(central: Station) -> None:
    waits = propose(central, admitting())
    with central.database.transaction() as db:
        id = proposals.wish_alone(central, db, Wish(act=LOSE, id="phone-7"), VERA)
    assert (shown(central, id).state, [wish.id for wish in shown(central, id).wishes]) == ("settled", ["phone-7"])
    assert [wish.id for wish in shown(central, waits).wishes] == ["lawyer-9"]


def test_a_key_is_rotated_by_a_request_that_replaces(world: World, central: Station) -> None:
    wish = admitting("lawyer", "lawyer-a", replaces=True)
    id = prepare(central, wish)
    assert [change.kind for change in shown(central, id).changes] == ["reader.key"]
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())
    assert wish.admission is not None
    held = next(person for person in central.chain.latest.people if person.id == "lawyer-a")
    assert held.recipient == wish.admission.recipient


def test_an_interviewer_with_a_phone_is_proposed_from_keys_made_elsewhere(world: World, central: Station) -> None:
    id = prepare(central, admitting("interviewer", "interviewer-8"), admitting("phone", "phone-8"))
    assert [change.kind for change in shown(central, id).changes] == ["interviewer.new", "phone.new"]
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())
    latest = central.chain.latest
    assert {(one.id, one.role) for one in latest.people} >= {("interviewer-8", "interviewer")}
    assert {(one.id, one.kind) for one in latest.devices} >= {("phone-8", "phone")}


def test_a_reader_cannot_be_proposed_over_an_open_proposal_that_another_roster_made_impossible(
    world: World, central: Station
) -> None:
    """The open one says what is wrong, and is mended by taking that change out."""
    waits = propose(central, Wish(act=REVOKE, id="node-1"), admitting())
    with central.database.transaction() as db:
        quick = proposals.wish_alone(central, db, Wish(act=REVOKE, id="node-1"), VERA)
    hand_in(central, quick, signed(central, quick, world.roots[:2]).encode())
    trouble = shown(central, waits).trouble
    assert trouble is not None
    assert trouble.reason == "id-unknown"
    with central.database.transaction() as db:
        proposals.unwish(db, waits, 0, VERA)
        proposals.settle(central, db, waits, VERA)
    assert shown(central, waits).signable


def test_the_file_has_the_newest_rosters_that_fit_and_never_more_than_is_taken_back(
    world: World, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        id = prepare(central, Wish(act=RENEW))
        hand_in(central, id, signed(central, id, world.roots[:2]).encode())
    id = prepare(central, Wish(act=RENEW))
    assert len(to_sign(central, id).history) == 4
    size = len(central.chain.records[-1].encode())
    monkeypatch.setattr(proposals, "HISTORY", 2 * size + 10)
    assert [record.id for record in to_sign(central, id).history] == [one.id for one in central.chain.records[-2:]]


def test_what_was_overtaken_or_published_is_given_to_nobody_to_sign(world: World, central: Station) -> None:
    late, quick = prepare(central, admitting()), prepare(central, Wish(act=RENEW))
    hand_in(central, quick, signed(central, quick, world.roots[:2]).encode())
    assert refused(lambda: to_sign(central, late)) == "stale"
    assert refused(lambda: to_sign(central, quick)) == "published"
