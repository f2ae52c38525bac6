"""Incidents and persons at several desks: lawyers apart from each other, and what a coordinator's desk counts by it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents.events import NOWHERE, Act, People
from testimony.domain.incidents.titles import KIND as TITLE
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.incidents import linkage, titles
from testimony.services.incidents.errors import IncidentRefused
from testimony.services.incidents.linkage import Held
from testimony.services.opening import annexes
from tests.support.domain.linkage import harmless, leaves
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet

CANARY = "heron-seventeen at the bridge"


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation, number: int = 3) -> list[str]:
    accounts = [told(each, ("P01", "P04", "P06")) for each in range(number)]
    sealed = bring(organisation, at["lawyer-1"].central, accounts)
    meet(at)
    return [str(one.record.value["tid"]) for one in sealed]


def no_end(_tid: str) -> str:
    """Every account opens."""
    return ""


def held(desk: Desk) -> Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return linkage.current_links(desk.station.chain, desk.annexes)


def tell(desk: Desk, tid: str, incident: str = "") -> str:
    return linkage.tell(desk.station, desk.reader, held(desk), tid, incident, day=TODAY)


def incidents(desk: Desk) -> dict[str, frozenset[str]]:
    held(desk)
    return linkage.incidents(desk.station.chain, desk.annexes)


def persons(desk: Desk) -> dict[str, str]:
    held(desk)
    return linkage.persons(desk.station.chain, desk.annexes)


def same(values: list[Any]) -> bool:
    return all(value == values[0] for value in values)


def test_many_accounts_are_of_different_people_and_incidents_at_every_desk(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    """A person or incident that was named before stays: the act fills in only what is missing."""
    tids = fetched(at, organisation, 4)
    one, two, _, four = tids
    anna = at["lawyer-1"]
    linkage.tell_person(anna.station, anna.reader, held(anna), two, one, day=TODAY)
    incident = tell(anna, four)
    assert linkage.tell_apart(anna.station, anna.reader, held(anna), tids, day=TODAY) == 2
    assert linkage.tell_incidents_apart(anna.station, anna.reader, held(anna), tids, day=TODAY) == 3
    meet(at)
    for desk in at.values():
        found = persons(desk)
        assert len({found[tid] for tid in tids}) == 3
        assert found[one] == found[two]
        assert len({name for tid in tids for name in incidents(desk)[tid]}) == 4
        assert incidents(desk)[four] == {incident}
    assert linkage.tell_apart(anna.station, anna.reader, held(anna), tids, day=TODAY) == 0


def test_a_coordinator_tells_nobody_apart(at: dict[str, Desk], organisation: Organisation) -> None:
    tids = fetched(at, organisation, 2)
    desk = next(one for name, one in at.items() if name.startswith("coordinator"))
    with pytest.raises(IncidentRefused, match="Lawyers say which accounts belong together"):
        linkage.tell_apart(desk.station, desk.reader, held(desk), tids, day=TODAY)


def test_links_of_two_desks_offline_meet_and_every_desk_counts_the_same(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, three = fetched(at, organisation)
    anna, boris = at["lawyer-1"], at["lawyer-2"]
    first = linkage.same_event(anna.station, anna.reader, held(anna), one, two, day=TODAY)
    second = linkage.same_event(boris.station, boris.reader, held(boris), two, three, day=TODAY)
    assert (incidents(anna), incidents(boris)) == ({one: {first}, two: {first}}, {two: {second}, three: {second}})
    meet(at)
    assert same([incidents(desk) for desk in at.values()])
    assert incidents(at["coordinator-1"]) == {one: {first}, two: {first, second}, three: {second}}


def test_merges_made_apart_and_a_split_come_to_the_same_everywhere(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tids = fetched(at, organisation)
    anna, boris = at["lawyer-1"], at["lawyer-2"]
    made = [tell(anna, tid) for tid in tids]
    meet(at)
    linkage.merge(anna.station, anna.reader, held(anna), made[0], made[1], day=TODAY)
    linkage.merge(boris.station, boris.reader, held(boris), made[2], made[0], day=TODAY)
    meet(at)
    for desk in at.values():
        assert incidents(desk) == {tid: {min(made)} for tid in tids}
    found = held(boris)
    (wrong,) = [one for one in found.linked.merges[min(made)] if made[1] in (one.event.to, one.event.other)]
    linkage.split(boris.station, boris.reader, found, made[1], wrong.event.id, day=TODAY)
    meet(at)
    for desk in at.values():
        assert incidents(desk)[tids[1]] == {made[1]}
        assert incidents(desk)[tids[0]] == incidents(desk)[tids[2]] == {min(made[0], made[2])}


def test_two_person_keys_of_two_desks_are_one_class_for_the_coordinator(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, three = fetched(at, organisation)
    anna, boris = at["lawyer-1"], at["lawyer-2"]
    linkage.tell_person(anna.station, anna.reader, held(anna), one, two, day=TODAY)
    linkage.tell_person(boris.station, boris.reader, held(boris), two, three, day=TODAY)
    meet(at)
    found = persons(at["coordinator-1"])
    assert found.keys() == {one, two, three}
    assert len(set(found.values())) == 1
    assert len(held(anna).linked.keys[two]) == 2, "shown as a conflict"
    linkage.forget_person(anna.station, anna.reader, held(anna), two, day=TODAY)
    meet(at)
    assert persons(at["coordinator-1"]).keys() == {one, three}
    assert len(set(persons(at["coordinator-1"]).values())) == 2


def test_an_account_is_taken_from_a_merged_incident_under_each_of_its_ids(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, _ = fetched(at, organisation)
    anna = at["lawyer-1"]
    first, second = tell(anna, one), tell(anna, two)
    tell(anna, one, second)
    linkage.merge(anna.station, anna.reader, held(anna), first, second, day=TODAY)
    linkage.take_away(anna.station, anna.reader, held(anna), one, second, day=TODAY)
    assert incidents(anna) == {two: {min(first, second)}}


def test_an_incident_is_divided(at: dict[str, Desk], organisation: Organisation) -> None:
    tids = fetched(at, organisation)
    anna = at["lawyer-1"]
    first = tell(anna, tids[0])
    for tid in tids[1:]:
        tell(anna, tid, first)
    new = linkage.divide(anna.station, anna.reader, held(anna), first, tids[1:], day=TODAY)
    meet(at)
    assert incidents(at["lawyer-2"]) == {tids[0]: {first}, tids[1]: {new}, tids[2]: {new}}
    with pytest.raises(IncidentRefused):
        linkage.divide(anna.station, anna.reader, held(anna), first, [tids[1]], day=TODAY)


def test_counts_are_said_once_for_a_merged_incident_and_never_added(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, _ = fetched(at, organisation)
    anna = at["lawyer-1"]
    made = tell(anna, one), tell(anna, two)
    for incident, low in zip(made, (5, 12), strict=True):
        linkage.count(anna.station, anna.reader, held(anna), incident, People.RETURNED, low, 20, [one, two], day=TODAY)
    linkage.merge(anna.station, anna.reader, held(anna), *made, day=TODAY)
    counts = held(anna).linked.counts(made[0])[People.RETURNED]
    assert sorted((each.event.low, each.event.high) for each in counts) == [(5, 20), (12, 20)]
    linkage.count(anna.station, anna.reader, held(anna), made[1], People.RETURNED, 12, 15, [one], day=TODAY)
    (only,) = held(anna).linked.counts(made[0])[People.RETURNED]
    assert (only.event.low, only.event.high, only.event.on) == (12, 15, {one})


def test_what_coordinators_open_of_it_holds_nothing_but_ids_codes_and_numbers(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, three = fetched(at, organisation)
    anna, carla = at["lawyer-1"], at["coordinator-1"]
    incident = linkage.same_event(anna.station, anna.reader, held(anna), one, two, day=TODAY)
    linkage.different(anna.station, anna.reader, held(anna), one, three, day=TODAY)
    linkage.tell_person(anna.station, anna.reader, held(anna), one, two, day=TODAY)
    linkage.count(anna.station, anna.reader, held(anna), incident, People.DEAD, 0, 2, [one], day=TODAY)
    other = tell(anna, three)
    linkage.merge(anna.station, anna.reader, held(anna), incident, other, day=TODAY)
    titles.say(anna.station, anna.reader, anna.annexes, held(anna), incident, CANARY, closed=no_end, day=TODAY)
    meet(at)
    assert held(carla).linked == held(anna).linked
    said = [leaf for annex in carla.annexes.of_kind(incident_events.KIND) for leaf in leaves(annex.content)]
    assert len(said) > 40
    assert all(harmless(leaf) for leaf in said)
    assert carla.annexes.of_kind(TITLE) == []


def test_a_title_reaches_the_other_lawyer_and_no_coordinator_and_lies_nowhere_unsealed(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, _ = fetched(at, organisation)
    anna, boris = at["lawyer-1"], at["lawyer-2"]
    incident = tell(anna, one)
    titles.say(
        anna.station,
        anna.reader,
        anna.annexes,
        held(anna),
        incident,
        f" {CANARY}\u202e ",
        closed=no_end,
        day=TODAY,
    )
    meet(at)
    assert [each.text for each in named(boris, incident)] == [CANARY]
    assert named(at["coordinator-1"], incident) == ()
    for station in (anna.central, *(desk.station for desk in at.values())):
        for path in station.settings.home.rglob("*"):
            assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
    other = tell(anna, two)
    titles.say(anna.station, anna.reader, anna.annexes, held(anna), other, "Another", closed=no_end, day=TODAY)
    linkage.merge(anna.station, anna.reader, held(anna), incident, other, day=TODAY)
    assert {each.text for each in named(anna, other)} == {CANARY, "Another"}
    titles.say(anna.station, anna.reader, anna.annexes, held(anna), other, "One of both", closed=no_end, day=TODAY)
    assert [each.text for each in named(anna, incident)] == ["One of both"]


def named(desk: Desk, incident: str) -> tuple[Any, ...]:
    found = held(desk)
    return titles.read_titles(desk.station, desk.annexes, found, no_end).said.get(found.linked.name(incident), ())


def test_what_a_coordinator_signed_all_the_same_counts_for_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    one, two, _ = fetched(at, organisation)
    anna, carla = at["lawyer-1"], at["coordinator-1"]
    incident = tell(anna, one)
    event = {"event": "TELLS", "id": os.urandom(16).hex(), "day": "2026-01-20", "after": [], "incident": incident}
    forge(carla, two, {"kind": incident_events.KIND, "events": [event]})
    forge(
        carla,
        NOWHERE,
        {"kind": TITLE, "id": "a" * 32, "incident": incident, "text": "x", "day": "2026-01-20", "after": []},
    )
    meet(at)
    found = held(anna)
    assert found.linked.incidents == {one: {incident}}
    assert [each.event.act for each in found.linked.ignored["role"]] == [Act.TELLS]
    assert titles.read_titles(anna.station, anna.annexes, found, no_end).unread == 1
    with pytest.raises(IncidentRefused) as refused:
        tell(carla, two, incident)
    assert refused.value.reason == "role"


def test_what_cannot_be_read_is_counted_and_changes_nothing(at: dict[str, Desk], organisation: Organisation) -> None:
    one, *_ = fetched(at, organisation, 1)
    anna = at["lawyer-1"]
    incident = tell(anna, one)
    for content in ({"events": []}, {"events": [{"event": "TELLS"}]}, {"events": 7, "note": "x"}):
        forge(anna, one, {"kind": incident_events.KIND, **content})
    assert (held(anna).linked.incidents, held(anna).unread) == ({one: {incident}}, 3)


def forge(desk: Desk, tid: str, content: dict[str, Any]) -> None:
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, content, day=TODAY)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)


def test_what_is_not_here_is_refused(at: dict[str, Desk], organisation: Organisation) -> None:
    one, *_ = fetched(at, organisation, 1)
    anna = at["lawyer-1"]
    incident = tell(anna, one)
    place = (anna.station, anna.reader, held(anna))
    acts = {
        "unknown": lambda: linkage.tell(*place, one, "f" * 32, day=TODAY),
        "itself": lambda: linkage.merge(*place, incident, incident, day=TODAY),
        "count": lambda: linkage.count(*place, incident, People.DEAD, 3, 2, [], day=TODAY),
        "title": lambda: titles.say(
            anna.station, anna.reader, anna.annexes, place[2], incident, "x" * 121, closed=no_end, day=TODAY
        ),
    }
    for why, act in acts.items():
        with pytest.raises(IncidentRefused) as refused:
            act()
        assert refused.value.reason == why


def test_the_word_for_nowhere_is_one() -> None:
    assert annexes.NOWHERE == NOWHERE
