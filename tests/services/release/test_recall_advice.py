"""A correction after publication is a recall: the desk says of which line of which release, and why, and no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.review.review import ReviewState
from testimony.services.incidents import linkage
from testimony.services.ledger.ledger import Reason
from testimony.services.release import desk as release_desk
from testimony.services.release import recall_advice, release
from testimony.services.release.recall_advice import CORRECTED, INCIDENTS, NOT_CLEARED, PERSONS, TWICE, Advice
from testimony.services.review import reviews
from tests.support.services.desks import TODAY
from tests.support.services.release.releases import MECHANISM, Centre, refreshed


@pytest.fixture
def at(releasing_desks: Centre) -> Centre:
    return releasing_desks


def advised(at: Centre, number: int = 2) -> tuple[Advice, ...]:
    by = at[number].by
    return recall_advice.advised(by, release_desk.ledger_of(by))


def left(at: Centre) -> tuple[str, ClassMembers, list[str]]:
    """A release that left, its line of most people, and the testimonies in it."""
    name = at.left(MECHANISM)
    lines = release_desk.ledger_of(at[1].by).batch(name).contents.classes
    line = max(lines, key=lambda one: len(set(one.persons)))
    return name, line, [at.member(member)[1] for member in line.members]


def told(advice: tuple[Advice, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.batch, one.class_id, one.why, one.tids) for one in advice]


def told_by_the_same(at: Centre, like: str, tids: list[str]) -> None:
    lawyer = at.desks["lawyer-1"]
    for tid in tids:
        held = linkage.current_links(lawyer.station.chain, refreshed(lawyer))
        linkage.tell_person(lawyer.station, lawyer.reader, held, tid, like, day=TODAY)
    lawyer.exchange()
    at.meet()


def test_what_a_lawyer_corrected_after_it_left_is_named_with_its_line_at_every_desk(at: Centre) -> None:
    at.recode(at.tids[0], v_acts={"value": ["dogs"]})
    name, line, tids = left(at)
    assert advised(at) == (), "what was corrected before it left is what left"
    at.recode(tids[0], i_date={"value": "2019-05"})  # a line always says when, and not always who
    for number in (1, 2):
        assert told(advised(at, number)) == [(name, line.id, CORRECTED, (tids[0],))]
    release.recall(at[1].by, line.id, Reason.CORRECTION)
    at.meet()
    assert advised(at) == (), "it is done"


def test_a_corrected_count_of_a_line_is_told_and_what_it_does_not_tell_is_not(at: Centre) -> None:
    name, line, tids = left(at)
    at.recode(tids[0], i_tod={"value": "night"})
    assert advised(at) == ()
    at.recode(tids[0], g_same_treat={"value": "no"})
    assert told(advised(at)) == [(name, line.id, CORRECTED, (tids[0],))]


def test_an_account_that_is_cleared_no_more_is_told(at: Centre) -> None:
    name, line, tids = left(at)
    lawyer = at.desks["lawyer-1"]
    lawyer.exchange()
    standing = reviews.review_of(lawyer.station.chain, refreshed(lawyer), tids[1])
    reviews.move(lawyer.station, lawyer.reader, standing, ReviewState.NOT_FOR_RELEASE, day=TODAY)
    lawyer.exchange()
    at.meet()
    assert told(advised(at)) == [(name, line.id, NOT_CLEARED, (tids[1],))]


def test_links_that_leave_a_line_fewer_people_than_it_promises_are_told(at: Centre) -> None:
    name, line, tids = left(at)
    k = release_desk.ledger_of(at[1].by).batch(name).k
    spare = len(set(line.persons)) - k
    at.same_person(tids[0], tids[1])
    told_by_the_same(at, tids[0], tids[2 : spare + 1])
    assert advised(at) == (), "as many as it promises are left"
    told_by_the_same(at, tids[0], tids[spare + 1 : spare + 2])
    assert told(advised(at)) == [(name, line.id, PERSONS, tuple(sorted(tids[: spare + 2])))]


def test_links_that_make_one_pushback_of_a_line_are_told(at: Centre) -> None:
    name, line, tids = left(at)
    lawyer = at.desks["lawyer-2"]
    lawyer.exchange()
    for tid in tids[1:]:
        linkage.same_event(
            lawyer.station,
            lawyer.reader,
            linkage.current_links(lawyer.station.chain, refreshed(lawyer)),
            tids[0],
            tid,
            day=TODAY,
        )
    lawyer.exchange()
    at.meet()
    assert told(advised(at)) == [(name, line.id, INCIDENTS, tuple(sorted(tids)))]


def test_who_was_taken_out_by_a_recall_or_withdrew_is_not_advised_of_again(at: Centre) -> None:
    _, _, tids = left(at)
    at.recode(tids[0], i_date={"value": "2019-05"})
    at.withdraw(tids[0])
    at.meet()
    assert advised(at) == ()


def test_testimonies_that_two_branches_of_the_ledger_published_are_told_with_both_lines(at: Centre) -> None:
    """As the ledger is after a settlement (tests/domain/ledger/test_settle.py): the same people in a second line."""
    name, line, tids = left(at)
    held = release_desk.ledger_of(at[2].by)
    twin = replace(line, id="f" * 32)
    batch = held.batch(name)
    other = replace(batch, name="e" * 32, contents=Contents(classes=(twin,), waiting=()))
    for state in (held.state, held.ahead):
        state.batches |= {one.name: replace(one, settled=True) for one in (batch, other)}
    found = recall_advice.advised(at[2].by, held)
    assert told(found) == [(one, id, TWICE, tuple(sorted(tids))) for one, id in ((name, line.id), ("e" * 32, twin.id))]
