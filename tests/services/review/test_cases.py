"""Cases at several desks: lawyers learn of them, coordinators never do, and consent decides who may be taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review.case import Act, CaseEvent
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import cases
from testimony.services.review.cases import Cases
from testimony.services.review.errors import CaseRefused
from tests.support.services.desks import TODAY, Desk, desks, testimony_at

COURT = Key(Purpose.COURT, "court-a")
ALL = frozenset({COURT})


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    made = testimony_at(at["lawyer-1"].central, organisation, "P01", "P04", "P06")
    meet(at)
    return made


def meet(at: dict[str, Desk]) -> None:
    for desk in (*at.values(), *at.values()):
        desk.exchange()


def held(desk: Desk, tid: str) -> Cases:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return cases.cases_of(desk.station, desk.annexes, tid)


def take(desk: Desk, tid: str, usable: frozenset[Key] = ALL) -> str:
    return cases.take(desk.station, desk.reader, held(desk, tid), COURT, usable=usable, day=TODAY)


def test_the_other_lawyer_learns_of_it_and_the_coordinator_never_does(at: dict[str, Desk], tid: str) -> None:
    take(at["lawyer-1"], tid)
    meet(at)
    assert held(at["lawyer-2"], tid).within == ALL
    assert cases.within(at["lawyer-2"].station, at["lawyer-2"].annexes) == {tid: ALL}
    found = held(at["coordinator-1"], tid)
    assert (found.within, found.said, found.unread) == (frozenset(), (), 0)


def test_of_two_desks_that_did_not_know_of_each_other_the_one_that_takes_it_out_stands(
    at: dict[str, Desk], tid: str
) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    take(first, tid)
    meet(at)
    cases.leave(first.station, first.reader, held(first, tid), COURT, day=TODAY)
    cases.leave(second.station, second.reader, held(second, tid), COURT, day=TODAY)
    take(second, tid)
    meet(at)
    assert [held(desk, tid).within for desk in (first, second)] == [frozenset(), frozenset()]
    assert cases.within(first.station, first.annexes) == {}


def test_two_desks_that_take_it_in_without_knowing_of_each_other_have_it_in_once_and_take_it_out_once(
    at: dict[str, Desk], tid: str
) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    for desk in (first, second):
        take(desk, tid)
    meet(at)
    assert [(held(desk, tid).within, len(held(desk, tid).said)) for desk in (first, second)] == [(ALL, 2), (ALL, 2)]
    cases.leave(second.station, second.reader, held(second, tid), COURT, day=TODAY)
    meet(at)
    assert [held(desk, tid).within for desk in (first, second)] == [frozenset(), frozenset()]


def test_without_a_consent_that_stands_it_is_in_no_case(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    with pytest.raises(CaseRefused) as refused:
        take(desk, tid, usable=frozenset())
    assert (refused.value.reason, held(desk, tid).said) == ("consent", ())


def test_it_is_taken_in_once_and_taken_out_only_where_it_is_in(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    with pytest.raises(CaseRefused) as refused:
        cases.leave(desk.station, desk.reader, held(desk, tid), COURT, day=TODAY)
    assert refused.value.reason == "there"
    take(desk, tid)
    with pytest.raises(CaseRefused) as refused:
        take(desk, tid)
    assert (refused.value.reason, len(held(desk, tid).said)) == ("there", 1)


def test_a_coordinator_takes_nothing_into_a_case_and_what_their_key_signed_counts_for_nothing(
    at: dict[str, Desk], tid: str
) -> None:
    desk = at["coordinator-1"]
    assert desk.reader.role is Role.COORDINATOR
    with pytest.raises(CaseRefused) as refused:
        take(desk, tid)
    assert refused.value.reason == "role"
    forged = CaseEvent(id="a" * 32, act=Act.TAKE, case=COURT, day=TODAY).to_value()
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, forged, day=TODAY)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    meet(at)
    found = held(at["lawyer-1"], tid)
    assert (found.within, found.unread) == (frozenset(), 1)


def test_what_cannot_be_read_is_counted_and_changes_nothing(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    take(desk, tid)
    record, items = consent_acts.seal_content(
        desk.station.chain.latest, desk.reader, tid, {"kind": "case", "event": 7}, day=TODAY
    )
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    found = held(desk, tid)
    assert (found.within, found.unread) == (ALL, 1)
