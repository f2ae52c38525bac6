"""The fold of a review: moves that are allowed, two people for a clearing, desks that did not know of each other."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.errors import EventUnreadable
from testimony.domain.review.review import (
    CARE,
    MOVES,
    Act,
    Review,
    ReviewEvent,
    ReviewState,
    Signed,
    content_of,
    events_of,
    fold,
)

DAY = date(2026, 1, 20)


class Desk:
    """A lawyer at a desk that has seen `said`."""

    numbers = 0

    def __init__(self, who: str, *said: Signed) -> None:
        self.who = who
        self.said = list(said)

    def move(self, to: ReviewState | str, *, role: str = "lawyer", active: bool = True) -> Signed:
        return self._say(Act.MOVE, str(to), role, active)

    def assign(self, to: str) -> Signed:
        return self._say(Act.ASSIGN, to, "lawyer", True)

    def _say(self, act: Act, to: str, role: str, active: bool) -> Signed:
        Desk.numbers += 1
        event = ReviewEvent(id=f"{Desk.numbers:032x}", act=act, to=to, day=DAY, after=fold(self.said).seen)
        signed = Signed(event=event, signer=self.who, role=role, active=active)
        self.said.append(signed)
        return signed

    @property
    def review(self) -> Review:
        return fold(self.said)


def meet(*desks: Desk) -> Review:
    """The desks exchange all that was said."""
    everything = {one for desk in desks for one in desk.said}
    for desk in desks:
        desk.said = list(everything)
    return fold(everything)


def in_review(*names: str) -> list[Desk]:
    first = Desk(names[0])
    first.move(ReviewState.IN_REVIEW)
    return [first, *(Desk(name, *first.said) for name in names[1:])]


def test_what_nobody_said_anything_about_is_new() -> None:
    assert (fold([]).state, fold([]).moves, fold([]).assigned) == (ReviewState.NEW, (ReviewState.IN_REVIEW,), ())


@pytest.mark.parametrize("to", [state for state in ReviewState if state is not ReviewState.NEW])
@pytest.mark.parametrize("at", ReviewState)
def test_only_allowed_moves_count(at: ReviewState, to: ReviewState) -> None:
    anna, boris = in_review("anna", "boris")
    if at is ReviewState.NEW:
        anna.said.clear()
    elif at is ReviewState.CLEARED:
        anna.move(ReviewState.CLEARED)
        meet(anna, boris)
        boris.move(ReviewState.CLEARED)
        meet(anna, boris)
    elif at is not ReviewState.IN_REVIEW:
        anna.move(at)
    assert anna.review.state is at
    anna.move(to)
    allowed = to in MOVES[at] or to is at
    assert ("move" in anna.review.ignored) is not allowed
    if allowed and to is not ReviewState.CLEARED:
        assert anna.review.state is to


def test_clearing_takes_two_people_and_one_alone_has_proposed_it() -> None:
    anna, boris = in_review("anna", "boris")
    anna.move(ReviewState.CLEARED)
    anna.move(ReviewState.CLEARED)
    assert (anna.review.state, anna.review.waits_for_second) == (ReviewState.IN_REVIEW, True)
    meet(anna, boris)
    boris.move(ReviewState.CLEARED)
    found = meet(anna, boris)
    assert (found.state, found.cleared_by) == (ReviewState.CLEARED, {"anna", "boris"})


def test_two_who_clear_without_knowing_of_each_other_have_cleared_it() -> None:
    anna, boris = in_review("anna", "boris")
    anna.move(ReviewState.CLEARED)
    boris.move(ReviewState.CLEARED)
    assert meet(anna, boris).state is ReviewState.CLEARED


def test_a_doubt_that_a_clearing_had_not_seen_takes_it_away() -> None:
    anna, boris, chloe = in_review("anna", "boris", "chloe")
    anna.move(ReviewState.CLEARED)
    boris.move(ReviewState.CLEARED)
    chloe.move(ReviewState.NEEDS_INFORMATION)
    found = meet(anna, boris, chloe)
    assert (found.state, found.cleared_by) == (ReviewState.NEEDS_INFORMATION, frozenset())


@pytest.mark.parametrize("doubt", [ReviewState.IN_REVIEW, ReviewState.NOT_FOR_RELEASE])
def test_a_clearing_ends_with_the_next_move(doubt: ReviewState) -> None:
    anna, boris = in_review("anna", "boris")
    for desk in (anna, boris):
        desk.move(ReviewState.CLEARED)
        meet(anna, boris)
    boris.move(doubt)
    assert meet(anna, boris).state is doubt
    assert not anna.review.waits_for_second


def test_of_two_moves_that_knew_nothing_of_each_other_the_more_careful_stands() -> None:
    anna, boris = in_review("anna", "boris")
    anna.move(ReviewState.NEEDS_INFORMATION)
    boris.move(ReviewState.NOT_FOR_RELEASE)
    assert meet(anna, boris).state is ReviewState.NOT_FOR_RELEASE
    assert sorted(CARE, key=CARE.__getitem__)[-1] is ReviewState.NOT_FOR_RELEASE


@pytest.mark.parametrize(
    ("role", "active", "why"),
    [("coordinator", True, "role"), ("interviewer", True, "role"), ("lawyer", False, "inactive")],
)
def test_a_clearing_by_who_may_not_clears_nothing(role: str, active: bool, why: str) -> None:
    anna, boris = in_review("anna", "boris")
    anna.move(ReviewState.CLEARED)
    meet(anna, boris)
    boris.move(ReviewState.CLEARED, role=role, active=active)
    found = meet(anna, boris)
    assert (found.state, list(found.ignored)) == (ReviewState.IN_REVIEW, [why])


def test_a_restriction_by_a_lawyer_who_left_still_counts() -> None:
    (anna,) = in_review("anna")
    anna.move(ReviewState.NOT_FOR_RELEASE, active=False)
    assert anna.review.state is ReviewState.NOT_FOR_RELEASE


def test_it_is_assigned_to_whom_was_named_last_or_to_both() -> None:
    anna, boris = in_review("anna", "boris")
    anna.assign("boris")
    anna.assign("chloe")
    assert anna.review.assigned == ("chloe",)
    boris.assign("boris")
    assert meet(anna, boris).assigned == ("boris", "chloe")
    boris.assign("")
    assert (meet(anna, boris).assigned, anna.review.state) == ((), ReviewState.IN_REVIEW)


def test_two_acts_of_one_number_count_for_nothing() -> None:
    (anna,) = in_review("anna")
    one = anna.move(ReviewState.NOT_FOR_RELEASE)
    other = Signed(event=ReviewEvent(id=one.event.id, act=Act.MOVE, to="cleared", day=DAY), signer="eve", role="lawyer")
    found = fold([*anna.said, other])
    assert (found.state, len(found.ignored["twice"])) == (ReviewState.IN_REVIEW, 2)


def test_who_may_not_review_makes_no_lawyers_act_void_by_giving_its_number_again() -> None:
    (anna,) = in_review("anna")
    one = anna.move(ReviewState.NOT_FOR_RELEASE)
    event = ReviewEvent(id=one.event.id, act=Act.MOVE, to="in_review", day=DAY)
    found = fold([*anna.said, Signed(event=event, signer="carl", role="coordinator")])
    assert (found.state, list(found.ignored)) == (ReviewState.NOT_FOR_RELEASE, ["role"])


def test_acts_that_name_each_other_are_read_to_their_end() -> None:
    ring = [
        Signed(
            event=ReviewEvent(id=f"{own:032x}", act=Act.MOVE, to="in_review", day=DAY, after=frozenset({f"{of:032x}"})),
            signer="eve",
            role="lawyer",
        )
        for own, of in ((1, 2), (2, 1), (3, 3))
    ]
    assert fold(ring).state is ReviewState.IN_REVIEW


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([*ReviewState][1:]), st.booleans()), max_size=14),
    st.randoms(),
)
def test_desks_come_to_the_same_in_whatever_order_it_came(
    steps: list[tuple[int, ReviewState, bool]], shuffle: random.Random
) -> None:
    """And what is cleared was cleared by two people who had seen every other move."""
    desks = [Desk("anna"), Desk("boris"), Desk("chloe")]
    for who, to, exchanged in steps:
        desks[who].move(to)
        if exchanged:
            meet(desks[who], desks[(who + 1) % 3])
    found = meet(*desks)
    said = list(desks[0].said)
    shuffle.shuffle(said)
    again = fold(said)
    assert (again.state, again.said, again.cleared_by) == (found.state, found.said, found.cleared_by)
    if found.state is ReviewState.CLEARED:
        clearing = [one for one in found.said if one.event.to == ReviewState.CLEARED and one.signer in found.cleared_by]
        others = {one.event.id for one in found.said if one.event.to != ReviewState.CLEARED}
        assert len({one.signer for one in clearing if others <= found.behind[one.event.id]}) >= 2


def test_what_was_said_is_read_as_it_was_written() -> None:
    anna, boris = in_review("anna", "boris")
    boris.assign("anna")
    for one in (*anna.said, *boris.said):
        assert events_of(content_of(one.event)) == (one.event,)


SOUND = {"event": "MOVE", "id": "0" * 32, "to": "cleared", "day": "2026-01-20", "after": []}
UNSOUND: list[dict[str, object]] = [
    {"event": "FLY"}, {"id": "0"}, {"id": 7}, {"to": "new"}, {"to": "gone"}, {"to": None}, {"to": "\u202e"},
    {"day": "2026-02-30"}, {"day": 7}, {"after": None}, {"after": ["x"]}, {"after": [None]},
]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"events": []}, {"events": [7]}, {"events": {}}, {"events": [{}] * 65},
     *({"events": [SOUND | bad]} for bad in UNSOUND)],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(value: object) -> None:
    with pytest.raises(EventUnreadable):
        events_of(value)


def test_days_alone_decide_nothing() -> None:
    """A desk whose clock is wrong by a year loses and wins nothing: what it had seen counts."""
    (anna,) = in_review("anna")
    anna.move(ReviewState.NEEDS_INFORMATION)
    late = anna.said[-1]
    early = Signed(
        event=ReviewEvent(
            id="f" * 32, act=Act.MOVE, to="in_review", day=DAY - timedelta(days=365), after=anna.review.seen
        ),
        signer="boris",
        role="lawyer",
    )
    assert fold([*anna.said, early]).state is ReviewState.IN_REVIEW
    assert late.event.id in fold([*anna.said, early]).behind["f" * 32]
