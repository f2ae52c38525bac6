"""Settling, misused by one coordinator: nothing is forgotten by it, nothing blocks for ever, all desks stay alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import Act, Entry
from testimony.domain.ledger.branches import name_of
from testimony.domain.ledger.ledger import Ledger, Stage
from testimony.domain.ledger.state import Signed, pseudonym
from testimony.services.ledger import ledger
from testimony.services.release import desk as release_desk
from tests.support.domain.ledger import FIRST, SECOND, left, proposed, reason
from tests.support.domain.ledger_entries import DAY, FLOOR, KEY, PROFILE, Log, hexed, holding, of, opened
from tests.support.domain.settle import THIRD, closed_entry, forked, meet, members, other_branch, settle

HANDED = {"batch": FIRST, "recipient": "P06", "sha256": hexed((FIRST, "P06"))}


def without(log: Log, *names: str) -> Ledger:
    """As a desk has it where these entries do not open."""
    return ledger_fold.fold([one for one in log.entries if one.name not in names], log.unpack)


def test_a_name_that_both_branches_used_hides_no_release() -> None:
    """Who proposes names the batch: two different ones under one name are two all the same."""
    log = opened()
    other = other_branch(log)
    left(log, FIRST, holding(FIRST, range(6)))
    left(other, FIRST, holding(FIRST, range(6, 12)))
    held = settle(log, heads=tuple(meet(log, other)))
    assert set(held.published) == members(range(12))
    assert [batch.stage for batch in held.batches.values()] == [Stage.LEFT] * 2
    assert reason(proposed(log, THIRD, holding(THIRD, range(6, 12)))) == "once"


@pytest.mark.parametrize("kind", ["small", "parts", "edited", "floor", "twice", "recipients"])
def test_what_no_desk_could_have_accepted_in_any_branch_counts_for_nothing_when_it_is_settled(kind: str) -> None:
    """One coordinator could hold up everything for good by an entry that any settlement takes up."""
    log, heads = forked()
    held = log.ledger()
    bad = holding(THIRD, range(30, 33) if kind == "small" else range(30, 36))
    if kind == "twice":
        bad = holding(THIRD, range(30, 36), range(33, 40))
    if kind == "edited":
        bad = replace(bad, classes=(replace(bad.classes[0], id=held.batches[FIRST].contents.classes[0].id),))
    said = log.batch(THIRD, bad)
    if kind == "parts":
        said["sha256"] = hexed("nothing")
    if kind == "recipients":
        said["recipients"] = ("P07",)
    if kind == "floor":
        said["profile"] = hexed("unknown")
    log.log(log.entry(held, Act.BATCH, "eva", said))
    held = settle(log, heads=tuple(heads))
    assert set(held.published) == members(range(9))
    assert held.state.held_before is None
    assert not ledger.invariant(held)


def test_parts_that_came_back_behind_their_batch_are_still_its_parts() -> None:
    """A restored central gets them in any order: what a named branch published is known all the same."""
    log = opened()
    other = other_branch(log)
    left(other, SECOND, holding(SECOND, range(6)))
    heads = meet(log, other)
    known = log.unpack

    def unpack(one: Signed) -> Any:
        if one.place is not None:
            raise LedgerRefused("parts")
        return known(one)

    for person in ("ana", "ben"):
        log.say(Act.SETTLE, {"closed": (), "heads": tuple(sorted(set(heads)))}, by=person)
    held = ledger_fold.fold(log.entries, unpack)
    assert set(held.published) == members(range(6))


@pytest.mark.parametrize("forged", [("HANDED",), ("LEAVE", "HANDED"), ("APPROVE", "LEAVE", "HANDED")])
def test_who_says_alone_that_it_was_handed_out_hands_nothing_out_after_a_settlement(forged: tuple[str, ...]) -> None:
    """A batch that nobody else made is not let out by a settlement."""
    log = opened()
    other = other_branch(log)
    proposed(log, FIRST, holding(FIRST, range(6)))
    proposed(other, SECOND, holding(SECOND, range(6, 12)))
    for act in forged:
        said: dict[str, Any] = {"HANDED": HANDED, "LEAVE": {"batch": FIRST, "recipients": ("P06",)}}.get(
            act, {"batch": FIRST}
        )
        log.say(Act(act), said, by="ana")
    held = settle(log, heads=tuple(meet(log, other)), by="ben eva")
    assert held.batches[FIRST].stage is Stage.LEFT
    assert held.batches[FIRST].left == {"P06": ""}


def test_other_bytes_that_somebody_says_were_handed_out_give_no_leave_to_hand_out() -> None:
    log, heads = forked()
    log.say(Act.HANDED, HANDED | {"sha256": "0" * 64})
    assert settle(log, heads=tuple(heads)).batches[FIRST].left == {"P06": ""}


def test_a_word_that_was_given_up_settles_nothing_at_the_desks_where_it_opens() -> None:
    """Sealed to some alone, and settled by the others: every desk has the same ledger."""
    log, heads = forked()
    said = {"closed": (), "heads": tuple(sorted(heads))}
    log.say(Act.SETTLE, said, by="ana")
    log.say(Act.SETTLE, said, by="ben")  # opens at some desks
    word = log.entries[-1].name
    head = without(log, word).head
    settle(log, closed=(word,), heads=(head,), by="ana eva")
    here, there = log.ledger(), without(log, word)
    assert (here.state, here.chain, here.published) == (there.state, there.chain, there.published)
    assert [one.closed for one in here.settlements] == [frozenset({word})]
    assert name_of((), heads) in here.settled, "who went on from it goes on from here"


def test_a_part_that_was_given_up_is_no_part_of_a_later_batch() -> None:
    """A piece that opens at one desk alone would make a release that the others never hear of."""
    log = opened()
    name = hexed("part")
    part = Signed(
        name=name, by="ana", may=True, place=None, entry=Entry(act=Act.PART, day=DAY, said={"text": "x"}), logged=None
    )
    log.log(part)
    settle(log, closed=(name,), heads=(log.ledger().head,), by="ben eva")
    held = proposed(log, FIRST, holding(FIRST, range(6)))
    assert held.batches == {}
    assert reason(held) == "parts"


def test_what_was_handed_out_by_an_entry_that_was_given_up_decides_nothing() -> None:
    log = opened()
    log.say(Act.HANDED, HANDED)
    word = log.entries[-1].name
    settle(log, closed=(word,), heads=(log.ledger().head,), by="ben eva")
    proposed(log, FIRST, holding(FIRST, range(6)))
    log.say(Act.CANCEL, {"batch": FIRST}, by="ben")
    assert log.ledger().chain == without(log, word).chain


def test_a_word_of_whom_the_ledger_went_on_for_is_no_word_any_more() -> None:
    """Somebody agrees to it a year later, when all opens again: that would give up everything."""
    log = opened()
    name = closed_entry(log)
    said = {"closed": (name,), "heads": (log.ledger().head,)}
    log.say(Act.SETTLE, said, by="ben")
    proposed(log, FIRST, holding(FIRST, range(6)))
    log.say(Act.APPROVE, {"batch": FIRST}, by="ben")  # let in meanwhile
    held = log.say(Act.SETTLE, said, by="eva")
    assert held.settlements == ()
    assert held.batches[FIRST].stage is Stage.APPROVED
    assert len(log.say(Act.SETTLE, said, by="ben").settlements) == 1, "said again it counts"


def test_what_two_made_and_handed_out_in_a_branch_that_lost_its_place_is_published_all_the_same() -> None:
    """Central, restored behind a settlement, gets what was in a branch after the words: it stays what it was."""
    log, heads = forked()
    other = other_branch(log)
    settle(log, heads=tuple(heads))
    tail = [
        (Act.BATCH, "ana", other.batch(THIRD, holding(THIRD, range(20, 26)))),
        (Act.APPROVE, "ben", {"batch": THIRD}),
        (Act.LEAVE, "ana", {"batch": THIRD, "recipients": ("P06",)}),
    ]
    prev = heads[1]
    for act, by, said in tail:
        one = log.entry(log.ledger(), act, by, said)
        log.log(replace(one, entry=replace(one.entry, prev=prev)))
        prev = one.name
    held = log.ledger()
    assert THIRD not in held.batches
    assert [one.reason for one in held.overtaken if one.batch == THIRD and one.act is Act.BATCH] == ["branch"]
    assert set(held.published) == members(range(9), range(20, 26))


def test_nobody_alone_makes_a_branch_that_holds_testimonies_back() -> None:
    log = opened()
    for act, said in (
        (Act.BATCH, log.batch(THIRD, holding(THIRD, range(20, 26)))),
        (Act.APPROVE, {"batch": THIRD}),
        (Act.LEAVE, {"batch": THIRD, "recipients": ("P06",)}),
    ):
        one = log.entry(log.ledger(), act, "ana", said)
        log.log(replace(one, entry=replace(one.entry, prev=hexed("nowhere"))))
    assert log.ledger().published == {}


def test_a_release_of_a_named_branch_is_not_made_anew_and_says_so() -> None:
    log, heads = forked()
    held = settle(log, heads=tuple(heads))
    (record,) = {batch.record for batch in held.batches.values()} - {one.name for one in held.chain}
    name = next(name for name, batch in held.batches.items() if batch.record == record)
    with pytest.raises(LedgerRefused) as refused:
        held.before(name)
    assert refused.value.reason == "unknown"


def test_the_clock_goes_on_from_the_last_release_of_any_branch() -> None:
    log = opened()
    other = other_branch(log)
    left(log, FIRST, holding(FIRST, range(6)))
    proposed(other, SECOND, holding(SECOND, range(6, 12)))
    other.say(Act.APPROVE, {"batch": SECOND}, by="ben")
    for day in (DAY + timedelta(days=1), DAY.replace(year=2099)):
        other.say(Act.LEAVE, {"batch": SECOND, "recipients": ("P06",)}, day=day)
    held = settle(log, heads=tuple(meet(log, other)))
    assert held.last == DAY + timedelta(days=1)


def test_a_cohort_that_a_branch_drew_with_another_key_is_all_of_the_line() -> None:
    log = Log()
    other = other_branch(log)
    log.say(Act.OPEN, {"key": KEY, "floor": FLOOR})
    other.say(Act.OPEN, {"key": "22" * 32, "floor": FLOOR})
    other.say(Act.PROFILE, {"profile": PROFILE})
    held = left(other, FIRST, holding(FIRST, range(60)))
    (row,) = held.batches[FIRST].contents.classes
    other.say(Act.RECALL, {"class": row.id, "reason": "demand", "wanted": (of("member", 7),)})
    assert not other.ledger().recalled[row.id].whole
    held = settle(log, heads=tuple(meet(log, other)))
    assert held.recalled[row.id].whole


def test_an_account_that_a_branch_with_another_key_made_public_is_known_where_a_batch_is_made_anew() -> None:
    log = Log()
    other = other_branch(log)
    log.say(Act.OPEN, {"key": KEY, "floor": FLOOR})
    other.say(Act.OPEN, {"key": "22" * 32, "floor": FLOOR})
    heads = meet(log, other)
    log.say(Act.AUXILIARY, {"members": (pseudonym(bytes.fromhex("22" * 32), "member", "a manifest"),)})
    held = settle(log, heads=tuple(heads))
    assert release_desk.published_elsewhere(held, ["a manifest", "another"]) == {"a manifest"}
