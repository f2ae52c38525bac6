"""Two coordinators at two desks that are not connected: one ledger, whatever each of them did meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.anonymity.validity import PUBLIC, TRUSTED
from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger.acts import Reason
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import ledger
from testimony.services.ledger.ledger import Stage
from tests.support.services.release.ledger import approved, left, why
from tests.support.services.release.ledgers import PROFILE, TODAY, Coordinators, LedgerDesk, desk, meet, two, world
from tests.support.sync.removable_media import answer, bring_file, export

__all__ = ["two", "world"]


def test_a_batch_leaves_when_it_was_approved_at_another_desk_and_its_word_came_back(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    name = one.propose(range(6), range(6, 12), waiting=range(12, 15))
    assert one.read().batches == {}, "pending is not final"
    assert one.read().open_batch is not None
    meet(one, other)
    assert other.read().batches[name].stage is Stage.PROPOSED
    with pytest.raises(LedgerRefused) as same:
        one.do(ledger.approve, name)
    assert same.value.reason == "twice"
    other.do(ledger.approve, name)
    meet(other, one)
    one.do(ledger.leave, name, ["P06"])
    held = one.read()
    file = held.batches[name].files["P06"]
    with pytest.raises(LedgerRefused) as early:
        ledger.require_may_hand_out(held, one.reader, name, "P06", file)
    assert early.value.reason == "stage", "not before the log says it"
    one.exchange()
    ledger.require_may_hand_out(one.read(), one.reader, name, "P06", file)
    one.do(ledger.handed, name, "P06", file)
    meet(one, other)
    for at in two:
        held = at.read()
        assert held.batches[name].stage is Stage.LEFT
        assert [(done.batch, done.by) for done in held.handed] == [(name, "coordinator")]
        assert len(held.published) == 12
        assert set(held.waited.values()) == {1}
        assert len(held.waited) == 3
        assert held.waited[held.member("t12")] == 1
        assert not ledger.invariant(held)
        assert held.overtaken == held.pending == ()


def test_of_two_batches_that_were_built_at_once_one_stands_and_the_other_is_told_overtaken(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    first, second = one.propose(range(6)), other.propose(range(3, 9))
    other.exchange()
    meet(one, other)
    for at in two:
        assert list(at.read().batches) == [second]
        assert why(at) == [(first, "overtaken")]
        assert set(at.read().published) == {at.read().member(f"t{n}") for n in range(3, 9)}
    again = one.propose(range(9, 15)) if one.read().open_batch is None else ""
    assert again == "", "one at a time"
    with pytest.raises(LedgerRefused) as open_one:
        one.propose(range(9, 15))
    assert open_one.value.reason == "open"
    one.do(ledger.cancel, second)
    one.propose(range(6))
    meet(one, other)
    assert [batch.stage for batch in other.read().batches.values()] == [Stage.CANCELLED, Stage.PROPOSED]


def test_two_ledgers_that_were_opened_at_once_are_one(world: Coordinators) -> None:
    central = world.central()
    one, other = (desk(world, central, name) for name in ("coordinator", "coordinator-2"))
    one.begin()
    other.do(ledger.open_, PUBLIC)
    assert one.read().key != other.read().key
    meet(one, other)
    assert one.read().key == other.read().key
    assert one.read().floor == other.read().floor
    assert one.read().floor.preset == "trusted"  # type: ignore[union-attr]
    assert [one.by for one in other.read().overtaken] == ["coordinator-2"]


def test_approval_and_cancelling_that_cross_are_decided_by_the_log(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    name = one.propose(range(6))
    meet(one, other)
    one.do(ledger.cancel, name)
    other.do(ledger.approve, name)
    other.exchange()
    meet(one, other)
    assert [at.read().batches[name].stage for at in two] == [Stage.APPROVED] * 2
    assert why(one) == why(other) == [(name, "overtaken")]
    one.do(ledger.cancel, name)
    meet(one, other)
    assert [at.read().batches[name].stage for at in two] == [Stage.CANCELLED] * 2
    assert other.read().published == {}


@pytest.mark.parametrize("first", [0, 1])
def test_leaving_and_cancelling_that_cross_are_decided_by_the_log(
    two: tuple[LedgerDesk, LedgerDesk], first: int
) -> None:
    one, other = two
    name = approved(one, other, range(6))
    one.do(ledger.leave, name, ["P06"])
    other.do(ledger.cancel, name)
    two[first].exchange()
    meet(one, other)
    stage = Stage.LEFT if first == 0 else Stage.CANCELLED
    assert [at.read().batches[name].stage for at in two] == [stage] * 2
    held = one.read()
    if stage is Stage.CANCELLED:
        with pytest.raises(LedgerRefused):
            ledger.require_may_hand_out(held, one.reader, name, "P06", held.batches[name].files["P06"])
    else:
        ledger.require_may_hand_out(held, one.reader, name, "P06", held.batches[name].files["P06"])


def test_after_leaving_only_who_let_it_leave_cancels_and_not_after_handing_it_out(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    name = left(one, other, range(6))
    with pytest.raises(LedgerRefused) as foreign:
        other.do(ledger.cancel, name)
    assert foreign.value.reason == "handed"
    one.do(ledger.cancel, name)
    meet(one, other)
    assert other.read().batches[name].stage is Stage.CANCELLED
    second = left(one, other, range(6))
    one.do(ledger.handed, second, "P06", one.read().batches[second].files["P06"])
    with pytest.raises(LedgerRefused) as late:
        one.do(ledger.cancel, second)
    assert late.value.reason == "handed"


def test_another_recipient_gets_the_same_lines_later_and_nobody_twice(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    name = approved(one, other, range(6), to=("P06", "P10:Border Network"))
    one.do(ledger.leave, name, ["P06"])
    meet(one, other)
    with pytest.raises(LedgerRefused) as again:
        other.do(ledger.leave, name, ["P06", "P10:Border Network"])
    assert again.value.reason == "recipients"
    other.do(ledger.leave, name, ["P10:Border Network"])
    meet(other, one)
    assert one.read().batches[name].left == {"P06": "coordinator", "P10:Border Network": "coordinator-2"}
    with pytest.raises(LedgerRefused) as elsewhere:
        one.do(ledger.leave, name, ["P07"])
    assert elsewhere.value.reason == "recipients"


def test_the_approving_desk_sees_the_ledger_as_it_was_when_the_batch_was_proposed(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    left(one, other, range(6), waiting=range(6, 8))
    then = one.read()
    name = approved(one, other, range(6, 12))
    now = other.read()
    before = now.before(name)
    assert before.head == then.head
    assert before.published == then.published
    assert before.waited == then.waited
    assert len(now.published) == 12


def test_what_was_withdrawn_or_recalled_after_leaving_stays_published_and_is_said(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    left(one, other, range(6), range(6, 30))
    held = one.read()
    small, large = held.published[held.member("t0")], held.published[held.member("t7")]
    for at in two:
        at.do(ledger.revoked, held.member("t0"))
    meet(one, other)
    assert one.read().revoked == other.read().revoked == {small: frozenset({held.member("t0")})}, "twice said is once"
    with pytest.raises(LedgerRefused) as few:
        one.do(ledger.recall, small, Reason.DEMAND, wanted=[held.member("t0")])
    assert few.value.reason == "cohort"
    one.do(ledger.recall, small, Reason.CORRECTION)
    other.exchange()
    one.do(ledger.recall, large, Reason.DEMAND, wanted=[held.member("t7")])
    meet(one, other)
    for at in two:
        found = at.read()
        assert found.recalled[small].whole
        cohort = found.recalled[large].members
        assert held.member("t7") in cohort
        assert len(cohort) == 5
        assert found.recalled == one.read().recalled, "another desk finds the same cohort"
        assert len(found.published) == 30, "and nobody is released again"
        assert not ledger.invariant(found)
    with pytest.raises(LedgerRefused) as twice:
        other.do(ledger.recall, small, Reason.DEMAND)
    assert twice.value.reason == "recalled"


def test_what_was_refused_and_whose_account_was_published_is_known_at_every_desk(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    one.do(ledger.refused, "small", {"considered": 3, "persons": 2})
    name = approved(one, other, range(6))
    other.do(ledger.auxiliary, [other.read().member("t1")])
    assert other.read().auxiliary, "held back at once"
    meet(other, one)
    assert [(done.reason, done.counts) for done in other.read().refused] == [("small", {"considered": 3, "persons": 2})]
    with pytest.raises(LedgerRefused) as twin:
        one.do(ledger.leave, name, ["P06"])
    assert twin.value.reason == "auxiliary"


def test_a_day_before_the_last_release_writes_nothing(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    left(one, other, range(6))
    with pytest.raises(ReleaseClock):
        other.do(ledger.pin, PROFILE, day=TODAY.replace(day=24))
    assert other.read().pending == ()


def test_a_lawyer_neither_reads_nor_writes_it(two: tuple[LedgerDesk, LedgerDesk], world: Coordinators) -> None:
    lawyer = desk(world, two[0].central, "lawyer-a")
    lawyer.exchange()
    with pytest.raises(LedgerRefused) as role:
        lawyer.read()
    assert role.value.reason == "role"
    with pytest.raises(LedgerRefused) as write:
        ledger.open_(lawyer.station, lawyer.reader, two[0].read(), TRUSTED, day=TODAY)
    assert write.value.reason == "role"
    with lawyer.station.database.reading() as session:
        lawyer.annexes.refresh(lawyer.station, session, lawyer.reader)
    assert lawyer.annexes.of_kind("ledger") == []


def stick(at: LedgerDesk, folder: Path, name: str) -> None:
    """What this desk wrote goes to central on a stick, and central's answer comes back on it."""
    for file in export(at.station, folder / f"{name}-there", signer=at.reader.signer):
        assert bring_file(at.central, file).refused == {}
    for file in answer(at.central, folder / f"{name}-back", at.reader.id):
        bring_file(at.station, file, at.reader)


def test_two_desks_that_only_sticks_reach_have_the_same_order(
    two: tuple[LedgerDesk, LedgerDesk], tmp_path: Path
) -> None:
    one, other = two
    first, second = one.propose(range(6)), other.propose(range(3, 9))
    stick(other, tmp_path, "a")
    assert list(other.read().batches) == [second]
    stick(one, tmp_path, "b")
    stick(other, tmp_path, "c")
    for at in two:
        assert list(at.read().batches) == [second]
        assert why(at) == [(first, "overtaken")]
        assert at.read().pending == ()


def test_a_lawyer_opens_none_even_where_a_dishonest_desk_sealed_it_to_them(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, _ = two
    content = {"kind": "ledger", "v": "testimony/1/ledger", "act": "REFUSED", "day": "2026-11-25"}
    for audience in (("coordinators", "lawyers"), ("lawyers",)):
        more = {"reason": "small", "counts": {}}
        record, items = consent_acts.seal_content(
            one.station.chain.latest, one.reader, NOWHERE, content | more, day=TODAY, audiences=audience
        )
        consent_acts.keep(one.station, one.reader, items, [("said", record.id)], TODAY)
    lawyer = desk(world, one.central, "lawyer-a")
    one.exchange()
    lawyer.exchange()
    with lawyer.station.database.reading() as session:
        lawyer.annexes.refresh(lawyer.station, session, lawyer.reader)
    assert lawyer.annexes.everything() == []
    assert len(one.read().refused) == 1


def test_what_cannot_be_said_is_refused_with_a_sentence_and_nothing_is_written(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, _ = two
    before = one.read()
    for act, said in (
        (ledger.approve, ["no such batch"]),
        (ledger.approve, ["a" * 32]),
        (ledger.refused, ["small", {"con sidered": 3}]),
        (ledger.auxiliary, [["t1"]]),
        (ledger.recall, ["a" * 32, "because"]),
        (ledger.revoked, ["a" * 32]),
        (ledger.leave, ["a" * 32, ["P06"]]),
    ):
        with pytest.raises(LedgerRefused):
            one.do(act, *said)
    after = one.read()
    assert (after.pending, after.refused, after.auxiliary, after.head) == ((), (), frozenset(), before.head)


def test_what_waits_to_be_cancelled_is_not_handed_out(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    name = left(one, other, range(6))
    file = one.read().batches[name].files["P06"]
    ledger.require_may_hand_out(one.read(), one.reader, name, "P06", file)
    with pytest.raises(LedgerRefused):
        ledger.require_may_hand_out(other.read(), other.reader, name, "P06", file)
    with pytest.raises(LedgerRefused) as altered:
        ledger.require_may_hand_out(one.read(), one.reader, name, "P06", "0" * 64)
    assert altered.value.reason == "parts"
    one.do(ledger.cancel, name)
    with pytest.raises(LedgerRefused) as waiting:
        ledger.require_may_hand_out(one.read(), one.reader, name, "P06", file)
    assert waiting.value.reason == "stage"
