"""Desks that propose, approve, send, cancel and recall in any order, connected or not: nothing they hand out breaks."""

from __future__ import annotations

import random
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.invariant import Membership, broken
from testimony.anonymity.validity import Rule
from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import Act, Reason
from testimony.domain.ledger.batch import ClassMembers
from testimony.domain.ledger.ledger import Ledger, Stage
from tests.support.domain.ledger_entries import Desk, Log, hexed, holding, of, opened

RULE = Rule(k=5, m=2, alpha=0.5)
PEOPLE = 40
STEPS = (
    "propose", "propose", "approve", "approve", "leave", "leave", "hand", "hand", "cancel", "recall", "deliver", "read",
    "meet", "meet", "meet", "lie",
)  # fmt: skip


@dataclass
class Play:
    """Three desks and a log. `handed`: what really left, by (desk, batch)."""

    log: Log = field(default_factory=opened)
    desks: list[Desk] = field(default_factory=lambda: [Desk("ana"), Desk("ben"), Desk("eva")])
    handed: dict[str, tuple[ClassMembers, ...]] = field(default_factory=dict)
    number: int = 0

    def step(self, kind: str, desk: Desk, chance: random.Random) -> None:
        held = self.log.of(desk)
        match kind:
            case "propose":
                self.propose(desk, held, chance)
            case "approve":
                self.each(desk, held, Act.APPROVE, Stage.PROPOSED)
            case "leave":
                self.each(desk, held, Act.LEAVE, Stage.APPROVED)
            case "cancel":
                self.each(desk, held, Act.CANCEL, Stage.PROPOSED, Stage.APPROVED, Stage.LEFT)
            case "hand":
                self.hand(desk, held)
            case "recall":
                self.recall(desk, held, chance)
            case "lie":
                self.lie(desk, held, chance)
            case "deliver":
                self.log.deliver(desk)
            case "read":
                self.log.read(desk)
            case _:
                self.meet()

    def meet(self) -> None:
        """Every desk exchanges until all know everything."""
        for desk in self.desks:
            self.log.deliver(desk)
        for desk in self.desks:
            self.log.read(desk)

    def propose(self, desk: Desk, held: Ledger, chance: random.Random) -> None:
        """A batch as an honest desk builds it: of what it does not know to be published."""
        self.number += 1
        name = hexed(("batch", self.number), 16)
        free = [n for n in range(PEOPLE) if of("member", n) not in held.published]
        chance.shuffle(free)
        groups = [free[at : at + 6] for at in range(0, min(len(free), 12), 6) if len(free[at : at + 6]) == 6]
        self.log.write(desk, Act.BATCH, self.log.batch(name, holding(name, *groups, waiting=free[12:15])))

    def each(self, desk: Desk, held: Ledger, act: Act, *stages: Stage) -> None:
        for batch in list(held.batches.values()):
            if batch.stage in stages and not (act is Act.CANCEL and batch.name in self.handed):
                more = {"recipients": ("P06",)} if act is Act.LEAVE else {}
                self.log.write(desk, act, {"batch": batch.name, **more})

    def hand(self, desk: Desk, held: Ledger) -> None:
        """As `services.ledger.ledger.require_may_hand_out`: by who let it leave, when that is final."""
        for batch in held.batches.values():
            if batch.stage is Stage.LEFT and batch.left == {"P06": desk.by} and batch.name not in self.handed:
                if any(one.entry.act is Act.CANCEL and one.entry.said["batch"] == batch.name for one in held.pending):
                    continue
                self.handed[batch.name] = batch.contents.classes
                said = {"batch": batch.name, "recipient": "P06", "sha256": batch.files["P06"]}
                self.log.write(desk, Act.HANDED, said)

    def recall(self, desk: Desk, held: Ledger, chance: random.Random) -> None:
        lines = [
            line for batch in held.batches.values() if batch.stage is Stage.LEFT for line in batch.contents.classes
        ]
        if lines:
            line = chance.choice(lines)
            wanted = chance.choice([(), (line.members[0],)])
            self.log.write(desk, Act.RECALL, {"class": line.id, "reason": Reason.DEMAND, "wanted": wanted})

    def lie(self, desk: Desk, held: Ledger, chance: random.Random) -> None:
        """A desk that another program runs: a batch of anybody, an approval of its own, an approval of nothing."""
        self.number += 1
        name = hexed(("batch", self.number), 16)
        some = chance.sample(range(PEOPLE), 7)  # of whom some may have been published
        forged = [
            (Act.BATCH, self.log.batch(name, holding(name, some[: chance.choice((3, 7))]))),
            (Act.APPROVE, {"batch": next(iter(held.batches), name)}),
            (Act.LEAVE, {"batch": next(reversed(held.batches), name), "recipients": ("P06",)}),
        ]
        act, said = chance.choice(forged)
        self.log.log(self.log.entry(chance.choice([held, self.log.ledger()]), act, desk.by, said))


def memberships(lines: Iterable[ClassMembers]) -> Iterable[Membership]:
    for line in lines:
        for member, person, incident in zip(line.members, line.persons, line.incidents, strict=True):
            yield Membership(record=member, class_id=line.id, person=person, incident=incident)


def played(seed: int, steps: int) -> tuple[Play, list[tuple[str, ...]]]:
    """A play of so many steps, and the accepted entries after each."""
    chance, play = random.Random(seed), Play()
    chains = []
    for _ in range(steps):
        play.step(chance.choice(STEPS), chance.choice(play.desks), chance)
        chains.append(tuple(one.name for one in play.log.ledger().chain))
    return play, chains


@given(st.integers(0, 2**32), st.integers(20, 90))
@settings(max_examples=80)
def test_nothing_that_is_handed_out_breaks_the_invariant_in_any_interleaving(seed: int, steps: int) -> None:
    play, chains = played(seed, steps)
    for before, after in pairwise(chains):
        assert after[: len(before)] == before, "what was accepted stays accepted"
    everything = [line for lines in play.handed.values() for line in lines]
    assert not broken(memberships(everything), RULE)
    standing = [batch for batch in play.log.ledger().batches.values() if batch.stands]
    assert not broken(memberships(line for batch in standing for line in batch.contents.classes), RULE)
    assert sum(batch.is_open for batch in standing) <= 1
    assert play.handed.keys() <= {batch.name for batch in standing}, "what left is never taken for cancelled"


@given(st.integers(0, 2**32), st.integers(20, 60))
@settings(max_examples=40)
def test_desks_that_hold_the_same_log_agree_in_whatever_order_it_came(seed: int, steps: int) -> None:
    play, _ = played(seed, steps)
    play.meet()
    found = [play.log.of(desk) for desk in play.desks]
    entries = list(play.log.entries)
    random.Random(seed).shuffle(entries)
    found.append(ledger_fold.fold(entries, play.log.unpack))
    for other in found[1:]:
        assert other == found[0]
        assert (other.published, other.waited) == (found[0].published, found[0].waited)
    assert found[0].pending == ()


def test_the_play_reaches_releases_recalls_and_races() -> None:
    """So that the two above prove something."""
    plays = [played(seed, 60)[0] for seed in range(30)]
    ledgers = [play.log.ledger() for play in plays]
    assert sum(len(play.handed) for play in plays) > 5
    assert sum(len(held.recalled) for held in ledgers) > 1
    assert sum(len(held.overtaken) for held in ledgers) > 50


def forked(seed: int, steps: int) -> tuple[Play, Play]:
    """One play that central's restoration parted: each goes on without the other."""
    one, _ = played(seed, steps)
    other = deepcopy(one)
    other.number, other.log.count = one.number + 1000, one.log.count + 1000
    for play, chance in ((one, random.Random(seed + 1)), (other, random.Random(seed + 2))):
        go_on(play, chance, steps)
    return one, other


def go_on(play: Play, chance: random.Random, steps: int) -> None:
    """Two desks do their best to let something leave; then anything happens."""
    play.meet()
    for kind, number in (("propose", 0), ("approve", 1), ("leave", 0), ("hand", 0)):
        play.step(kind, play.desks[number], chance)
        play.meet()
    for _ in range(steps):
        play.step(chance.choice(STEPS), chance.choice(play.desks), chance)
    play.meet()


def settled(one: Play, other: Play) -> bool:
    """What the other wrote comes behind, and two say that both are true; whether there was something to say."""
    heads = tuple(sorted({one.log.ledger().head, other.log.ledger().head}))
    known = {entry.name for entry in one.log.entries}
    one.log.held |= other.log.held
    for entry in other.log.entries:
        if entry.name not in known:
            one.log.log(replace(entry, place=None))
    one.handed |= other.handed
    for person in ("ana", "eva"):
        one.log.say(Act.SETTLE, {"closed": (), "heads": heads}, by=person)
    one.number += 2000
    one.meet()
    return bool(one.log.ledger().settlements)


def require_settled(seed: int, steps: int) -> None:
    one, other = forked(seed, steps)
    if not settled(one, other):
        return
    before = {member for lines in one.handed.values() for line in lines for member in line.members}
    names = set(one.handed)
    go_on(one, random.Random(seed + 3), 60)
    after = [line for name, lines in one.handed.items() if name not in names for line in lines]
    assert before.isdisjoint(member for line in after for member in line.members)
    assert not broken(memberships(after), RULE)
    assert one.handed.keys() <= {name for name, batch in one.log.ledger().batches.items() if batch.stands}


@given(st.integers(0, 2**32), st.integers(5, 30))
@settings(max_examples=20)
def test_after_a_settlement_nothing_that_left_in_either_branch_leaves_again(seed: int, steps: int) -> None:
    require_settled(seed, steps)


@pytest.mark.long(short="test_after_a_settlement_nothing_that_left_in_either_branch_leaves_again")
@given(st.integers(0, 2**32), st.integers(5, 30))
@settings(max_examples=60)
def test_nor_does_it_after_many_more_settlements(seed: int, steps: int) -> None:
    require_settled(seed, steps)


def test_the_forked_plays_reach_releases_in_both_branches_and_afterwards() -> None:
    """So that the one above proves something."""
    both = later = 0
    for seed in range(12):
        one, other = forked(seed, 25)
        own, theirs = set(one.handed), set(other.handed)
        if settled(one, other):
            both += bool(own - theirs) and bool(theirs - own)
            go_on(one, random.Random(seed), 60)
            later += bool(set(one.handed) - own - theirs)
    assert both > 1
    assert later > 3
