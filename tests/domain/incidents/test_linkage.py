"""The fold of links: incidents, persons and counts come out the same whatever desk said what first."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents.events import NOWHERE, Act, LinkEvent, People, content_of, events_of
from testimony.domain.incidents.linkage import Linked, Signed, fold
from tests.support.domain.linkage import harmless, leaves

DAY = date(2026, 1, 20)


def number(value: int) -> str:
    return f"{value:032x}"


T, U, V = (number(0xA0 + one) for one in range(3))
X, Y, Z = (number(0xB0 + one) for one in range(3))
P, Q, R = (number(0xC0 + one) for one in range(3))


class Desk:
    """A lawyer at a desk that has seen `said`."""

    numbers = 0

    def __init__(self, who: str = "anna", *said: Signed, role: str = "lawyer") -> None:
        self.who, self.role = who, role
        self.said = list(said)

    def say(self, act: Act, to: str, about: str = NOWHERE, **own: Any) -> Signed:
        Desk.numbers += 1
        event = LinkEvent(id=number(Desk.numbers), act=act, to=to, day=DAY, **own)
        bare = Signed(event=event, about=about, signer=self.who, role=self.role)
        seen = self.linked.seen(*bare.subject)
        signed = Signed(
            event=LinkEvent(id=event.id, act=act, to=to, day=DAY, after=seen, **own),
            about=about, signer=self.who, role=self.role,
        )  # fmt: skip
        self.said.append(signed)
        return signed

    def tells(self, tid: str, incident: str) -> Signed:
        return self.say(Act.TELLS, incident, tid)

    def does_not(self, tid: str, incident: str) -> Signed:
        return self.say(Act.NOT, incident, tid)

    def person(self, tid: str, key: str) -> Signed:
        return self.say(Act.PERSON, key, tid)

    def merge(self, one: str, other: str) -> Signed:
        return self.say(Act.MERGE, one, other=other)

    def split(self, merge: Signed) -> Signed:
        return self.say(Act.SPLIT, merge.event.id)

    def count(self, incident: str, people: People, low: int | None, high: int | None, *on: str) -> Signed:
        return self.say(Act.COUNT, incident, people=people, low=low, high=high, on=frozenset(on))

    @property
    def linked(self) -> Linked:
        return fold(self.said)


def meet(*desks: Desk) -> Linked:
    everything = {one for desk in desks for one in desk.said}
    for desk in desks:
        desk.said = sorted(everything, key=lambda one: one.event.id, reverse=True)
    return fold(everything)


def test_a_testimony_tells_of_several_incidents_until_somebody_says_that_it_does_not() -> None:
    desk = Desk()
    desk.tells(T, X)
    desk.tells(T, Y)
    desk.tells(U, X)
    assert desk.linked.incidents == {T: {X, Y}, U: {X}}
    assert desk.linked.accounts == {X: {T, U}, Y: {T}}
    desk.does_not(T, X)
    assert desk.linked.incidents == {T: {Y}, U: {X}}
    desk.tells(T, X)
    assert (desk.linked.incidents[T], desk.linked.contested) == ({X, Y}, frozenset())


def test_of_two_desks_that_differ_the_link_stands_and_is_shown_as_contested() -> None:
    anna = Desk()
    anna.tells(T, X)
    boris = Desk("boris", *anna.said)
    boris.does_not(T, X)
    anna.does_not(T, X)
    anna.tells(T, X)
    found = meet(anna, boris)
    assert (found.incidents, found.contested) == ({T: {X}}, {(T, X)})
    boris.does_not(T, X)
    assert boris.linked.incidents == {}


def test_merges_made_apart_come_to_one_incident_everywhere_and_can_make_no_ring() -> None:
    anna, boris = Desk("anna"), Desk("boris")
    for desk, incident, tid in ((anna, X, T), (anna, Y, U), (boris, Z, V)):
        desk.tells(tid, incident)
    anna.merge(X, Y)
    anna.merge(Y, Z)
    boris.merge(Z, X)
    boris.merge(Y, X)
    found = meet(anna, boris)
    assert found.accounts == {X: {T, U, V}}
    assert {found.name(one) for one in (X, Y, Z)} == {X}
    assert found.members(Z) == {X, Y, Z}


def test_a_split_takes_back_the_merge_that_it_names_and_no_other() -> None:
    anna = Desk()
    anna.tells(T, X)
    anna.tells(U, Y)
    first = anna.merge(X, Y)
    boris = Desk("boris", *anna.said)
    anna.split(first)
    assert anna.linked.incidents == {T: {X}, U: {Y}}
    boris.merge(Y, X)
    assert meet(anna, boris).incidents == {T: {X}, U: {X}}
    assert [one.event.id for one in anna.linked.merges[X]] == [boris_merge(boris)]


def boris_merge(boris: Desk) -> str:
    return max(one.event.id for one in boris.said if one.event.act is Act.MERGE)


def test_two_person_keys_of_two_desks_are_a_conflict_and_one_class() -> None:
    anna = Desk()
    anna.person(T, P)
    boris = Desk("boris")
    boris.person(T, Q)
    boris.person(U, Q)
    found = meet(anna, boris)
    assert found.keys == {T: {P, Q}, U: {Q}}
    assert found.persons == {T: P, U: P}
    boris.person(T, P)
    assert boris.linked.keys == {T: {P}, U: {Q}}
    assert boris.linked.persons == {T: P, U: Q}


def test_the_union_goes_on_over_every_testimony_that_some_desk_takes_for_the_same_person() -> None:
    anna, boris = Desk("anna"), Desk("boris")
    anna.person(T, R)
    boris.person(T, Q)
    anna.person(U, Q)
    boris.person(U, P)
    anna.person(V, P)
    assert meet(anna, boris).persons == {T: P, U: P, V: P}


def test_taking_a_person_back_apart_from_a_naming_leaves_the_naming() -> None:
    anna = Desk()
    anna.person(T, P)
    boris = Desk("boris", *anna.said)
    anna.person(T, "")
    boris.person(T, Q)
    assert anna.linked.persons == {}
    assert meet(anna, boris).persons == {T: Q}


def test_counts_are_never_added_up() -> None:
    anna = Desk()
    anna.tells(T, X)
    anna.count(X, People.RETURNED, 10, 20, T)
    boris = Desk("boris")
    boris.count(Y, People.RETURNED, 15, 15)
    found = meet(anna, boris)
    anna.merge(X, Y)
    assert [(one.event.low, one.event.high) for one in anna.linked.counts(Y)[People.RETURNED]] == [(10, 20), (15, 15)]
    assert [one.event.on for one in found.counts(X)[People.RETURNED]] == [{T}]
    assert anna.linked.fewest(People.RETURNED) == {anna.linked.name(X): 10}
    anna.count(X, People.RETURNED, None, None)
    anna.count(Y, People.RETURNED, None, None)
    assert anna.linked.counts(X) == {}
    assert anna.linked.fewest(People.RETURNED) == {}


def test_what_was_looked_at_and_is_different_is_remembered_from_both_sides() -> None:
    desk = Desk()
    desk.say(Act.DIFFERENT, U, T)
    assert (desk.linked.different(T), desk.linked.different(U), desk.linked.different(V)) == ({U}, {T}, frozenset())


def test_only_lawyers_count_and_nobody_else_makes_their_acts_ambiguous() -> None:
    anna, coordinator = Desk(), Desk("carla", role="coordinator")
    said = anna.tells(T, X)
    coordinator.tells(U, X)
    copied = LinkEvent(id=said.event.id, act=Act.NOT, to=X, day=DAY)
    coordinator.said.append(Signed(event=copied, about=T, signer="carla", role="coordinator"))
    found = meet(anna, coordinator)
    assert found.incidents == {T: {X}}
    assert {reason: len(group) for reason, group in found.ignored.items()} == {"role": 2}


def test_two_different_acts_of_one_id_count_for_nothing() -> None:
    desk = Desk()
    said = desk.tells(T, X)
    desk.said.append(Signed(event=said.event, about=U, signer="boris", role="lawyer"))
    assert (desk.linked.incidents, len(desk.linked.ignored["twice"])) == ({}, 2)


@pytest.mark.parametrize(("act", "to", "about"), [(Act.TELLS, X, NOWHERE), (Act.DIFFERENT, T, T), (Act.SPLIT, X, T)])
def test_what_is_sealed_about_something_else_counts_for_nothing(act: Act, to: str, about: str) -> None:
    desk = Desk()
    desk.say(act, to, about)
    assert (desk.linked.said, len(desk.linked.ignored["place"])) == ((), 1)


EVENTS = st.sampled_from([T, U, V])
INCIDENTS = st.sampled_from([X, Y, Z])


@st.composite
def histories(draw: st.DrawFn) -> list[Signed]:
    """What three desks said, that met now and then."""
    desks = [Desk("anna"), Desk("boris"), Desk("carla", role="coordinator")]
    for _ in range(draw(st.integers(1, 14))):
        desk, tid, incident = draw(st.sampled_from(desks)), draw(EVENTS), draw(INCIDENTS)
        match draw(st.sampled_from(["tells", "not", "person", "merge", "split", "count", "different", "meet"])):
            case "tells":
                desk.tells(tid, incident)
            case "not":
                desk.does_not(tid, incident)
            case "person":
                desk.person(tid, draw(st.sampled_from(["", P, Q, R])))
            case "merge" if (other := draw(INCIDENTS)) != incident:
                desk.merge(incident, other)
            case "split" if merges := [one for one in desk.said if one.event.act is Act.MERGE]:
                desk.split(draw(st.sampled_from(merges)))
            case "count":
                desk.count(incident, People.DEAD, 1, draw(st.integers(1, 4)))
            case "different" if (other := draw(EVENTS)) != tid:
                desk.say(Act.DIFFERENT, other, tid)
            case "meet":
                meet(*draw(st.lists(st.sampled_from(desks), min_size=2, max_size=2, unique=True)))
    return [one for desk in desks for one in desk.said]


@given(histories(), st.randoms())
def test_the_order_of_arrival_changes_nothing(said: list[Signed], chance: random.Random) -> None:
    shuffled = [*said, *said[:3]]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(said)


@given(histories())
def test_every_incident_has_one_name_and_every_testimony_one_person_class(said: list[Signed]) -> None:
    found = fold(said)
    assert all(found.name(name) == name for name in found.accounts)
    assert all(found.name(found.name(one)) == found.name(one) for one in (X, Y, Z))
    assert found.persons.keys() == found.keys.keys()
    for one, keys in found.keys.items():
        for other, others in found.keys.items():
            assert not keys & others or found.persons[one] == found.persons[other]


@given(histories())
def test_what_was_said_is_read_again_and_holds_nothing_but_ids_codes_and_numbers(said: list[Signed]) -> None:
    for start in range(0, len(said), incident_events.MOST_EVENTS):
        events = tuple(one.event for one in said[start : start + incident_events.MOST_EVENTS])
        content = content_of(events)
        assert events_of(content) == events
        assert all(harmless(leaf) for leaf in leaves(content))


GOOD = {"event": "TELLS", "id": number(1), "day": "2026-01-20", "after": [], "incident": X}
COUNTED = {"event": "COUNT", "id": number(1), "day": "2026-01-20", "after": [], "incident": X, "people": "dead",
           "low": 1, "high": 2, "on": [T]}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"note": "Amina told me"}, {"incident": "Amina"}, {"incident": X.upper()}, {"incident": f"{X}\n"},
        {"incident": 7}, {"event": "LOVES"}, {"day": "yesterday"}, {"day": "2026-13-01"}, {"after": "x"},
        {"after": [X, "x"]}, {"id": "../../etc"}, {"after": [X] * 4097},
    ],
)  # fmt: skip
def test_what_holds_a_word_of_its_own_cannot_be_read(change: dict[str, Any]) -> None:
    assert events_of({"kind": "linking", "events": [GOOD]})
    with pytest.raises(EventUnreadable):
        events_of({"kind": "linking", "events": [GOOD | change]})


@pytest.mark.parametrize(
    "change",
    [{"low": 3}, {"low": -1}, {"low": None}, {"low": True}, {"low": 1.0}, {"high": 10**9}, {"people": "Amina"},
     {"on": ["Amina"]}, {"on": None}],
)  # fmt: skip
def test_a_count_is_a_range_of_whole_numbers_of_known_people(change: dict[str, Any]) -> None:
    assert events_of({"kind": "linking", "events": [COUNTED]})
    with pytest.raises(EventUnreadable):
        events_of({"kind": "linking", "events": [COUNTED | change]})


@pytest.mark.parametrize(
    "content",
    [None, [], {}, {"kind": "linking"}, {"kind": "linking", "events": []}, {"kind": "linking", "events": [GOOD] * 65},
     {"kind": "linking", "events": [GOOD], "note": "x"}, {"kind": "linking", "events": [None]},
     {"kind": "linking", "events": [GOOD | {"incident": None}]},
     {"kind": "linking", "events": [GOOD | {"event": "MERGE", "other": X}]}],
)  # fmt: skip
def test_an_annex_of_another_shape_cannot_be_read(content: Any) -> None:
    with pytest.raises(EventUnreadable):
        events_of(content)
