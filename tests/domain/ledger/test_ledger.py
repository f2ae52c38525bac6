"""The rules of the ledger of releases, each by itself, and the order that decides between desks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import Act, Reason
from testimony.domain.ledger.batch import ANY_INCIDENT, Contents
from testimony.domain.ledger.ledger import Stage
from testimony.group_floor import LARGEST_SHARE, LEAST_INCIDENTS, LEAST_PERSONS
from tests.support.domain.ledger import FIRST, SECOND, left, proposed, reason
from tests.support.domain.ledger_entries import DAY, FLOOR, KEY, PROFILE, Log, holding, line, of, opened


def test_a_record_enters_one_class_once() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    held = proposed(log, SECOND, holding(SECOND, range(5, 11)))
    assert reason(held) == "once"
    assert SECOND not in held.batches


def test_a_record_is_in_no_two_classes_of_a_batch_nor_waits_beside_one() -> None:
    log = opened()
    assert reason(proposed(log, FIRST, holding(FIRST, range(6), range(5, 11)))) == "once"
    assert reason(proposed(log, FIRST, holding(FIRST, range(6), waiting=[5, 6]))) == "once"


def test_a_line_is_never_made_again_or_changed() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    again = Contents(classes=(line(FIRST, 0, range(6, 12)),), waiting=())
    assert reason(proposed(log, SECOND, again)) == "edited", "the id of a line that left"
    other = Contents(classes=(replace(line(SECOND, 0, range(6, 12)), labels=("finer",)),), waiting=())
    assert reason(proposed(log, SECOND, other)) == "edited", "labels that are not those of the id"


def test_a_line_goes_to_its_own_recipients_and_each_gets_it_once() -> None:
    log = opened()
    assert reason(proposed(log, FIRST, holding(FIRST, range(6), to=("P06", "P07")), to=("P06",))) == "recipients"
    held = proposed(log, FIRST, holding(FIRST, range(6), to=("P06", "P07")), to=("P06", "P07"))
    log.say(Act.APPROVE, {"batch": FIRST}, by="ben")
    assert reason(log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P10",)})) == "recipients"
    assert log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P06",)}).batches[FIRST].left == {"P06": "ana"}
    assert reason(log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P06", "P07")})) == "recipients"
    assert set(log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P07",)}).batches[FIRST].left) == {"P06", "P07"}
    assert held.batches[FIRST].left == {}


def test_a_testimony_is_published_while_a_batch_with_it_stands() -> None:
    log = opened()
    held = proposed(log, FIRST, holding(FIRST, range(6), waiting=(6,)))
    assert [held.is_published(str(n)) for n in (0, 5, 6, 7)] == [True, True, False, False]
    assert not log.say(Act.CANCEL, {"batch": FIRST}, by="ben").is_published("0")


def test_batches_come_one_after_the_other_each_under_its_own_name() -> None:
    log = opened()
    proposed(log, FIRST, holding(FIRST, range(6)))
    assert reason(proposed(log, SECOND, holding(SECOND, range(6, 12)))) == "open"
    log.say(Act.CANCEL, {"batch": FIRST}, by="ben")
    assert reason(proposed(log, FIRST, holding(FIRST, range(6, 12)))) == "name"
    assert SECOND in proposed(log, SECOND, holding(SECOND, range(6))).batches, "what was cancelled frees its records"
    assert reason(proposed(opened(), FIRST, Contents(classes=(), waiting=()))) == "empty"


def test_a_new_profile_is_for_what_was_not_published_and_the_old_one_for_nothing_more() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    stricter = {**PROFILE, "k": 6}
    held = log.say(Act.PROFILE, {"profile": stricter})
    assert held.profile("trusted") == stricter
    assert held.batches[FIRST].k == 5, "what left stays as it was"
    assert reason(proposed(log, SECOND, holding(SECOND, range(6, 12)))) == "profile"


def test_a_profile_below_the_floor_is_refused() -> None:
    for weaker in ({"k": 4}, {"m": 1}, {"alpha": 500_001}):
        assert reason(opened().say(Act.PROFILE, {"profile": PROFILE | weaker})) == "floor"


def test_no_ledger_is_opened_with_a_floor_weaker_than_any_release_may_be() -> None:
    weakest = {"k": LEAST_PERSONS, "m": LEAST_INCIDENTS, "alpha": round(LARGEST_SHARE * 1_000_000)}
    assert not reason(Log().say(Act.OPEN, {"key": KEY, "floor": FLOOR | weakest}))
    for weaker in ({"k": 4}, {"m": 1}, {"alpha": 500_001}):
        assert reason(Log().say(Act.OPEN, {"key": KEY, "floor": FLOOR | weakest | weaker})) == "floor"


def test_a_line_of_too_few_people_or_incidents_is_refused() -> None:
    assert reason(proposed(opened(), FIRST, holding(FIRST, range(4)))) == "small"
    one_incident = holding(FIRST, [0, 3, 6, 9, 12, 15])
    assert reason(proposed(opened(), FIRST, one_incident)) == "small"
    unknown = replace(line(FIRST, 0, [0, 3, 6, 9, 12, 1]), incidents=(*(of("incident", 0),) * 5, ANY_INCIDENT))
    assert reason(proposed(opened(), FIRST, Contents(classes=(unknown,), waiting=()))) == "small"
    six_times = replace(line(FIRST, 0, range(6)), persons=(of("person", 1),) * 6)
    assert reason(proposed(opened(), FIRST, Contents(classes=(six_times,), waiting=()))) == "small"


def test_what_has_not_left_is_neither_recalled_nor_revoked() -> None:
    log = opened()
    held = proposed(log, FIRST, holding(FIRST, range(6)))
    (row,) = held.batches[FIRST].contents.classes
    assert reason(log.say(Act.RECALL, {"class": row.id, "reason": Reason.DEMAND, "wanted": ()})) == "unpublished"
    assert reason(log.say(Act.RECALL, {"class": "0" * 32, "reason": Reason.DEMAND, "wanted": ()})) == "unpublished"


def test_a_recall_takes_a_whole_line_or_a_cohort_that_is_large_enough_and_leaves_one_behind() -> None:
    log = opened()
    held = left(log, FIRST, holding(FIRST, range(6), range(6, 60)))
    small, large = sorted(held.batches[FIRST].contents.classes, key=lambda row: row.n)
    wanted = (of("member", 7), of("member", 8))
    say = {"class": large.id, "reason": Reason.DEMAND, "wanted": wanted}
    assert reason(log.say(Act.RECALL, {**say, "class": small.id})) == "cohort"
    assert reason(log.say(Act.RECALL, {**say, "wanted": (of("member", 0),)})) == "cohort", "of another line"
    assert reason(log.say(Act.RECALL, {**say, "wanted": large.members[:-4]})) == "cohort", "too few would be left"
    held = log.say(Act.RECALL, say)
    cohort = held.recalled[large.id].members
    assert set(wanted) <= cohort
    persons = dict(zip(large.members, large.persons, strict=True))
    incidents = dict(zip(large.members, large.incidents, strict=True))
    for group in (cohort, frozenset(large.members) - cohort):
        assert len({persons[one] for one in group}) >= 5
        assert len({incidents[one] for one in group}) >= 2
    assert reason(log.say(Act.RECALL, say)) == "recalled"
    assert log.say(Act.RECALL, {"class": small.id, "reason": Reason.CORRECTION, "wanted": ()}).recalled[small.id].whole
    assert of("member", 0) in log.ledger().published, "what was recalled is never released again"


def test_nobody_chooses_who_else_is_in_a_cohort() -> None:
    """The seed comes from the ledger's key, the entry before and the class: another head, another cohort."""
    found = set()
    for extra in range(4):
        log = opened()
        for _ in range(extra):
            log.say(Act.PROFILE, {"profile": PROFILE})
        held = left(log, FIRST, holding(FIRST, range(60)))
        (row,) = held.batches[FIRST].contents.classes
        held = log.say(Act.RECALL, {"class": row.id, "reason": Reason.DEMAND, "wanted": (of("member", 7),)})
        found.add(held.recalled[row.id].members)
    assert len(found) == 4


def test_another_person_approves_and_only_what_was_approved_leaves() -> None:
    log = opened()
    proposed(log, FIRST, holding(FIRST, range(6)))
    assert reason(log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P06",)})) == "stage"
    assert reason(log.say(Act.APPROVE, {"batch": FIRST})) == "twice"
    assert log.say(Act.APPROVE, {"batch": FIRST}, by="ben").batches[FIRST].approved_by == "ben"
    assert reason(log.say(Act.APPROVE, {"batch": FIRST}, by="eva")) == "stage"
    assert log.say(Act.LEAVE, {"batch": FIRST, "recipients": ("P06",)}, by="ben").batches[FIRST].stage is Stage.LEFT


def test_after_leaving_only_who_let_it_leave_cancels_it_and_never_after_handing_out() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    assert reason(log.say(Act.CANCEL, {"batch": FIRST}, by="ben")) == "handed"
    assert log.say(Act.CANCEL, {"batch": FIRST}).batches[FIRST].stage is Stage.CANCELLED
    left(log, SECOND, holding(SECOND, range(6)))
    log.say(Act.HANDED, {"batch": SECOND, "recipient": "P06", "sha256": "0" * 64})
    assert reason(log.say(Act.CANCEL, {"batch": SECOND})) == "handed"


def test_what_was_handed_out_though_it_was_cancelled_counts_as_published() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    log.say(Act.CANCEL, {"batch": FIRST})
    held = log.say(Act.HANDED, {"batch": FIRST, "recipient": "P06", "sha256": "0" * 64})
    assert held.contradicted == {FIRST}
    assert len(held.published) == 6


def test_a_day_before_the_last_release_or_ahead_of_central_counts_for_nothing() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6)))
    assert reason(log.say(Act.PROFILE, {"profile": PROFILE}, day=DAY - timedelta(days=1))) == "clock"
    assert reason(log.say(Act.PROFILE, {"profile": PROFILE}, day=date(2099, 1, 1))) == "clock"
    assert not reason(opened().say(Act.PROFILE, {"profile": PROFILE}, day=DAY + timedelta(days=1)))


def test_who_may_not_write_writes_nothing_ordered_or_not() -> None:
    log = opened()
    assert reason(log.say(Act.PROFILE, {"profile": PROFILE}, may=False)) == "role"
    held = log.say(Act.AUXILIARY, {"members": (of("member", 1),)}, may=False)
    assert held.auxiliary == frozenset()
    assert log.say(Act.AUXILIARY, {"members": (of("member", 1),)}).auxiliary == {of("member", 1)}


def test_a_ledger_is_opened_once_and_before_all_else() -> None:
    log = Log()
    assert reason(log.say(Act.OPEN, {"key": KEY, "floor": FLOOR})) == ""
    assert reason(log.say(Act.OPEN, {"key": "22" * 32, "floor": FLOOR})) == "overtaken"
    assert log.ledger().key.hex() == KEY


def test_a_member_waits_once_for_each_batch_that_was_approved_and_not_cancelled() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6), waiting=[20, 21]))
    held = proposed(log, SECOND, holding(SECOND, range(6, 12), waiting=[20]))
    assert held.waited == {of("member", 20): 1, of("member", 21): 1}, "a proposal is no batch yet"
    assert log.say(Act.APPROVE, {"batch": SECOND}, by="ben").waited[of("member", 20)] == 2
    assert log.say(Act.CANCEL, {"batch": SECOND}).waited[of("member", 20)] == 1


def test_the_ledger_before_a_batch_knows_nothing_of_it() -> None:
    log = opened()
    then = left(log, FIRST, holding(FIRST, range(6), waiting=[20]))
    left(log, SECOND, holding(SECOND, range(6, 12), waiting=[20]))
    before = log.ledger().before(SECOND)
    assert (before.head, before.published, before.waited) == (then.head, then.published, then.waited)
    assert before.batches.keys() == {FIRST}


def test_the_order_in_which_entries_came_to_a_desk_changes_nothing() -> None:
    log = opened()
    left(log, FIRST, holding(FIRST, range(6), waiting=[20]))
    held = proposed(log, SECOND, holding(SECOND, range(6, 12)))
    for seed in range(20):
        entries = list(log.entries)
        random.Random(seed).shuffle(entries)
        other = ledger_fold.fold(entries, log.unpack)
        assert (other.head, other.chain, other.published) == (held.head, held.chain, held.published)


def test_entries_that_were_logged_again_in_another_order_still_follow_each_other() -> None:
    """A restored central gets them from each desk in turn."""
    log = opened()
    held = left(log, FIRST, holding(FIRST, range(6)))
    anew = sorted(log.entries, key=lambda one: one.by, reverse=True)
    again = ledger_fold.fold([replace(one, place=(0, at)) for at, one in enumerate(anew)], log.unpack)
    assert [one.name for one in again.chain] == [one.name for one in held.chain]
