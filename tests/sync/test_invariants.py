"""The eyes of the campaigns in any order see what they are there to see: each of these is made wrong by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update

from testimony.services.continuity import reoffer
from testimony.services.custody.gaps import Gaps
from testimony.services.withdrawal import shredding
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import Held, ObjectRow, TombstoneRow
from tests.support.sync import convergence
from tests.support.sync.fleet import Fleet
from tests.support.sync.hostile_central import hidden
from tests.support.sync.invariants import Watch, require_clean, require_noticed
from tests.support.sync.supply import Supply


@pytest.fixture(scope="module")
def supply(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supply]:
    supply = Supply(tmp_path_factory.mktemp("fleet"), 2)
    yield supply
    supply.world.close()


@pytest.fixture
def fleet(supply: Supply) -> Iterator[Fleet]:
    """Two testimonies, one with media, at central and at its readers."""
    fleet = Fleet(supply)
    for phone in ("phone-a", "phone-b"):
        fleet.seal(phone)
        fleet.deliver(phone, "node")
    fleet.settle()
    yield fleet
    fleet.close()


def lose_an_object(fleet: Fleet) -> None:
    with fleet.stations["central"].database.transaction() as session:
        session.execute(update(ObjectRow).where(ObjectRow.part == "coded").values(held=Held.EXPECTED))


def forget_an_entry(fleet: Fleet) -> None:
    with fleet.stations["central"].database.transaction() as session:
        last = session.query(LogLeaf).filter(LogLeaf.log == OWN).count() - 1
        session.execute(delete(LogLeaf).where(LogLeaf.log == OWN, LogLeaf.no == last))


def dig_up(fleet: Fleet) -> None:
    """A withdrawal is known, and its testimony is served all the same."""
    fleet.pass_on(0)
    with fleet.stations["desk"].database.transaction() as session:
        session.execute(delete(TombstoneRow))


@pytest.mark.parametrize("wrong", [lose_an_object, forget_an_entry, dig_up])
def test_what_is_made_wrong_is_seen_after_the_step(fleet: Fleet, wrong: Callable[[Fleet], None]) -> None:
    watch = Watch(fleet)
    watch.require_all(proofs=True)
    convergence.require_the_same(fleet)
    wrong(fleet)
    with pytest.raises((AssertionError, KeyError)):
        watch.require_all()


def test_what_counts_as_delivered_to_a_central_that_is_no_more_is_seen(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(fleet)
    fleet.copy("central")
    fleet.refuse("phone-a")
    fleet.deliver("phone-a", "node")
    fleet.exchange("node")
    watch.require_all()
    monkeypatch.setattr(reoffer, "reopen", lambda _: None)
    fleet.restore("central", whole=False, journal=True)
    fleet.exchange("node")
    with pytest.raises(AssertionError, match="no more"):
        watch.require_all()


def test_a_head_that_was_taken_back_and_stayed_is_seen(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(fleet)
    monkeypatch.setattr(shredding, "narrow", lambda *_: None)
    fleet.withdraw(0, "node", "text")
    with pytest.raises(AssertionError, match="taken back"):
        watch.require_all()


def test_what_lies_on_a_stick_although_its_writer_knew_better_is_seen(supply: Supply) -> None:
    fleet = Fleet(supply)
    fleet.seal("phone-a")
    fleet.deliver("phone-a", "node")
    fleet.exchange("node")
    before = fleet.answer("desk")
    require_clean(fleet, before)
    fleet.withdraw(0, "node", "early")
    fleet.exchange("node")
    with pytest.raises(AssertionError, match="withdrawn"):
        require_clean(fleet, before)
    fleet.close()


def test_what_is_left_out_and_not_said_to_be_lacking_is_seen(supply: Supply) -> None:
    fleet = Fleet(supply)
    fleet.seal("phone-a")
    fleet.deliver("phone-a", "node")
    fleet.exchange("node")
    said = fleet.cheat("desk", hidden("records", frozenset("0123456789abcdef")))
    require_noticed(fleet, "desk", said)
    with pytest.raises(AssertionError, match="nobody says"):
        require_noticed(fleet, "desk", Gaps())
    fleet.close()
