"""Deadlines and tasks at several desks: lawyers learn of them, coordinators never do, and nothing open is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review import agenda
from testimony.domain.review.agenda import LONGEST, Item, Sort, State
from testimony.domain.roles import Audience
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import NOWHERE
from testimony.services.review import agendas
from testimony.services.review.agendas import Agenda, Wish
from testimony.services.review.errors import AgendaRefused
from tests.support.services.desks import TODAY, Desk, desks

COURT = Key(Purpose.COURT, "court-a")
DUE = TODAY + timedelta(days=3)


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def meet(at: dict[str, Desk]) -> None:
    for desk in (*at.values(), *at.values()):
        desk.exchange()


def held(desk: Desk) -> Agenda:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return agendas.read(desk.station, desk.annexes)


def write(desk: Desk, what: str = "Send the reply", *, sort: Sort = Sort.DEADLINE, **more: str) -> str:
    wish = Wish(item=more.get("item", ""), sort=sort, what=what, who=more.get("who", ""), due=more.get("due", str(DUE)))
    return agendas.write(desk.station, desk.reader, held(desk), COURT, wish, day=TODAY)


def mark(desk: Desk, item: str, state: State) -> None:
    agendas.mark(desk.station, desk.reader, held(desk), COURT, item, state, day=TODAY)


def only(desk: Desk) -> Item:
    (item,) = held(desk).of(COURT)
    return item


def say(desk: Desk, value: dict[str, object], *audiences: Audience) -> None:
    more = {"audiences": audiences} if audiences else {}
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, NOWHERE, value, day=TODAY, **more)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)


def test_the_other_lawyer_reads_and_changes_it_and_the_coordinator_never_learns_of_it(at: dict[str, Desk]) -> None:
    first, second, third = at["lawyer-1"], at["lawyer-2"], at["coordinator-1"]
    item = write(first, who="lawyer-2")
    meet(at)
    assert (only(second).now.what, only(second).now.who, only(second).by) == ("Send the reply", "lawyer-2", "lawyer-1")
    mark(second, item, State.DONE)
    meet(at)
    assert (only(first).now.state, only(first).by) == (State.DONE, "lawyer-2")
    assert held(third) == Agenda(items=(), unread=0)
    assert third.annexes.of_kind(agenda.KIND) == []


def test_one_that_is_done_at_one_desk_and_moved_at_another_stays_open_at_both(at: dict[str, Desk]) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    item = write(first)
    meet(at)
    mark(first, item, State.DONE)
    write(second, item=item, due=str(DUE + timedelta(days=30)))
    meet(at)
    assert only(first) == only(second)
    assert (only(first).now.state, only(first).now.due) == (State.OPEN, DUE + timedelta(days=30))
    assert [one.signer for one in only(first).others] == ["lawyer-1"]


def test_a_day_in_the_past_is_taken_and_a_task_needs_none(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    write(desk, due="2020-02-29")
    write(desk, sort=Sort.TASK, due="")
    assert [one.now.due and one.now.due.isoformat() for one in held(desk).of(COURT)] == ["2020-02-29", None]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"what": " \n "}, "empty"),
        ({"what": "x" * 90_000}, "long"),
        ({"what": "x" * (LONGEST + 1)}, "long"),
        ({"due": ""}, "day"),
        ({"due": "2026-02-30"}, "day"),
        ({"due": "20260220"}, "day"),
        ({"who": "coordinator-1"}, "person"),
        ({"item": "0" * 32}, "other"),
    ],
)
def test_what_does_not_fit_changes_nothing(at: dict[str, Desk], more: dict[str, str], reason: str) -> None:
    desk = at["lawyer-1"]
    with pytest.raises(AgendaRefused) as refused:
        write(desk, **more)
    assert (refused.value.reason, held(desk).items) == (reason, ())


def test_a_coordinator_writes_none_and_what_their_key_signed_counts_for_nothing(at: dict[str, Desk]) -> None:
    lawyer, desk = at["lawyer-1"], at["coordinator-1"]
    with pytest.raises(AgendaRefused) as refused:
        write(desk)
    assert refused.value.reason == "role"
    write(lawyer)
    forged = only(lawyer).now.to_value() | {"id": "a" * 32, "state": "DELETED", "after": [only(lawyer).now.id]}
    say(desk, forged)
    meet(at)
    assert (only(lawyer).now.state, held(lawyer).unread) == (State.OPEN, 1)


def close(desk: Desk, why: str = "Friendly settlement", due: str = str(TODAY)) -> str:
    return write(desk, why, sort=Sort.CLOSING, due=due)


def test_a_closed_case_is_closed_at_the_other_desk_and_opened_again_there(at: dict[str, Desk]) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    task = write(first, sort=Sort.TASK)
    item = close(first)
    meet(at)
    closing = held(second).closing(COURT)
    assert closing is not None
    assert (closing.now.what, closing.now.due, closing.by) == ("Friendly settlement", TODAY, "lawyer-1")
    assert [one.id for one in held(second).of(COURT, Sort.TASK)] == [task], "what was open stays"
    assert held(at["coordinator-1"]).items == ()
    mark(second, item, State.OPEN)
    meet(at)
    assert (held(first).closing(COURT), held(second).closing(COURT)) == (None, None)


def test_two_desks_that_close_it_apart_mean_the_same_end_and_open_wins_over_closed(at: dict[str, Desk]) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    assert close(first, "Judgment", due=str(TODAY - timedelta(days=3))) == close(second, "Settled")
    meet(at)
    for desk in (first, second):
        closing = held(desk).closing(COURT)
        assert closing is not None
        assert (closing.now.what, [one.entry.what for one in closing.others]) == ("Judgment", ["Settled"])
    mark(first, closing.id, State.OPEN)
    close(second, "Settled after all")
    meet(at)
    assert (held(first).closing(COURT), held(second).closing(COURT)) == (None, None)


@pytest.mark.parametrize(
    ("why", "due", "reason"),
    [
        (" ", str(TODAY), "empty"),
        ("x" * (LONGEST + 1), str(TODAY), "long"),
        ("Judgment", "", "day"),
        ("Judgment", str(TODAY + timedelta(days=1)), "future"),
    ],
)
def test_without_a_reason_or_a_day_that_has_come_no_case_is_closed(
    at: dict[str, Desk], why: str, due: str, reason: str
) -> None:
    with pytest.raises(AgendaRefused) as refused:
        close(at["lawyer-1"], why, due)
    assert refused.value.reason == reason
    assert held(at["lawyer-1"]).items == ()


def test_a_closed_case_takes_nothing_new_and_what_is_in_it_can_still_be_changed(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    item, end = write(desk), close(desk)
    for sort in (Sort.DEADLINE, Sort.TASK):
        with pytest.raises(AgendaRefused) as refused:
            write(desk, "One more", sort=sort)
        assert refused.value.reason == "closed"
    assert len(held(desk).items) == 2
    write(desk, "Send the longer reply", item=item)
    mark(desk, end, State.OPEN)
    write(desk, "One more")
    assert {one.now.what for one in held(desk).of(COURT, Sort.DEADLINE)} == {"Send the longer reply", "One more"}


def test_a_deadline_that_the_closing_desk_did_not_know_still_reminds(at: dict[str, Desk]) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    for due in (TODAY - timedelta(days=1), TODAY, DUE):
        write(second, due=str(due))
    write(second, sort=Sort.TASK)
    close(first)
    meet(at)
    for desk in (first, second):
        noted = held(desk)
        found = [one.now for one in noted.of(COURT) if one.now.sort is not Sort.CLOSING]
        assert len(found) == 4
        assert [one.due for one in found if noted.reminds(COURT, one.sort, one.due)] == [TODAY, DUE]


def test_no_deadline_hides_the_end_of_its_case(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    write(desk)
    value = only(desk).now.to_value() | {"id": "a" * 32, "item": agenda.closing_of(COURT)}
    say(desk, value, Audience.LAWYERS)
    close(desk)
    assert held(desk).closing(COURT) is not None
    assert held(desk).unread == 1


@pytest.mark.parametrize("state", [State.DONE, State.DELETED])
def test_a_closing_is_neither_done_nor_crossed_out(at: dict[str, Desk], state: State) -> None:
    item = close(at["lawyer-1"])
    with pytest.raises(AgendaRefused) as refused:
        mark(at["lawyer-1"], item, state)
    assert refused.value.reason == "other"
