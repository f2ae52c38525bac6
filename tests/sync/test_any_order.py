"""In whatever order things happen in a fleet, in the end everybody has the same, and nothing withdrawn is served."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from testimony.errors import NotDelivered
from testimony.services import collect
from tests.sync.fleet import DESKS, LOST, NEVER, NODES, OK, STATIONS, Fleet, Supply
from tests.sync.truth import logged, require_gone, require_true_receipts
from tests.sync.world import all_names, held, tid_of, waiting

POOL = 8
PHONES = ("phone-a", "phone-b")


class Anything(RuleBasedStateMachine):
    """Told to do anything, at any time. `supply` is set by the test."""

    supply: Supply

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(self.supply)

    def _made(self) -> int:
        return len(self.fleet.sealed)

    @precondition(lambda self: self._made() < POOL)
    @rule(phone=st.sampled_from(PHONES))
    def seal(self, phone: str) -> None:
        self.fleet.seal(phone)

    @rule(phone=st.sampled_from(PHONES), node=st.sampled_from(NODES))
    def deliver(self, phone: str, node: str) -> None:
        self.fleet.deliver(phone, node)

    @rule(name=st.sampled_from((*NODES, *DESKS)))
    def exchange(self, name: str) -> None:
        with suppress(NotDelivered):
            self.fleet.exchange(name)

    @rule(name=st.sampled_from((*NODES, "central")), fates=st.lists(st.sampled_from((OK, OK, LOST, NEVER)), max_size=9))
    def lose(self, name: str, fates: list[str]) -> None:
        self.fleet.links[name].fates.extend(fates)

    @precondition(lambda self: self._made())
    @rule(data=st.data(), where=st.sampled_from(NODES))
    def withdraw(self, data: Any, where: str) -> None:
        self.fleet.withdraw(data.draw(st.integers(0, self._made() - 1)), where)

    @precondition(lambda self: self._made())
    @rule(data=st.data())
    def pass_on(self, data: Any) -> None:
        self.fleet.pass_on(data.draw(st.integers(0, self._made() - 1)))

    @rule(name=st.sampled_from(sorted(STATIONS)))
    def reopen(self, name: str) -> None:
        self.fleet.reopen(name)

    @rule(node=st.sampled_from(NODES))
    def copy(self, node: str) -> None:
        self.fleet.copy(node)

    @precondition(lambda self: any(self.fleet.may_restore(node) for node in NODES))
    @rule(node=st.sampled_from(NODES))
    def restore(self, node: str) -> None:
        if self.fleet.may_restore(node):
            self.fleet.restore(node)

    def teardown(self) -> None:
        try:
            self.fleet.settle()
            self._require_the_same_everywhere()
        finally:
            self.fleet.close()

    def _require_the_same_everywhere(self) -> None:
        fleet, central = self.fleet, self.fleet.stations["central"]
        assert not any(fleet.outboxes.values())
        for node in NODES:
            assert waiting(fleet.stations[node]) == []
            require_true_receipts(fleet.stations[node], central)
        assert all(times == 1 for times in Counter(logged(central)).values())
        for number in sorted(fleet.sealed):
            self._require_fate(number)

    def _require_fate(self, number: int) -> None:
        """Withdrawn by the code: gone everywhere; by a worker: served nowhere; else: at central and its readers."""
        fleet, sealed = self.fleet, self.supply.pool[number]
        for name, station in fleet.stations.items():
            if number in fleet.by_code:
                require_gone(station, sealed)
            elif number in fleet.by_worker:
                self._require_not_served(name, number)
        if number not in fleet.by_code | fleet.by_worker:
            assert held(fleet.stations["central"], sealed) == all_names(sealed)
            assert len(held(fleet.stations["desk"], sealed)) == 12
            assert len(held(fleet.stations["desk-2"], sealed)) == 4

    def _require_not_served(self, name: str, number: int) -> None:
        """A node that never had it need not know."""
        station, sealed = self.fleet.stations[name], self.supply.pool[number]
        assert held(station, sealed) == set()
        with station.database.reading() as session:
            known = collect.record_of(session, sealed.record.id) is not None
            assert not known or not collect.is_served(session, tid_of(sealed))


def play(tmp_path: Path, *, examples: int, steps: int, shrink: bool) -> None:
    budget = settings(max_examples=examples, stateful_step_count=steps)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    Anything.supply = Supply(tmp_path, POOL)
    try:
        run_state_machine_as_test(Anything, settings=settings(budget, phases=phases, database=None))
    finally:
        Anything.supply.world.close()


def test_in_any_order_everybody_ends_with_the_same(tmp_path: Path) -> None:
    play(tmp_path, examples=3, steps=25, shrink=False)


@pytest.mark.long
def test_in_any_order_everybody_ends_with_the_same_in_a_long_campaign(tmp_path: Path) -> None:
    play(tmp_path, examples=600, steps=50, shrink=True)
