"""How a story stands is the same at every desk, in whatever order the acts came."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.stories.fold import Signed, Standing, fold
from testimony.domain.stories.story import Act, Entry, Story

TID, DAY = "1" * 32, date(2026, 1, 20)


def story(**more: object) -> Story:
    value = {
        "id": "a" * 32, "of": "b" * 64, "lang": "en", "title": "At night", "month": "2025-07", "border": "HUN-SRB:all",
        "people": 12, "answers": {"x_actors": ["police"]}, "losses": {"d_dead": 1}, "paragraphs": ["We left."],
    }  # fmt: skip
    return Story.parse(value | more)


def said(act: Act, by: str, about: Story | None = None, day: date = DAY) -> Signed:
    found = about or story()
    entry = (
        Entry.proposing(found, day) if act is Act.PROPOSE else Entry(act=act, id=found.id, digest=found.digest, day=day)
    )
    return Signed(entry=Entry.parse(entry.to_value()), tid=TID, by=by)


def only(*acts: Signed) -> Standing:
    ways = [fold(order) for order in itertools.permutations(acts)]
    assert all(one == ways[0] for one in ways)
    (found,) = ways[0]
    return found


def test_the_author_does_not_approve_and_an_approval_is_for_one_text() -> None:
    other = story(title="By day")
    alone = only(said(Act.PROPOSE, "lawyer-1"), said(Act.APPROVE, "lawyer-1"), said(Act.APPROVE, "lawyer-2", other))
    assert alone.approved is None
    both = only(said(Act.PROPOSE, "lawyer-1"), said(Act.APPROVE, "lawyer-1"), said(Act.APPROVE, "lawyer-2"))
    assert (both.approved, both.approved_by) == (DAY, "lawyer-2")


def test_what_was_recalled_stays_so_and_an_approval_alone_still_names_a_story() -> None:
    later = date(2026, 2, 1)
    found = only(said(Act.APPROVE, "lawyer-2", day=later), said(Act.RECALL, "lawyer-1"))
    assert (found.story, found.recalled, found.approved) == (None, DAY, later)


def test_of_two_proposals_with_one_id_none_counts() -> None:
    assert fold([said(Act.PROPOSE, "lawyer-1"), said(Act.PROPOSE, "lawyer-2", story(title="By day"))]) == []


@pytest.mark.parametrize(
    "more",
    [
        {"title": " "}, {"title": "x" * 121}, {"month": "2025-7"}, {"border": "HUN"}, {"people": 0}, {"people": True},
        {"answers": {"x_actors": ["police", "police"]}}, {"answers": {"w_age": ["a18to24"]}},
        {"answers": {"v_acts": []}},
        {"losses": {"d_dead": 0}}, {"losses": {"v_injury": 1}}, {"paragraphs": []}, {"paragraphs": ["x" * 100_001]},
        {"more": 1},
    ],
)  # fmt: skip
def test_what_no_desk_could_have_made_is_not_read(more: dict[str, object]) -> None:
    with pytest.raises(EventUnreadable):
        story(**more)
