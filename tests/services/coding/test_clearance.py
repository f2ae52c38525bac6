"""Clearing what no lawyer can open: two coordinators, on the coded record; never where a lawyer could open it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.review.clearance import KIND, Act
from testimony.sealing.statements import statements
from testimony.services.coding import clearance
from testimony.services.coding.errors import ClearingRefused
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.release.candidates import NOT_CLEARED
from tests.support.services.desks import TODAY
from tests.support.services.release.clearance import plan
from tests.support.services.release.clearances import Room, room

PURPOSES = ("P01", "P06")
COORDINATORS = ("coordinator-1", "coordinator-2")


@pytest.fixture(scope="module")
def without_lawyers(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Its policy lets lawyers read nothing of what is only counted."""
    closed = {part: [who for who in to if who != "lawyers"] for part, to in organisation.POLICY.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(organisation, "POLICY", {**closed, "narrative": ["lawyers", "recovery"]})
        return organisation.create(tmp_path_factory.mktemp("alone") / "org", plan())


@pytest.fixture(scope="module")
def with_lawyers(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    return organisation.create(tmp_path_factory.mktemp("both") / "org", plan())


def at_desk(made: Organisation, tmp_path: Path) -> Iterator[Room]:
    with room(Path(shutil.copytree(made.folder, tmp_path / "org")), made) as found:
        yield found


@pytest.fixture
def desk(without_lawyers: Organisation, tmp_path: Path) -> Iterator[Room]:
    yield from at_desk(without_lawyers, tmp_path)


@pytest.fixture
def usual(with_lawyers: Organisation, tmp_path: Path) -> Iterator[Room]:
    yield from at_desk(with_lawyers, tmp_path)


def clear(desk: Room, person: str, tid: str) -> str:
    hand = desk.hands[person]
    account = desk.accounts()[tid]
    hand.refresh()
    return clearance.clear(desk.station, hand.reader, hand.annexes, account, day=TODAY)


def take_back(desk: Room, person: str, tid: str) -> str:
    hand = desk.hands[person]
    hand.refresh()
    return clearance.take_back(desk.station, hand.reader, hand.annexes, tid, day=TODAY)


def why(desk: Room, person: str, tid: str) -> str:
    with pytest.raises(ClearingRefused) as refused:
        clear(desk, person, tid)
    return refused.value.reason


def test_two_coordinators_clear_it_and_one_alone_does_not(desk: Room) -> None:
    tid = desk.one(0, *PURPOSES, cleared=False)
    assert desk.left_out() == {NOT_CLEARED: 1}
    clear(desk, "coordinator-1", tid)
    assert desk.left_out() == {NOT_CLEARED: 1}
    assert why(desk, "coordinator-1", tid) == "twice"
    clear(desk, "coordinator-2", tid)
    assert desk.usable() == {tid}


@pytest.mark.parametrize("person", COORDINATORS)
def test_either_takes_it_back_until_both_have_looked_again(desk: Room, person: str) -> None:
    tid = desk.one(0, *PURPOSES, cleared=False)
    for one in COORDINATORS:
        clear(desk, one, tid)
    assert desk.usable() == {tid}
    take_back(desk, person, tid)
    assert desk.usable() == set()
    clear(desk, "coordinator-1", tid)
    assert desk.usable() == set()
    clear(desk, "coordinator-2", tid)
    assert desk.usable() == {tid}


def test_where_a_lawyer_can_open_it_coordinators_clear_nothing(usual: Room) -> None:
    """Without P04 too: by the table of readers lawyers get what is counted, to clear and to link it."""
    for number, purposes in enumerate((PURPOSES, ("P01", "P04", "P06"))):
        tid = usual.one(number, *purposes, cleared=False)
        assert not usual.accounts()[tid].alone
        assert why(usual, "coordinator-1", tid) == "lawyer"
        for person in COORDINATORS:  # a desk that says it all the same
            usual.say(person, tid, forged(number * 2 + COORDINATORS.index(person)))
        assert usual.usable() == set()


def test_where_the_witness_means_a_lawyer_to_read_coordinators_clear_nothing(desk: Room) -> None:
    tid = desk.one(0, "P01", "P04", "P06", cleared=False)
    assert why(desk, "coordinator-1", tid) == "lawyer"


def test_lawyers_do_not_clear_here_and_no_lawyers_review_counts(desk: Room) -> None:
    tid = desk.one(0, *PURPOSES)
    assert desk.left_out() == {NOT_CLEARED: 1}, "they cannot have looked at it"
    assert why(desk, "lawyer-1", tid) == "role"
    with pytest.raises(ClearingRefused):
        take_back(desk, "lawyer-1", tid)
    for number, person in enumerate(("lawyer-1", "lawyer-2")):
        desk.say(person, tid, forged(number))
    assert desk.left_out() == {NOT_CLEARED: 1}


def test_what_is_withdrawn_is_cleared_by_nobody(desk: Room) -> None:
    tid = desk.one(0, *PURPOSES, cleared=False)
    signer = desk.organisation.signers["interviewer-1"]
    record = statements.withdrawal(tid=tid, scope="all", day="2026-01-20", signer=signer)
    take_in(desk.station, [Incoming("record", record.encode())])
    assert why(desk, "coordinator-1", tid) == "gone"


def test_what_may_not_be_counted_is_cleared_by_nobody(desk: Room) -> None:
    tid = desk.one(0, "P01", "P04", cleared=False)
    assert why(desk, "coordinator-1", tid) == "closed"


@pytest.mark.parametrize("changes", [{"words": "she limps"}, {"after": "all"}, {"event": "MOVE"}, {"id": "x"}])
def test_what_cannot_be_read_counts_for_nothing(desk: Room, changes: dict[str, str]) -> None:
    tid = desk.one(0, *PURPOSES, cleared=False)
    clear(desk, "coordinator-1", tid)
    content = forged(1)
    content["events"][0].update(changes)
    desk.say("coordinator-2", tid, content)
    assert desk.usable() == set()


def test_a_coordinator_who_left_clears_nothing_and_what_they_took_back_stays(desk: Room) -> None:
    cleared, doubted = (desk.one(number, *PURPOSES, cleared=False) for number in range(2))
    for tid in (cleared, doubted):
        for person in COORDINATORS:
            clear(desk, person, tid)
    take_back(desk, "coordinator-2", doubted)
    assert desk.usable() == {cleared}
    desk.revoke("coordinator-2")
    assert desk.usable() == set()
    found = clearance.clearance_of(desk.station.chain, desk.coordinator.annexes, cleared)
    assert found.cleared_by == {"coordinator-1"}
    found = clearance.clearance_of(desk.station.chain, desk.coordinator.annexes, doubted)
    assert found.cleared_by == frozenset()


def forged(number: int) -> dict[str, object]:
    event = {"event": str(Act.CLEAR), "id": f"{number:032x}", "day": "2026-01-20", "after": []}
    return {"kind": KIND, "events": [event]}
