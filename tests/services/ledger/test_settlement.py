"""A ledger that cannot go on is settled by two coordinators at their desks; nothing leaves then that may have left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony import canonical
from testimony.domain.errors import LedgerRefused
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger.acts import Act, Entry
from testimony.domain.ledger.branches import name_of
from testimony.sealing.testimony.testimony import Content
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import ledger
from testimony.services.ledger import order as ledger_order
from testimony.services.ledger import settlement as ledger_settlement
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.ledger.ledger import Stage
from testimony.services.ledger.settlement import Stuck
from testimony.services.ledger.writer import READERS
from testimony.services.release import desk as release_desk
from testimony.services.release import recall_advice, release
from testimony.services.release.desk import HELD_BACK, Desk, Releaser
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.recall_advice import TWICE
from tests.support.services.release import ledgers
from tests.support.services.release.incomplete_ledger import forge, put_back
from tests.support.services.release.ledger import left
from tests.support.services.release.ledgers import TODAY, Coordinators, LedgerDesk, desk, meet, proposal, two, world
from tests.support.services.release.releases import MECHANISM, Centre, account
from tests.support.services.release.settlement import to_a_lost_key
from tests.support.sync.homes import kept
from tests.support.sync.world import PARTS, bring

__all__ = ["two", "world"]


def look(at: LedgerDesk) -> Stuck:
    with at.station.database.reading() as session:
        return ledger_settlement.look(at.station, session, at.reader, at.annexes)


def settle(at: LedgerDesk) -> str:
    return ledger_settlement.settle(at.station, at.reader, at.annexes, day=TODAY)


@pytest.fixture
def four(tmp_path: Path) -> Iterator[tuple[Coordinators, list[LedgerDesk]]]:
    made = Coordinators(tmp_path, count=4)
    central = made.central()
    desks = [desk(made, central, name) for name in ("coordinator", *(f"coordinator-{number}" for number in (2, 3, 4)))]
    desks[0].begin()
    meet(*desks)
    yield made, desks
    made.close()


def handed_out(at: LedgerDesk, name: str) -> None:
    at.do(ledger.handed, name, "P06", at.read().batches[name].files["P06"])


def test_a_real_fork_with_releases_in_both_branches_is_settled_by_two_and_all_count_as_left(
    four: tuple[Coordinators, list[LedgerDesk]],
) -> None:
    world, (ana, ben, eva, joe) = four
    copy = kept(ana.central)
    first = left(ana, ben, range(6))
    handed_out(ana, first)
    meet(ana, ben)
    put_back(world, copy, joe)  # central from before all that
    for at in (ana, ben, eva):
        at.central = joe.central
    second = left(eva, joe, range(3, 9))
    handed_out(eva, second)
    meet(eva, joe, ana, ben, eva, joe)
    assert list(eva.read().batches) == [second], "to these two the other branch came too late"
    for at in (ana, ben):
        with pytest.raises(LedgerForked):
            at.read()
    heads = look(ana).heads
    assert len(heads) == 2
    assert look(eva).heads == heads, "also where nothing of the other branch was ever accepted"
    settle(ana)
    meet(ana, ben, eva)
    with pytest.raises(LedgerForked):
        ben.read()
    assert [offer.heads for offer in look(eva).offers if offer.fits] == [heads]
    settle(eva)
    meet(eva, joe, ana, ben)
    for at in (ana, ben, eva, joe):
        held = at.read()
        assert held.head == name_of((), heads)
        assert {name: batch.stage for name, batch in held.batches.items()} == {first: Stage.LEFT, second: Stage.LEFT}
        assert held.batches[first].left == {"P06": "coordinator"}
        assert set(held.published) == {held.member(f"t{n}") for n in range(9)}
        assert held.twice == {held.member(f"t{n}") for n in range(3, 6)}
        assert not ledger.invariant(held), "what is settled is told, and holds up nothing"
    with pytest.raises(LedgerRefused) as again:
        ben.do(ledger.propose, proposal(ben.read(), ledger.new_name(), range(8, 14)))
    assert again.value.reason == "once"
    third = left(ben, joe, range(9, 15))
    meet(ana, eva)
    for at in (ana, ben, eva, joe):
        assert at.read().batches[third].stage is Stage.LEFT
        assert not ledger.invariant(at.read())
        assert not look(at)
    with pytest.raises(LedgerRefused) as nothing:
        settle(ana)
    assert nothing.value.reason == "unsettled"


def test_what_was_let_leave_and_not_handed_out_before_a_settlement_is_handed_out_by_nobody(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    copy = kept(one.central)
    first = one.propose(range(6))
    second = other.propose(range(3, 9))
    meet(one, other)
    other.do(ledger.approve, first)
    meet(other, one)
    one.do(ledger.leave, first, ["P06"])
    meet(one, other)
    ledger.remember(one.station, one.read())
    put_back(world, copy, other)
    one.central = other.central
    other.exchange()
    meet(one, other)
    for at in two:
        with pytest.raises(LedgerForked):
            at.read()
        settle(at)
        meet(one, other)
    for at in two:
        held = at.read()
        assert {batch.stage for batch in held.batches.values()} == {Stage.LEFT}
        assert held.batches.keys() == {first, second}
        with pytest.raises(LedgerRefused) as handed:
            ledger.require_may_hand_out(held, at.reader, first, "P06", held.batches[first].files["P06"])
        assert handed.value.reason == "stage"


def test_an_entry_that_opens_to_nobody_stops_all_until_two_settle_it(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    under_way = one.propose(range(6))
    meet(one, other)
    name = to_a_lost_key(one.station, one.reader)
    meet(one, other)
    for at in two:
        with pytest.raises(LedgerIncomplete) as closed:
            at.read()
        assert closed.value.reason == "closed"
        assert [(entry.name, entry.by) for entry in look(at).closed] == [(name, "coordinator")]
    assert look(other).unsaid
    settle(other)
    assert not look(other).unsaid
    meet(one, other)
    assert look(one).unsaid
    with pytest.raises(LedgerIncomplete):
        other.read()
    settle(one)
    meet(one, other)
    for at in two:
        held = at.read()
        assert held.batches[under_way].stage is Stage.LEFT, "it may have been let leave by what nobody reads"
        assert held.state.held_before == held.settlements[0].place
    second = left(one, other, range(6, 12))
    assert other.read().batches[second].stage is Stage.LEFT


def test_who_can_open_it_lets_the_others_in_and_settles_nothing(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    name = one.read().head
    say_settle(other, closed=[name], heads=[])
    meet(other, one)
    assert [offer.fits for offer in look(one).offers] == [False]
    with pytest.raises(LedgerRefused) as opens:
        settle(one)
    assert opens.value.reason == "opens"
    assert one.read().settlements == ()


def test_after_a_settlement_only_what_came_later_leaves(releasing_desks: Centre) -> None:
    """Nobody knows which accounts the closed entry published: all that had come by then are held back."""
    at = releasing_desks
    release.pin(at[1].by, MECHANISM)
    at.meet()
    to_a_lost_key(at[1].station, at[1].reader)
    at.meet()
    with pytest.raises(LedgerIncomplete):
        release.build(at[2].by, MECHANISM)
    for number in (1, 2):
        desk = at[number]
        ledger_settlement.settle(desk.station, desk.reader, desk.annexes, day=TODAY)
        at.meet()
    old = Desk(at[2].by, release_desk.ledger_of(at[2].by), MECHANISM.recipients)
    assert len(old.held_back) == len(at.tids)
    with pytest.raises(ReleaseRefused) as refused:
        release.build(at[2].by, MECHANISM)
    assert refused.value.reason == "none"
    at.bring([account(number) for number in range(24)])
    plan = release.plan(at[1].by, MECHANISM)
    assert plan.left_out[HELD_BACK] == 24
    name = at.left(MECHANISM)
    held = release_desk.ledger_of(at[2].by)
    new = {held.member(manifest) for manifest in plan.members}
    assert {member for line in held.batch(name).contents.classes for member in line.members} <= new
    assert not ledger.invariant(held)


def test_what_had_come_before_a_settlement_is_held_back_wherever_a_restored_central_puts_it(
    four: tuple[Coordinators, list[LedgerDesk]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever restores central chooses which of them comes back first."""
    ledgers.give_nothing_back(monkeypatch)
    world, (ana, ben, eva, joe) = four
    copy = kept(ana.central)
    early = eva.do(ledger.refused, "small", {})
    meet(eva, ana, ben, joe)
    to_a_lost_key(ana.station, ana.reader)
    meet(ana, ben)
    for at in (ana, ben):
        settle(at)
        meet(ana, ben)
    meet(ana, ben, eva, joe)
    late = eva.do(ledger.refused, "small", {})
    meet(eva, ana, ben, joe)
    assert held_back(joe, early, late) == {early}
    put_back(world, copy, ana)
    for at in (ben, eva, joe):
        at.central = ana.central
    meet(ana, ben)
    meet(ana, ben, eva, joe)
    with joe.station.database.reading() as session:
        place = ledger_order.places(joe.station.chain, session, [early])[early].at
    assert place > joe.read().settlements[0].place, "else this proves nothing"
    for at in (ana, ben, eva, joe):
        assert held_back(at, early) == {early}
    assert late not in held_back(joe, late)


def held_back(at: LedgerDesk, *names: str) -> frozenset[str]:
    held = at.read()
    place = held.state.held_before
    assert place is not None
    with at.station.database.reading() as session:
        return ledger_order.come_by(at.station.chain, session, names, place, [one.words for one in held.settlements])


def test_nobody_agrees_to_give_up_what_is_not_here(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    """One coordinator names an entry that nobody has, and a colleague who trusts them would give up everything."""
    one, other = two
    say_settle(other, closed=["ab" * 32], heads=[one.read().head])
    meet(other, one)
    assert [offer.fits for offer in look(one).offers] == [False]
    with pytest.raises(LedgerRefused) as opens:
        settle(one)
    assert opens.value.reason == "opens"


def say_settle(at: LedgerDesk, *, closed: list[str], heads: list[str]) -> None:
    content = Entry(act=Act.SETTLE, day=TODAY, said={"closed": closed, "heads": heads}).to_value()
    record, items = consent_acts.seal_content(
        at.station.chain.latest, at.reader, NOWHERE, content, day=TODAY, audiences=READERS
    )
    consent_acts.keep(at.station, at.reader, items, [("said", record.id)], TODAY)


def test_a_word_that_lapsed_is_offered_to_nobody_any_more(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    head = one.read().head
    name = to_a_lost_key(one.station, one.reader)
    meet(one, other)
    say_settle(other, closed=[name], heads=[head])
    meet(other, one)
    assert [offer.fits for offer in look(one).offers] == [True]
    forge(other, Entry(act=Act.CANCEL, day=TODAY, prev="c" * 64, said={"batch": "f" * 32}).to_value())
    meet(other, one)
    assert look(one).offers == look(other).said == ()


def test_testimonies_that_two_stories_published_are_advised_of_after_a_real_restoration_of_central(
    four: tuple[Coordinators, list[LedgerDesk]],
) -> None:
    world, (ana, ben, eva, joe) = four
    slots, text = world.chain.latest.slots, Content("application/json", canonical.encode({"answers": {}}))
    sealed = [world.seal(dict.fromkeys(PARTS, text), slots=slots) for _ in range(9)]
    for one in sealed:
        bring(ana.central, one)
    meet(ana, ben, eva, joe)
    manifests = [one.record.id for one in sealed]
    copy = kept(ana.central)
    first = left(ana, ben, range(6), manifests=manifests)
    handed_out(ana, first)
    meet(ana, ben)
    put_back(world, copy, joe)
    for at in (ana, ben, eva):
        at.central = joe.central
    second = left(eva, joe, range(3, 9), manifests=manifests)
    handed_out(eva, second)
    meet(eva, joe, ana, ben, eva, joe)
    settle(ana)
    meet(ana, eva)
    settle(eva)
    meet(eva, joe, ana, ben)
    both = tuple(sorted(str(one.record.value["tid"]) for one in sealed[3:6]))
    for at in (ana, ben, eva, joe):
        by = Releaser(station=at.station, reader=at.reader, annexes=at.annexes, day=TODAY)
        found = recall_advice.advised(by, at.read())
        assert {(one.batch, one.why, one.tids) for one in found} == {(name, TWICE, both) for name in (first, second)}
