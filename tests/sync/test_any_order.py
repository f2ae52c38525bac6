"""In whatever order things happen in a fleet, in the end everybody has the same, and nothing withdrawn is served."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from testimony.errors import NotDelivered
from tests.support.sync import convergence, invariants
from tests.support.sync.fleet import CLONE, DESKS, IDS, KEPT, LOST, NEVER, NODES, OK, STATIONS, Fleet
from tests.support.sync.hostile_central import stripped
from tests.support.sync.lies import CHANGES, LIES, change_of, with_a_bit_changed
from tests.support.sync.supply import WITNESS, Supply

POOL = 4
PHONES = ("phone-a", "phone-b")
MACHINES = (*NODES, CLONE)
DIGITS = st.frozensets(st.sampled_from("0123456789abcdef"), min_size=1)
"""With which the names of what is left out or damaged begin."""


class Anything(RuleBasedStateMachine):
    """Told to do anything, at any time. `supply` is set by the test."""

    supply: Supply

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(self.supply)
        self.watch = invariants.Watch(self.fleet)

    def _told(self) -> int:
        return len(self.fleet.told)

    def _one(self, data: Any) -> int:
        return int(data.draw(st.integers(0, self._told() - 1), label="testimony"))

    @precondition(lambda self: self._told() < POOL)
    @rule(phones=st.lists(st.sampled_from(PHONES), min_size=1, max_size=POOL))
    def seal(self, phones: list[str]) -> None:
        for phone in phones[: POOL - self._told()]:
            self.fleet.seal(phone)

    @precondition(lambda self: len(self.fleet.refused) < POOL)
    @rule(phone=st.sampled_from(PHONES))
    def refuse(self, phone: str) -> None:
        self.fleet.refuse(phone)

    @rule(
        phone=st.sampled_from(PHONES),
        node=st.sampled_from(MACHINES),
        what=st.sampled_from(("all", "text", "media", "all")),
        heard=st.booleans(),
    )
    def deliver(self, phone: str, node: str, what: str, heard: bool) -> None:
        self.fleet.deliver(phone, node, what, heard=heard)

    @rule(name=st.sampled_from((*MACHINES, *DESKS)), drop=st.booleans())
    def exchange(self, name: str, drop: bool) -> None:
        with suppress(NotDelivered):
            said = self.fleet.exchange(name, drop=drop)
            invariants.require_told(self.fleet, name, said)
            if said is not None and self.fleet.node_of(name) not in self.fleet.lies:
                invariants.require_withdrawals_there(self.fleet, name)

    @rule(name=st.sampled_from((*MACHINES, *DESKS)), how=st.sampled_from(LIES), digits=DIGITS)
    def lie(self, name: str, how: str, digits: frozenset[str]) -> None:
        """Central does not give this station what it has, from now on; the station says so at once if it can know."""
        self.fleet.lie(name, "records" if how == "hashes" and name not in DESKS else how, digits)
        self.exchange(name, drop=False)

    @precondition(lambda self: self.fleet.lies)
    @rule()
    def behave(self) -> None:
        self.fleet.behave()

    @precondition(lambda self: self.fleet.alarmed and not self.fleet.lies)
    @rule()
    def decide(self) -> None:
        self.fleet.decide()

    @precondition(lambda self: self.fleet.sticks)
    @rule(data=st.data(), how=st.sampled_from(CHANGES), digits=DIGITS)
    def strip(self, data: Any, how: str, digits: frozenset[str]) -> None:
        """Somebody without a key changes a file; they cannot seal it."""
        number = data.draw(st.integers(0, len(self.fleet.sticks) - 1), label="file")
        report = self.fleet.tamper(number, lambda file: stripped(file, change_of(how, digits)))
        assert report is None or not report.sealed

    @precondition(lambda self: self.fleet.sticks)
    @rule(data=st.data(), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
    def damage(self, data: Any, place: float, bit: int) -> None:
        number = data.draw(st.integers(0, len(self.fleet.sticks) - 1), label="file")
        report = self.fleet.tamper(number, lambda file: with_a_bit_changed(file, place, bit))
        assert report is None or not report.sealed

    @rule(
        name=st.sampled_from((*NODES, "central")),
        fates=st.lists(st.sampled_from((OK, OK, LOST, NEVER)), max_size=9),
        narrow=st.booleans(),
    )
    def lose(self, name: str, fates: list[str], narrow: bool) -> None:
        self.fleet.links[name].fates.extend(fates)
        self.fleet.narrow = narrow

    @rule(node=st.sampled_from(MACHINES), order=st.permutations((*MACHINES, *DESKS)))
    def round(self, node: str, order: list[str]) -> None:
        """Everybody delivers and exchanges, as on a quiet day."""
        for phone in PHONES:
            self.fleet.deliver(phone, node)
        for name in order:
            self.exchange(name, drop=False)

    @precondition(_told)
    @rule(data=st.data(), where=st.sampled_from(MACHINES), how=st.sampled_from(WITNESS))
    def withdraw(self, data: Any, where: str, how: str) -> None:
        self.fleet.withdraw(self._one(data), where, how)

    @precondition(_told)
    @rule(name=st.sampled_from((*MACHINES, "central", *DESKS)))
    def end(self, name: str) -> None:
        self.fleet.end(name)

    @precondition(_told)
    @rule(data=st.data(), where=st.sampled_from(MACHINES))
    def use(self, data: Any, where: str) -> None:
        self.fleet.use(self._one(data), where)

    @precondition(_told)
    @rule(data=st.data())
    def pass_on(self, data: Any) -> None:
        self.fleet.pass_on(self._one(data))

    @precondition(_told)
    @rule(data=st.data(), desk=st.sampled_from(DESKS))
    def contest(self, data: Any, desk: str) -> None:
        self.fleet.contest(self._one(data), desk)

    @rule(name=st.sampled_from((*MACHINES, *DESKS)))
    def export(self, name: str) -> None:
        invariants.require_clean(self.fleet, self.fleet.export(name))

    @rule(to=st.sampled_from(sorted(IDS)))
    def answer(self, to: str) -> None:
        invariants.require_clean(self.fleet, [file for file in self.fleet.answer(to) if file.honest])

    @precondition(lambda self: self.fleet.sticks)
    @rule(data=st.data(), torn=st.booleans(), clone=st.booleans())
    def bring(self, data: Any, torn: bool, clone: bool) -> None:
        number = data.draw(st.integers(0, len(self.fleet.sticks) - 1), label="file")
        self.fleet.bring(number, torn=torn, clone=clone)

    @rule(one=st.sampled_from((*STATIONS, CLONE)), other=st.sampled_from((*STATIONS, CLONE)))
    def compare(self, one: str, other: str) -> None:
        self.fleet.compare(one, other)

    @rule(name=st.sampled_from((*STATIONS, CLONE)))
    def reopen(self, name: str) -> None:
        self.fleet.reopen(name)

    @rule(name=st.sampled_from(KEPT))
    def copy(self, name: str) -> None:
        self.fleet.copy(name)

    @precondition(lambda self: CLONE not in self.fleet.stations)
    @rule()
    def clone(self) -> None:
        self.fleet.clone()

    @precondition(lambda self: any(self.fleet.may_restore(name) for name in KEPT))
    @rule(name=st.sampled_from(KEPT), whole=st.booleans(), journal=st.booleans())
    def restore(self, name: str, whole: bool, journal: bool) -> None:
        if self.fleet.may_restore(name):
            self.fleet.restore(name, whole=whole, journal=journal)

    @invariant()
    def holds(self) -> None:
        self.watch.require_all()

    def teardown(self) -> None:
        try:
            self.fleet.settle()
            self.watch.require_all(proofs=True)
            invariants.require_readable(self.fleet)
            convergence.require_the_same(self.fleet)
        finally:
            self.fleet.close()


def play(tmp_path: Path, *, examples: int, steps: int, shrink: bool = False, number: int | None = None) -> None:
    """`number`: another seed; None: the same examples in every run."""
    budget = settings(max_examples=examples, stateful_step_count=steps)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    Anything.supply = Supply(tmp_path, POOL)
    machine = Anything if number is None else seed(number)(type("Anything", (Anything,), {}))
    try:
        run_state_machine_as_test(machine, settings=settings(budget, phases=phases, database=None))
    finally:
        Anything.supply.world.close()


def test_in_any_order_everybody_ends_with_the_same(tmp_path: Path) -> None:
    play(tmp_path, examples=3, steps=30)


@pytest.mark.long(short="test_in_any_order_everybody_ends_with_the_same")
@pytest.mark.parametrize("number", range(40))
def test_in_any_order_everybody_ends_with_the_same_in_a_long_campaign(tmp_path: Path, number: int) -> None:
    play(tmp_path, examples=60, steps=50, shrink=True, number=number)
