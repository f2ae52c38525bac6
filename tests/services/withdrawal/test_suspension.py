"""A worker's withdrawal holds back at once, destroys after two weeks, and is void once two roles contest it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from testimony.domain.time import Clock
from testimony.domain.withdrawal.suspension import A_DAY
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption
from testimony.services.startup import open_station
from testimony.services.withdrawal import clock_readings, suspension
from testimony.station.station import Station
from tests.support.services import clocks
from tests.support.services.consent.suspension import both, contest
from tests.support.services.consent.withdrawals import heads_of, is_served, raw_disk, readable
from tests.support.services.world import DAY, World, entries, names, objects_of, said, take, tid_of


@pytest.fixture
def goes_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let every station's clock, and central's, show so many days after the day of the tests."""

    def set_to(days: int) -> None:
        shown = (date.fromisoformat("2026-11-25") + timedelta(days)).isoformat()
        clocks.agree(monkeypatch, shown)

    set_to(0)
    return set_to


def due(station: Station, sealed: SealedTestimony) -> str | None:
    with station.database.reading() as session:
        return suspension.due_of(session, tid_of(sealed))


def test_it_destroys_on_the_fourteenth_day_and_not_before(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.device)
    assert said(take(node, told)) == ["stored"]
    assert due(node, sealed) == "2026-12-09"
    key = node.shred_keys.find(tid_of(sealed))
    goes_on(13)
    assert suspension.sweep(node) == 0
    assert key is not None
    assert node.shred_keys.find(tid_of(sealed)) == key
    goes_on(14)
    assert suspension.sweep(node) == 1
    assert readable(node, sealed) == set()
    assert key.hex().encode() not in raw_disk(node)
    assert not any(part.body in raw_disk(node) for part in sealed.parts)
    assert entries(node)[-1] == ("shredded", told.id)
    assert suspension.sweep(node) == 0
    assert set(said(take(node, sealed))) == {"withdrawn"}


def test_what_is_due_is_destroyed_at_the_start_of_a_station(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    take(node, sealed, world.withdrawal(sealed, signer=world.interviewer))
    node.close()
    goes_on(20)
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert again.shred_keys.find(tid_of(sealed)) is None
    assert readable(again, sealed) == set()


def test_two_roles_make_it_void_and_everything_is_served_and_offered_again(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.device)
    take(node, told)
    with node.database.reading() as session:
        assert sealed.record.id not in [item.name for item in outbox.waiting(session)]
    first, second = both(world, told)
    assert said(take(node, first)) == ["stored"]
    assert not is_served(node, sealed), "one role is not enough"
    assert said(take(node, second)) == ["stored"]
    assert is_served(node, sealed)
    assert readable(node, sealed) == names(sealed)
    assert entries(node)[-2:] == [("contested", second.id), ("void", told.id)]
    with node.database.reading() as session:
        assert sealed.record.id in [item.name for item in outbox.waiting(session)]
        assert {item.held for item in record_queries.parts_of(session, sealed.record.id)} == {True}
    goes_on(60)
    assert suspension.sweep(node) == 0
    assert readable(node, sealed) == names(sealed)


def test_two_of_one_role_two_by_one_person_and_one_by_a_phone_are_not_two_roles(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.device)
    take(node, told)
    again = statements.contest(withdrawal=told.id, annex="b" * 64, day=DAY, signer=world.lawyer_signer)
    assert said(take(node, contest(told, world.lawyer_signer), again)) == ["stored"] * 2
    for nobody in (world.device, world.interviewer, world.station, Signer.generate()):
        assert said(take(node, contest(told, nobody))) == ["refused: signer.unknown"]
    assert not is_served(node, sealed)


def test_a_contest_is_about_one_withdrawal_and_another_still_holds_back(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told, other = (world.withdrawal(sealed, signer=signer) for signer in (world.device, world.interviewer))
    take(node, told, other, *both(world, told))
    assert not is_served(node, sealed)
    take(node, *both(world, other))
    assert readable(node, sealed) == names(sealed)


def test_the_code_of_the_witness_is_not_to_be_contested(world: World, node: Station) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed)
    take(node, *both(world, told), sealed, told)
    assert not is_served(node, sealed)
    assert node.shred_keys.find(tid_of(sealed)) is None


def test_in_whatever_order_they_come_the_end_is_the_same(world: World) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    things = [sealed, told, *both(world, told)]
    for number, order in enumerate(itertools.permutations(things)):
        node = world.create(f"order-{number}", "desk", None)
        for thing in order:
            take(node, thing)
        assert readable(node, sealed) == names(sealed), order
        node.close()


def test_a_withdrawal_before_its_testimony_holds_it_back_when_it_comes(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    take(node, told)
    assert set(said(take(node, sealed))) == {"stored"}
    assert not is_served(node, sealed)
    assert readable(node, sealed) & set(heads_of(sealed, "lawyers")) == set()
    goes_on(14)
    suspension.sweep(node)
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert set(said(take(node, sealed))) == {"withdrawn"}


def test_single_heads_are_held_back_also_when_they_come_later_and_deleted_when_due(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    aside = heads_of(sealed, "coordinators")
    told = world.withdrawal(sealed, scope=aside, signer=world.device)
    take(node, told)
    take(node, sealed)
    assert readable(node, sealed) == names(sealed) - set(aside)
    assert is_served(node, sealed)
    goes_on(14)
    assert suspension.sweep(node) == 1
    with node.database.reading() as session:
        gone = {item.name for item in record_queries.parts_of(session, sealed.record.id) if not item.held}
    assert gone == set(aside)
    again = take(node, sealed)
    assert said(again).count("withdrawn") == len(aside)


def test_heads_that_come_after_the_withdrawal_was_due_are_not_served(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    aside = heads_of(sealed, "coordinators")
    take(node, world.withdrawal(sealed, scope=aside, signer=world.device))
    goes_on(14)
    suspension.sweep(node)
    take(node, sealed)
    assert readable(node, sealed) == names(sealed) - set(aside)


def test_single_heads_are_served_again_when_the_withdrawal_is_void(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, scope=heads_of(sealed, "coordinators"), signer=world.device)
    take(node, told)
    take(node, *both(world, told))
    assert readable(node, sealed) == names(sealed)


def test_two_readers_destroy_at_once_and_one_reader_does_not(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    take(node, world.withdrawal(sealed, signer=world.lawyer_signer))
    take(node, statements.withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-23", signer=world.lawyer_signer))
    take(node, world.withdrawal(sealed, signer=world.interviewer))
    assert node.shred_keys.find(tid_of(sealed)) is not None
    second = world.withdrawal(sealed, signer=world.coordinator_signer)
    take(node, second)
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert readable(node, sealed) == set()
    assert entries(node)[-1] == ("shredded", second.id)


def test_a_stolen_phone_destroys_no_more_than_its_share_of_a_day(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    told = [world.coded() for _ in range(A_DAY + 1)]
    take(node, *told)
    for sealed in told:
        take(node, world.withdrawal(sealed, signer=world.device))
    assert not any(is_served(node, sealed) for sealed in told)
    last = told[-1]
    assert [due(node, sealed) is None for sealed in told] == [False] * A_DAY + [True]
    goes_on(14)
    assert suspension.sweep(node) == A_DAY
    assert node.shred_keys.find(tid_of(last)) is not None
    assert not is_served(node, last)
    take(node, world.withdrawal(last, signer=world.lawyer_signer))  # confirms it: two weeks from now
    assert due(node, last) == "2026-12-23"
    clock_readings.hear(node, Clock.CENTRAL, date.fromisoformat("2026-12-09"), fresh=True)
    goes_on(28)
    assert suspension.sweep(node) == 1
    assert node.shred_keys.find(tid_of(last)) is None


def test_a_revoked_phone_can_hold_back_and_destroys_nothing(
    world: World, node: Station, goes_on: Callable[[int], None]
) -> None:
    sealed = world.coded()
    take(node, sealed)
    adoption.adopt_all(node, [world.without("phone-7")])
    told = world.withdrawal(sealed, signer=world.device)
    assert said(take(node, told)) == ["stored"]
    assert not is_served(node, sealed)
    assert due(node, sealed) is None
    goes_on(100)
    assert suspension.sweep(node) == 0
    assert node.shred_keys.find(tid_of(sealed)) is not None
    assert said(take(node, told)) == ["duplicate"]


def test_a_revoked_reader_frees_nothing(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.device)
    first, second = both(world, told)
    take(node, told, first)
    adoption.adopt_all(node, [world.without("coordinator")])
    assert said(take(node, second)) == ["refused: signer.inactive"]
    assert not is_served(node, sealed)


def test_what_was_said_before_somebody_left_does_not_free_together_with_another(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    told = world.withdrawal(sealed, signer=world.device)
    first, second = both(world, told)
    take(node, told, second)
    adoption.adopt_all(node, [world.without("coordinator")])
    assert said(take(node, first)) == ["stored"]
    assert not is_served(node, sealed)


def test_a_withdrawal_of_another_organisation_or_forged_changes_nothing(world: World, node: Station) -> None:
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    foreign = world.withdrawal(sealed, signer=Signer.generate())
    genuine = world.withdrawal(sealed, signer=world.device)
    forged = SignedRecord(genuine.data, ({**genuine.sigs[0], "sig": "00" * 64},))
    assert said(take(node, foreign, forged)) == ["refused: signer.unknown", "refused: signature.bad"]
    by_node = world.withdrawal(sealed, signer=world.station)
    assert said(take(node, by_node)) == ["refused: signer.unknown"]
    assert readable(node, sealed) == names(sealed)
    assert readable(node, other) == names(other)


@pytest.mark.parametrize("change", [{"annex": "A" * 64}, {"withdrawal": "1"}, {"more": 1}, {"day": "tomorrow"}])
def test_a_contest_of_another_structure_is_refused(world: World, node: Station, change: dict[str, object]) -> None:
    value = {**contest(world.withdrawal(world.coded(), signer=world.device), world.lawyer_signer).value, **change}
    assert said(take(node, SignedRecord.sign(value, world.lawyer_signer))) == ["refused: structure"]


def test_an_interrupted_day_is_made_good(
    world: World, node: Station, goes_on: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power is cut after the tombstone and before anything is destroyed: the next look destroys."""
    sealed = world.coded()
    take(node, sealed, world.withdrawal(sealed, signer=world.device))
    goes_on(14)
    with monkeypatch.context() as patch:
        patch.setattr(suspension.shredding, "finish", lambda _: 0)
        assert suspension.sweep(node) == 1
    assert node.shred_keys.find(tid_of(sealed)) is not None
    suspension.sweep(node)
    assert node.shred_keys.find(tid_of(sealed)) is None


def test_objects_that_come_while_it_is_suspended_are_kept_and_served_when_it_is_void(
    world: World, node: Station
) -> None:
    sealed = world.coded()
    objects = objects_of(sealed)
    told = world.withdrawal(sealed, signer=world.device)
    take(node, sealed.record, *objects[:4], told)
    take(node, *objects[4:])
    take(node, *both(world, told))
    assert readable(node, sealed) == names(sealed)
