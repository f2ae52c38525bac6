"""Settling: two say the same, every branch counts as left, and of what opens to nobody all counts as published."""

from __future__ import annotations

import random

import pytest

from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import Act, Reason
from testimony.domain.ledger.branches import name_of
from testimony.domain.ledger.ledger import Stage
from tests.support.domain.ledger import FIRST, SECOND, left, proposed, reason
from tests.support.domain.ledger_entries import DAY, FLOOR, KEY, PROFILE, Log, hexed, holding, of, opened
from tests.support.domain.settle import THIRD, closed_entry, forked, meet, members, other_branch, settle

OTHER_KEY = "22" * 32


def test_without_a_settlement_the_log_decides_and_what_the_other_branch_let_leave_is_not_released_again() -> None:
    log, _ = forked()
    held = log.ledger()
    assert list(held.batches) == [FIRST]
    assert set(held.published) == members(range(9)), "also to desks that never accepted the other"


@pytest.mark.parametrize("by", ["ana", "ana ana"])
def test_one_person_alone_settles_nothing(by: str) -> None:
    log, heads = forked()
    before = log.ledger()
    held = settle(log, heads=tuple(heads), by=by)
    assert held.settlements == ()
    assert (held.head, held.published) == (before.head, before.published)


def test_who_may_not_write_settles_nothing() -> None:
    log, heads = forked()
    said = {"closed": (), "heads": tuple(sorted(heads))}
    log.say(Act.SETTLE, said, by="ana")
    assert log.say(Act.SETTLE, said, by="ben", may=False).settlements == ()


def test_both_branches_count_as_left_and_what_is_in_either_never_leaves_again() -> None:
    log, heads = forked()
    held = settle(log, heads=tuple(heads))
    assert {name: batch.stage for name, batch in held.batches.items()} == {FIRST: Stage.LEFT, SECOND: Stage.LEFT}
    assert set(held.published) == members(range(9))
    assert held.twice == members(range(3, 6)), "that cannot be undone, and is told"
    assert len(held.lines_of[of("member", 4)]) == 2
    assert held.head == name_of((), heads)
    for people in (range(2, 8), range(8, 14)):
        assert reason(proposed(log, THIRD, holding(THIRD, people))) == "once"
    held = left(log, THIRD, holding(THIRD, range(9, 15)))
    assert held.batches[THIRD].stage is Stage.LEFT, "and it goes on"
    assert held.twice == members(range(3, 6))
    assert not any(one.batch in (FIRST, SECOND) for one in held.overtaken), "of these something left"


def test_nobody_hands_out_what_counts_as_left_by_a_settlement_and_what_was_stays_known() -> None:
    log, heads = forked()
    log.say(Act.HANDED, {"batch": FIRST, "recipient": "P06", "sha256": hexed((FIRST, "P06"))}, by="ana")
    held = settle(log, heads=tuple(heads))
    assert held.batches[FIRST].left == {"P06": "ana"}
    assert held.batches[SECOND].left == {"P06": ""}
    assert held.batches[SECOND].settled


def test_what_one_branch_cancelled_and_the_other_let_leave_has_left() -> None:
    log = opened()
    proposed(log, FIRST, holding(FIRST, range(6)))
    other = other_branch(log)
    log.say(Act.CANCEL, {"batch": FIRST}, by="ben")
    other.say(Act.APPROVE, {"batch": FIRST}, by="ben")
    other.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P06",)})
    heads = meet(log, other)
    assert log.ledger().published == {}
    held = settle(log, heads=tuple(heads))
    assert held.batches[FIRST].stage is Stage.LEFT
    assert set(held.published) == members(range(6))


def test_what_both_branches_cancelled_is_free() -> None:
    log = opened()
    proposed(log, FIRST, holding(FIRST, range(6)))
    other = other_branch(log)
    for one, by in ((log, "ben"), (other, "eva")):
        one.say(Act.CANCEL, {"batch": FIRST}, by=by)
    held = settle(log, heads=tuple(meet(log, other)))
    assert held.published == {}
    assert SECOND in proposed(log, SECOND, holding(SECOND, range(6))).batches


def test_what_was_still_under_way_in_a_branch_counts_as_left_too() -> None:
    log = opened()
    other = other_branch(log)
    proposed(log, FIRST, holding(FIRST, range(6)))
    proposed(other, SECOND, holding(SECOND, range(6, 12)))
    held = settle(log, heads=tuple(meet(log, other)))
    assert set(held.published) == members(range(12))
    assert held.open_batch is None


def test_two_cohorts_of_one_line_are_all_of_it() -> None:
    """Each branch drew its own: together they may leave too few behind."""
    log = opened()
    held = left(log, FIRST, holding(FIRST, range(60)))
    (row,) = held.batches[FIRST].contents.classes
    other = other_branch(log)
    for one, wanted in ((log, of("member", 7)), (other, of("member", 8))):
        one.say(Act.RECALL, {"class": row.id, "reason": Reason.DEMAND, "wanted": (wanted,)})
    held = settle(log, heads=tuple(meet(log, other)))
    assert held.recalled[row.id].whole


def test_a_branch_with_another_key_is_known_by_its_own_pseudonyms() -> None:
    log = Log()
    other = other_branch(log)
    log.say(Act.OPEN, {"key": KEY, "floor": FLOOR})
    other.say(Act.OPEN, {"key": OTHER_KEY, "floor": FLOOR})
    held = settle(log, heads=tuple(meet(log, other)))
    assert held.key.hex() == KEY
    assert len(held.aliases("a manifest")) == 2
    assert held.member("a manifest") in held.aliases("a manifest")


@pytest.mark.parametrize("act", [Act.AUXILIARY, Act.PROFILE])
def test_what_opens_to_nobody_else_holds_back_all_that_had_come_and_every_desk_has_the_same_ledger(act: Act) -> None:
    log = opened()
    proposed(log, FIRST, holding(FIRST, range(6)))
    name = closed_entry(log, act)
    head = log.ledger().head if act is Act.AUXILIARY else log.entries[-2].name
    held = settle(log, closed=(name,), heads=(head,), by="ben eva")
    assert held.state.held_before == held.settlements[0].place
    assert held.batches[FIRST].stage is Stage.LEFT, "it may have been let leave"
    assert held.open_batch is None
    assert held.head == name_of((name,), (head,))
    without = ledger_fold.fold([one for one in log.entries if one.name != name], log.unpack)
    assert (without.state, without.published) == (held.state, held.published)
    assert left(log, SECOND, holding(SECOND, range(6, 12))).batches[SECOND].stage is Stage.LEFT


def test_what_others_wrote_behind_a_closed_entry_counts_as_left() -> None:
    log = opened()
    before = log.ledger().head
    name = closed_entry(log, Act.PROFILE)
    more = {"profile": name_of_profile_of(log)}
    said = log.batch(FIRST, holding(FIRST, range(6))) | more
    log.say(Act.BATCH, said, by="ben")
    held = settle(log, closed=(name,), heads=(before,), by="ben eva")
    assert set(held.published) == members(range(6))


def name_of_profile_of(log: Log) -> str:
    return next(iter(log.ledger().state.profiles))


def test_the_order_in_which_the_words_came_changes_nothing() -> None:
    log, heads = forked()
    settle(log, heads=tuple(heads), by="ben ana eva")
    held = left(log, THIRD, holding(THIRD, range(9, 15)))
    for seed in range(10):
        entries = list(log.entries)
        random.Random(seed).shuffle(entries)
        other = ledger_fold.fold(entries, log.unpack)
        assert (other.state, other.chain, other.published) == (held.state, held.chain, held.published)


def test_the_ledger_before_a_batch_knows_the_settlement_that_came_before_it() -> None:
    log, heads = forked()
    then = settle(log, heads=tuple(heads))
    held = left(log, THIRD, holding(THIRD, range(9, 15)))
    assert held.before(THIRD).state == then.state
    assert held.before(FIRST).published == {}


def test_a_second_settlement_goes_on_from_the_first() -> None:
    log, heads = forked()
    settle(log, heads=tuple(heads))
    name = closed_entry(log)
    held = settle(log, closed=(name,), heads=(log.ledger().head,), by="ben eva")
    assert [len(one.heads) for one in held.settlements] == [2, 1]
    assert set(held.published) == members(range(9))
    assert log.ledger().last == DAY


def test_where_nobody_opens_how_it_began_it_begins_anew() -> None:
    log = Log()
    log.say(Act.OPEN, {"key": OTHER_KEY, "floor": FLOOR})
    name = log.entries[-1].name
    held = settle(log, closed=(name,), by="ben eva")
    assert (held.key, held.head) == (b"", "")
    assert held.state.held_before is not None
    held = log.say(Act.OPEN, {"key": KEY, "floor": FLOOR}, by="ben")
    assert held.key.hex() == KEY
    log.say(Act.PROFILE, {"profile": PROFILE})
    assert left(log, FIRST, holding(FIRST, range(6))).batches[FIRST].stage is Stage.LEFT
