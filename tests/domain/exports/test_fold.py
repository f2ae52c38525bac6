"""How proposed exports stand is the same at every desk, in whatever order the acts came."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.exports.approval import Act, Entry, Proposal
from testimony.domain.exports.fold import STANDS, Approvals, Signed, Standing, State, fold

DAY = date(2026, 1, 20)
PROPOSAL = Proposal(use=Key(Purpose.COURT, "court"), form="csv", sealed=True, tids=("1" * 32, "2" * 32))
PROPOSED = Entry(act=Act.PROPOSE, id="a" * 32, day=DAY, proposal=PROPOSAL)
RULE = Entry(act=Act.REQUIRE, id="b" * 32, day=DAY)
RELAXED = Entry(act=Act.RELAX, id="c" * 32, day=DAY, ends=(RULE.id,))


def signed(by: str, entry: Entry) -> Signed:
    return Signed(entry=Entry.parse(entry.to_value()), by=by)


def on(act: Act, by: str, about: Entry = PROPOSED, day: date = DAY) -> Signed:
    return signed(by, Entry(act=act, id=about.id, day=day, digest=about.about))


def folded(*acts: Signed, at: date = DAY) -> Approvals:
    ways = [fold(order, at) for order in itertools.permutations(acts)]
    assert all(one == ways[0] for one in ways)
    return ways[0]


def only(*acts: Signed, at: date = DAY) -> Standing:
    (found,) = folded(*acts, at=at).held
    return found


def test_the_author_does_not_approve_and_an_approval_is_for_exactly_one_list_use_and_reader() -> None:
    first = signed("lawyer-1", PROPOSED)
    others = [
        replace(PROPOSED, proposal=replace(PROPOSAL, tids=("1" * 32,))),
        replace(PROPOSED, proposal=replace(PROPOSAL, use=Key(Purpose.LAWYER, "lawyers"))),
        replace(PROPOSED, proposal=replace(PROPOSAL, sealed=False)),
    ]
    assert only(first, on(Act.APPROVE, "lawyer-1")).state is State.WAITING
    for other in others:
        assert only(first, on(Act.APPROVE, "lawyer-2", other)).state is State.WAITING
    found = only(first, on(Act.APPROVE, "lawyer-2"), on(Act.APPROVE, "lawyer-1"))
    assert (found.state, found.decided_by) == (State.APPROVED, "lawyer-2")


def test_a_refusal_counts_before_an_approval_and_two_proposals_of_one_id_count_for_nothing() -> None:
    first = signed("lawyer-1", PROPOSED)
    assert only(first, on(Act.APPROVE, "lawyer-2"), on(Act.REFUSE, "lawyer-3")).state is State.REFUSED
    assert only(first, on(Act.APPROVE, "lawyer-2"), on(Act.REFUSE, "lawyer-1")).state is State.REFUSED
    assert folded(first, signed("lawyer-2", replace(PROPOSED, day=DAY - timedelta(1)))).held == ()


def test_after_fourteen_days_nothing_is_approved_and_nothing_leaves() -> None:
    first, late = signed("lawyer-1", PROPOSED), DAY + STANDS + timedelta(1)
    approved = on(Act.APPROVE, "lawyer-2", day=DAY + STANDS)
    assert only(first, approved, at=DAY + STANDS).state is State.APPROVED
    assert only(first, approved, at=late).state is State.EXPIRED
    assert only(first, on(Act.APPROVE, "lawyer-2", day=late), at=DAY).state is State.WAITING


def test_one_lawyer_makes_the_rule_and_two_end_it_but_no_later_one() -> None:
    rule, relaxed = signed("lawyer-1", RULE), signed("lawyer-1", RELAXED)
    assert folded(rule).required == folded(rule, relaxed).required == {RULE.id}
    assert folded(rule, relaxed, on(Act.APPROVE, "lawyer-1", RELAXED)).required == {RULE.id}
    ended = (rule, relaxed, on(Act.APPROVE, "lawyer-2", RELAXED))
    assert folded(*ended).required == folded(*ended, at=DAY + 10 * STANDS).required == frozenset()
    assert folded(*ended, signed("lawyer-2", replace(RULE, id="d" * 32))).required == {"d" * 32}


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "ALLOW"},
        {"id": "1"},
        {"day": "2026-02-30"},
        {"proposal": None},
        {"proposal": {**PROPOSAL.to_value(), "tids": []}},
        {"proposal": {**PROPOSAL.to_value(), "tids": ["1" * 32, "1" * 32]}},
        {"proposal": {**PROPOSAL.to_value(), "purpose": "P99"}},
        {"proposal": {**PROPOSAL.to_value(), "recipient": ""}},
        {"proposal": {**PROPOSAL.to_value(), "sealed": "yes"}},
        {"proposal": {**PROPOSAL.to_value(), "more": 1}},
        {"event": "APPROVE", "digest": "1"},
        {"event": "RELAX", "ends": []},
    ],
)
def test_what_has_another_form_is_not_read(wrong: dict[str, object]) -> None:
    with pytest.raises(EventUnreadable):
        Entry.parse({**PROPOSED.to_value(), **wrong})
