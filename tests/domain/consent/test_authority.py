"""Who may say what after the interview, what needs two, and that a doubt never lets a restriction go."""

import itertools
import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from testimony.domain.consent import authority
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.authority import INTERVIEW, WITNESS, Counted, Said, content_of, counted, events_of
from testimony.domain.consent.events import RESTRICTING, Act, ConsentEvent
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable

TODAY = date(2026, 11, 25)
RECORD = Key(Purpose.RECORD, "organisation")
PEOPLE = {"l1": "lawyer", "l2": "lawyer", "c1": "coordinator", "i1": "interviewer", "r1": "recovery", "p1": "phone"}
ANYBODY = {"lawyer", "interviewer", "coordinator", "recovery"}
MAY = {
    Act.ASK: {INTERVIEW, "lawyer", "interviewer"},
    Act.GRANT: {INTERVIEW, "lawyer", "interviewer"},
    Act.REFUSE: {INTERVIEW, "lawyer", "interviewer"},
    Act.WITHDRAW: {INTERVIEW, WITNESS, "phone", *ANYBODY},
    Act.INVALIDATE: {INTERVIEW, "lawyer"},
    Act.HOLD: {INTERVIEW, *ANYBODY},
}


def event(name: str, act: Act, after: Iterable[str] = (), day: date = TODAY, **more: Any) -> ConsentEvent:
    return ConsentEvent(
        id=name, act=act, purpose=RECORD.purpose, recipient=RECORD.recipient, day=day, after=frozenset(after), **more
    )


def by(signer: str, one: ConsentEvent, **more: Any) -> Said:
    return Said(event=one, signer=signer, role=PEOPLE.get(signer, signer), **more)


def told(*said: Said) -> Counted:
    return counted(said, TODAY)


GRANT = event("g", Act.GRANT)
GRANTED = by(INTERVIEW, GRANT)


def usable(*said: Said) -> bool:
    return RECORD in consent_fold.usable(told(*said).events, TODAY)


@pytest.mark.parametrize("act", MAY)
@pytest.mark.parametrize("role", [INTERVIEW, WITNESS, *sorted(ANYBODY), "phone", "node", "central", ""])
def test_an_act_counts_from_those_who_may_say_it_and_is_refused_by_name_from_all_others(act: Act, role: str) -> None:
    one = event("x", act)
    found = told(Said(event=one, signer="somebody", role=role))
    if role in MAY[act]:
        assert (found.events, found.refused, found.held) == ({one}, {}, {})
    else:
        assert (found.events, found.refused, found.held) == (set(), {one: "signer.role"}, {})


@pytest.mark.parametrize(
    ("signers", "enough"),
    [
        (["l1"], False), (["c1"], False), (["l1", "l1"], False), (["l1", "l2"], False), (["l1", "i1"], False),
        (["c1", "r1"], False), (["l1", "c1"], True), (["l1", "l2", "c1", "i1"], True), (["l1", "p1"], False),
    ],
)  # fmt: skip
def test_a_release_needs_a_lawyer_and_a_coordinator(signers: list[str], enough: bool) -> None:
    hold, release = event("h", Act.HOLD, ["g"]), event("r", Act.RELEASE, ["h"])
    said = [GRANTED, by("i1", hold), *(by(one, release) for one in signers)]
    assert usable(*said) is enough
    assert told(*said).refused == ({} if enough else {release: "second.signature"})


@pytest.mark.parametrize("signers", [["l1"], ["c1"], ["i1"], ["i1", "r1"], ["l1", "i1"], ["l1", "l1"]])
def test_an_erasure_that_waits_for_a_second_signature_holds_and_can_be_released(signers: list[str]) -> None:
    erase = event("e", Act.ERASE, ["g"])
    said = [GRANTED, *(by(one, erase) for one in signers)]
    found = told(*said)
    assert (found.refused, found.held) == ({}, {erase: "second.signature"})
    assert consent_fold.states(found.events, TODAY)[RECORD] == consent_fold.Standing(
        consent_fold.ConsentState.GRANTED, on_hold=True
    )
    release = event("r", Act.RELEASE, ["e"])
    assert usable(*said, by("l1", release), by("c1", release))


@pytest.mark.parametrize("signers", [["l1", "l2"], ["l1", "c1"], ["l1", "c1", "i1"]])
def test_two_who_decide_erase_for_ever(signers: list[str]) -> None:
    erase = event("e", Act.ERASE)
    found = told(GRANTED, *(by(one, erase) for one in signers), by(INTERVIEW, event("n", Act.GRANT, ["g", "e"])))
    assert consent_fold.states(found.events, TODAY)[RECORD].state is consent_fold.ConsentState.ERASED


def test_two_signatures_are_under_the_same_act_and_not_under_two_that_are_alike() -> None:
    hold = by("i1", event("h", Act.HOLD))
    one, other = event("r", Act.RELEASE, ["h"]), event("s", Act.RELEASE, ["h"])
    assert not usable(GRANTED, hold, by("l1", one), by("c1", other))
    assert not usable(GRANTED, hold, by("l1", one), by("c1", event("r", Act.RELEASE, ["h"], reason="other")))


def test_the_code_of_the_witness_takes_back_and_does_nothing_else() -> None:
    assert not usable(GRANTED, by(WITNESS, event("w", Act.WITHDRAW, ["g"])))
    assert not usable(by(WITNESS, GRANT))


def test_a_restriction_with_a_day_in_the_future_counts_and_a_grant_waits_for_its_day() -> None:
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    for act in Act:
        if act in (Act.RELEASE, Act.ERASE):
            said = [by("l1", event("x", act, day=later)), by("c1", event("x", act, day=later))]
        else:
            said = [by("l1", event("x", act, day=later))]
        assert set(told(*said).refused.values()) == (set() if act in RESTRICTING else {"future"}), act
        assert counted(said, later - timedelta(days=1)).refused == {}
    assert usable(by("l1", event("g", Act.GRANT, day=tomorrow)))
    assert not usable(GRANTED, by("i1", event("w", Act.WITHDRAW, day=date(2199, 1, 1))))


def test_the_grants_of_a_revoked_key_are_void_and_its_restrictions_are_holds() -> None:
    grant = by("l1", event("n", Act.GRANT, ["g"]), active=False)
    assert told(grant).refused == {grant.event: "signer.inactive"}
    for act in RESTRICTING:
        taken = by("l1", event("w", act, ["g"]), active=False)
        found = told(GRANTED, taken)
        assert (found.refused, found.held) == ({}, {taken.event: "signer.inactive"})
        assert consent_fold.states(found.events, TODAY)[RECORD] == consent_fold.Standing(
            consent_fold.ConsentState.GRANTED, on_hold=True
        )
        release = event("r", Act.RELEASE, ["w"])
        assert usable(GRANTED, taken, by("l2", release), by("c1", release))
        assert not usable(GRANTED, taken, by("l2", release), by("c1", release, active=False))


def test_one_active_signature_is_enough_where_one_counts() -> None:
    withdrawn = event("w", Act.WITHDRAW, ["g"])
    found = told(GRANTED, by("l1", withdrawn, active=False), by("i1", withdrawn))
    assert (found.held, consent_fold.states(found.events, TODAY)[RECORD].state) == (
        {},
        consent_fold.ConsentState.WITHDRAWN,
    )


def test_what_was_said_about_another_testimony_counts_for_nothing_here() -> None:
    elsewhere = by("l1", event("n", Act.GRANT), tid_ok=False)
    assert told(elsewhere).refused == {elsewhere.event: "other.testimony"}
    release = event("r", Act.RELEASE, ["h"])
    hold = by("i1", event("h", Act.HOLD, ["g"]))
    assert not usable(GRANTED, hold, by("l1", release), by("c1", release, tid_ok=False))


def test_two_acts_with_one_number_void_what_they_agree_to_and_keep_what_they_take_back() -> None:
    one, other = event("g", Act.GRANT), event("g", Act.GRANT, life_months=12)
    assert told(by("l1", one), by("i1", other)).refused == {one: "id.twice", other: "id.twice"}
    saw = by("l1", event("n", Act.GRANT, ["x"]))
    withdrawn, asked = by("i1", event("x", Act.WITHDRAW)), by("i1", event("x", Act.ASK))
    assert usable(withdrawn, saw)
    found = told(withdrawn, asked, saw)
    assert not consent_fold.usable(found.events, TODAY)  # `saw` may have seen the other one
    (kept,) = (one for one in found.events if one.act is Act.WITHDRAW)
    again = ConsentEvent.parse(event("m", Act.GRANT, [kept.id]).to_value())
    assert usable(withdrawn, asked, saw, by("l1", again))  # a later one that names exactly what it saw
    with pytest.raises(EventUnreadable):
        ConsentEvent.parse(event(kept.id, Act.ASK).to_value())  # nothing can be sent under such a number


def test_who_may_not_speak_voids_no_grant_by_using_its_number() -> None:
    copied = event("g", Act.GRANT, life_months=1)
    assert usable(GRANTED, by("c1", copied))
    assert usable(GRANTED, by("l1", copied, active=False))
    assert usable(GRANTED, by("l1", copied, tid_ok=False))
    held = by("l1", event("g", Act.WITHDRAW), active=False)
    found = told(GRANTED, held)
    assert consent_fold.states(found.events, TODAY)[RECORD] == consent_fold.Standing(
        consent_fold.ConsentState.GRANTED, on_hold=True
    )


def test_in_thousands_of_sets_the_order_and_the_number_of_deliveries_change_nothing() -> None:
    chance = random.Random(11)
    rules: set[str] = set()
    for _ in range(3000):
        said = random_sayings(chance)
        found = told(*said)
        assert told(*chance.sample(said, len(said)), *chance.choices(said, k=2)) == found
        ids = [one.id for one in found.events]
        assert len(set(ids)) == len(ids)
        rules |= set(found.refused.values()) | set(found.held.values())
        restrictions = [one.event for one in said if one.event.act in RESTRICTING and one.tid_ok]
        heard = [one for one in restrictions if found.refused.get(one) is None]
        assert all(any(one.id.split("#")[0] == each.id for one in found.events) for each in heard)
        assert not {found.refused[one] for one in restrictions if one in found.refused} - {"signer.role"}
    assert rules == set(authority.RULES) - {"structure"}


def random_sayings(chance: random.Random) -> list[Said]:
    made: list[Said] = []
    for number in range(chance.randrange(1, 9)):
        name = str(chance.randrange(number + 1))
        one = event(name, chance.choice(list(Act)), day=TODAY + timedelta(days=chance.choice([-9, 0, 1, 2, 900])))
        for _ in range(chance.choice([1, 1, 2])):
            signer = chance.choice([*PEOPLE, INTERVIEW, WITNESS])
            made.append(by(signer, one, active=chance.random() < 0.8, tid_ok=chance.random() < 0.9))
    return made


def test_no_single_revoked_or_foreign_signature_ever_makes_something_usable() -> None:
    base = [by(INTERVIEW, event("w", Act.WITHDRAW)), by("i1", event("h", Act.HOLD))]
    for act, signer, after in itertools.product(Act, [*PEOPLE, WITNESS], [[], ["w"], ["w", "h"]]):
        for more in ({"active": False}, {"tid_ok": False}):
            assert not usable(*base, by(signer, event("x", act, after), **more))


def test_the_content_of_an_annex_survives_its_json() -> None:
    events = (GRANT, event("r", Act.REFUSE, ["g"], reason="officer_present"))
    assert events_of(content_of(events)) == events


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (None, "structure"), ([], "structure"), ({}, "structure"), ({"kind": "review", "events": []}, "structure"),
        ({"kind": "consent"}, "structure"), ({"kind": "consent", "events": []}, "structure"),
        ({"kind": "consent", "events": [None]}, "structure"),
        ({"kind": "consent", "events": [GRANT.to_value()] * 257}, "structure"),
        ({"kind": "consent", "events": [GRANT.to_value() | {"purpose": "P99"}]}, "purpose"),
        ({"kind": "consent", "events": [GRANT.to_value() | {"id": "a b"}]}, "id"),
        ({"kind": "consent", "events": [GRANT.to_value(), GRANT.to_value() | {"event": "BLESS"}]}, "event"),
    ],
)  # fmt: skip
def test_an_annex_that_cannot_be_read_is_refused_and_says_what_of_it(content: Any, part: str) -> None:
    with pytest.raises(EventUnreadable) as caught:
        events_of(content)
    assert caught.value.part == part
