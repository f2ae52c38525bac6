"""The eyes of the campaigns in any order see what they are there to see: each of these is made wrong by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, update

from testimony.services.continuity import reoffer
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked
from testimony.services.withdrawal import shredding
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import Held, ObjectRow, TombstoneRow
from testimony.sync.client import exchange
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.client.pull import PullReport
from tests.support.sync import convergence
from tests.support.sync.fleet import Fleet
from tests.support.sync.invariants import Watch, require_clean, require_told
from tests.support.sync.supply import Supply

EVERY = frozenset("0123456789abcdef")
"""All names begin with one of these."""


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
    fleet.lie("desk", "records", EVERY)
    said = fleet.exchange("desk")
    require_told(fleet, "desk", said)
    with pytest.raises(AssertionError, match="nobody says"):
        require_told(fleet, "desk", ExchangeReport())
    fleet.close()


def test_what_others_were_shown_and_a_frozen_central_keeps_back_is_seen(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.lie("desk", "freeze", EVERY)
    fleet.refuse("phone-a")
    fleet.deliver("phone-a", "node")
    fleet.exchange("node")
    fleet.compare("node", "desk")
    require_told(fleet, "desk", fleet.exchange("desk"))
    monkeypatch.setattr(split_view, "shown_to_others", lambda *_: 0)
    with pytest.raises(AssertionError, match="others were shown more"):
        require_told(fleet, "desk", fleet.exchange("desk"))


def test_two_stories_that_nobody_tells_are_seen(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.lie("desk", "fork", EVERY)
    fleet.exchange("desk")
    fleet.refuse("phone-a")
    fleet.deliver("phone-a", "node")
    fleet.exchange("node")
    monkeypatch.setattr(split_view, "consider", lambda *_: "same")
    with pytest.raises(AssertionError, match="nobody says"):
        fleet.compare("node", "desk")


def test_a_station_that_follows_another_log_without_a_word_is_seen(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.lie("desk", "fork", EVERY)
    fleet.exchange("desk")
    fleet.behave()
    assert fleet.exchange("desk") is None  # it says so
    assert fleet.alarmed == {"desk"}
    monkeypatch.setattr(exchange, "pull", lambda *_, **__: PullReport())
    with pytest.raises(AssertionError, match="no alarm"):
        require_told(fleet, "desk", fleet.exchange("desk"))


def test_an_alarm_although_nobody_lied_is_seen(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    def alarm(*_: object, **__: object) -> None:
        raise LogForked(station="0")

    monkeypatch.setattr(exchange, "pull", alarm)
    with pytest.raises(AssertionError, match="nobody lied"):
        fleet.exchange("desk")


def test_an_alarm_that_stays_after_central_behaves_again_is_seen(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.lie("desk", "fork", EVERY)
    fleet.exchange("desk")
    monkeypatch.setattr(split_view, "shown_to_others", lambda *_: 1)
    with pytest.raises(AssertionError, match="no rest"):
        fleet.settle()
