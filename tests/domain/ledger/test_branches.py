"""Of another branch only what two people made counts, and a line ends where something does not count."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.ledger.acts import Act, Entry
from testimony.domain.ledger.branches import line_of, made_by_two, prevs_of, standing
from testimony.domain.ledger.state import Signed
from tests.support.domain.ledger_entries import DAY, hexed

BATCH = hexed("batch", 16)


def said(act: Act, by: str, after: str = "", **changes: Any) -> Signed:
    words = {"name": BATCH} if act is Act.BATCH else {"batch": BATCH}
    entry = Entry(act=act, day=DAY, prev=after, said=words)
    return Signed(**{"name": hexed((act, by, after)), "by": by, "may": True, "entry": entry, **changes})


def steps(**changes: Any) -> tuple[Signed, Signed, Signed]:
    """eva proposes, omar approves, eva lets leave, each after the one before; `changes` of those who do."""
    batch = said(Act.BATCH, changes.get("proposes", "eva"), hexed("before"), may=changes.get("may_propose", True))
    approval = said(Act.APPROVE, changes.get("approves", "omar"), batch.name, may=changes.get("may_approve", True))
    after = changes.get("leaves_after", approval.name)
    return batch, approval, said(Act.LEAVE, "eva", after, may=changes.get("may_leave", True))


def found(*entries: Signed) -> list[Signed]:
    return made_by_two(
        [one for one in entries if one.entry.act is Act.BATCH],
        entries,
        prevs_of((one.name, one.entry) for one in entries),
    )


def test_what_another_person_approved_and_then_left_was_made_by_two() -> None:
    batch, *others = steps()
    assert found(batch, *others) == [batch]


@pytest.mark.parametrize(
    "changes",
    [
        {"approves": "eva"},
        {"may_propose": False},
        {"may_approve": False},
        {"may_leave": False},
        {"leaves_after": hexed("elsewhere")},
    ],
)
def test_without_a_second_person_who_may_and_a_leaving_behind_the_approval_it_was_not(changes: dict[str, Any]) -> None:
    assert found(*steps(**changes)) == []


def test_an_approval_or_a_leaving_alone_is_not_enough() -> None:
    batch, approval, leaving = steps()
    assert found(batch, approval) == []
    assert found(batch, leaving) == []


def test_an_approval_of_another_branch_is_none_of_this_batch() -> None:
    batch, _, _ = steps()
    approval = said(Act.APPROVE, "omar", hexed("another branch"))
    assert found(batch, approval, said(Act.LEAVE, "eva", approval.name)) == []


def test_a_line_ends_where_an_entry_does_not_count_is_not_known_or_comes_again() -> None:
    batch, approval, leaving = steps()
    known = {one.name: one for one in (batch, approval, leaving)}
    assert line_of(leaving.name, known, ()) == (batch, approval, leaving)
    assert line_of(leaving.name, known, {approval.name}) == (leaving,)
    assert line_of(leaving.name, known, {leaving.name}) == ()
    del known[approval.name]
    assert line_of(leaving.name, known, ()) == (leaving,)
    circle = said(Act.APPROVE, "omar", leaving.name, name=approval.name)
    assert line_of(leaving.name, known | {circle.name: circle}, ()) == (circle, leaving)


def test_a_batch_that_was_cancelled_stands_no_more() -> None:
    batch, approval, _ = steps()
    assert standing([batch, approval]) == {BATCH}
    assert standing([batch, said(Act.CANCEL, "eva", batch.name)]) == set()
