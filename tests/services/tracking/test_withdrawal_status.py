"""How far a withdrawal has come: each station says that it has destroyed, and nobody says it for another."""

from __future__ import annotations

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.tracking import withdrawal_status
from testimony.services.tracking.withdrawal_status import Counts, Reached
from testimony.services.withdrawal import destruction_receipts, shredding
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from tests.support.services.world import DAY, World, said, take, tid_of
from tests.support.sync.world import to


def of(station: Station, withdrawal: SignedRecord) -> withdrawal_status.Fate:
    with station.database.reading() as session:
        found = withdrawal_status.progress(station, session, withdrawal=withdrawal.id)
    assert found is not None
    return found


def owed(station: Station, kid: str) -> list[str]:
    with station.database.reading() as session:
        return shredding.owed(session, kid)


def test_node_central_and_desk_say_it_one_after_the_other(world: World, node: Station, central: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    way, reader = to(central, world.station), to(central, world.lawyer_signer)
    exchange(node, way)
    desk = world.desk()
    exchange(desk, reader, audience="lawyers")
    withdrawn = world.withdrawal(sealed)
    take(node, withdrawn)
    assert of(node, withdrawn).nodes == Reached(destroyed=1)
    assert of(node, withdrawn).central == Reached(silent=1)
    exchange(node, way)
    first = of(central, withdrawn)
    assert (first.state, first.tid) == ("destroyed", tid_of(sealed))
    assert (first.nodes, first.central) == (Reached(destroyed=1), Reached(destroyed=1))
    assert first.desks == Reached(silent=2), "neither the lawyer nor the coordinator has come yet"
    exchange(node, way)  # what central says of itself comes back
    assert of(node, withdrawn).central == Reached(destroyed=1)
    exchange(desk, reader, audience="lawyers")
    assert of(central, withdrawn).desks == Reached(known=1, silent=1)
    assert owed(desk, world.lawyer_signer.kid) == [withdrawn.id]
    said_by_desk = shredding.receipt_for(withdrawn.id, day=DAY, signer=world.lawyer_signer)
    assert said(take(desk, said_by_desk)) == ["stored"]
    assert owed(desk, world.lawyer_signer.kid) == []
    assert said(take(central, said_by_desk)) == ["stored"]
    assert of(central, withdrawn).desks == Reached(destroyed=1, silent=1)
    exchange(node, way)
    assert of(node, withdrawn).desks == Reached(destroyed=1, silent=1)
    other = world.create("other", "desk", None)
    exchange(other, to(central, world.coordinator_signer), audience="coordinators")
    assert of(other, withdrawn).desks == Reached(destroyed=1, silent=1)
    assert of(other, withdrawn).nodes == Reached(destroyed=1)


def test_a_node_that_never_held_it_is_not_waited_for_and_is_told_nothing(
    world: World, node: Station, central: Station
) -> None:
    sealed = world.coded()
    take(node, sealed)
    exchange(node, to(central, world.station))
    other = world.other_node()
    withdrawn = world.withdrawal(sealed)
    take(central, withdrawn)
    exchange(other, to(central, world.second_node))
    with other.database.reading() as session:
        assert withdrawal_status.progress(other, session, withdrawal=withdrawn.id) is None
    assert of(central, withdrawn).nodes == Reached(silent=1)
    exchange(node, to(central, world.station))
    assert of(node, withdrawn).state == "destroyed"


def test_the_numbers_of_central_count_what_everybody_has_destroyed(
    world: World, node: Station, central: Station
) -> None:
    sealed, told, early = world.coded(), world.coded(), world.coded()
    withdrawn = world.withdrawal(sealed)
    take(node, sealed, told)
    exchange(node, to(central, world.station))
    take(node, withdrawn, world.withdrawal(told, signer=world.device), world.withdrawal(early))
    exchange(node, to(central, world.station))
    with central.database.reading() as session:
        assert withdrawal_status.counts(central, session) == Counts(waiting=1, suspended=1, destroyed=1, everywhere=0)
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(central, shredding.receipt_for(withdrawn.id, day=DAY, signer=signer))
    with central.database.reading() as session:
        assert withdrawal_status.counts(central, session) == Counts(waiting=1, suspended=1, destroyed=1, everywhere=1)


def test_the_days_of_a_suspension_and_of_a_void_one_are_told(world: World, node: Station) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    take(node, sealed, told)
    assert (of(node, told).state, of(node, told).nodes) == ("suspended", Reached(known=1))
    assert of(node, told).due is not None
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(node, statements.contest(withdrawal=told.id, annex="a" * 64, day=DAY, signer=signer))
    assert (of(node, told).state, of(node, told).due) == ("void", None)


def test_nobody_says_it_for_another_or_from_outside_and_it_counts_once(
    world: World, node: Station, central: Station
) -> None:
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    take(central, sealed, withdrawn)
    genuine = shredding.receipt_for(withdrawn.id, day=DAY, signer=world.station)
    for_another = SignedRecord.sign({**genuine.value, "station": world.second_node.kid}, world.station)
    foreign = shredding.receipt_for(withdrawn.id, day=DAY, signer=Signer.generate())
    phone = shredding.receipt_for(withdrawn.id, day=DAY, signer=world.device)
    later = shredding.receipt_for(withdrawn.id, day="2026-11-25", signer=world.station)
    other = shredding.receipt_for(withdrawn.id, day="2026-11-23", signer=world.station)
    forged = SignedRecord(other.data, ({**other.sigs[0], "sig": "00" * 64},))
    outcome = take(central, for_another, foreign, phone, forged, genuine, later, genuine)
    assert said(outcome) == [
        "refused: structure",
        "refused: signer.unknown",
        "refused: signer.unknown",
        "refused: signature.bad",
        "stored",
        "stored",
        "duplicate",
    ]
    with central.database.reading() as session:
        assert destruction_receipts.by(session, withdrawn.id) == {central.kid, world.station.kid}


def test_the_node_delivers_its_record_once(world: World, node: Station, central: Station) -> None:
    sealed = world.coded()
    withdrawn = world.withdrawal(sealed)
    take(node, sealed, withdrawn)
    exchange(node, to(central, world.station))
    with node.database.reading() as session:
        assert outbox.waiting(session) == []
    assert exchange(node, to(central, world.station)).pushed.delivered == 0


@pytest.mark.parametrize("audience", ["lawyers", "coordinators"])
def test_a_desk_that_came_while_it_was_suspended_gets_it_when_the_withdrawal_is_void(
    world: World, central: Station, audience: str
) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    take(central, sealed, told)
    desk = world.desk()
    reader = world.lawyer_signer if audience == "lawyers" else world.coordinator_signer
    exchange(desk, to(central, reader), audience=audience)
    heads = {part["heads"][audience] for part in sealed.record.value["parts"] if audience in part["heads"]}
    assert _held(desk, sealed.record.id) == set()
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(central, statements.contest(withdrawal=told.id, annex="a" * 64, day=DAY, signer=signer))
    report = exchange(desk, to(central, reader), audience=audience)
    assert report.pulled.refused == {}
    assert heads <= _held(desk, sealed.record.id)


def test_the_node_that_delivered_it_hears_of_the_contests_and_offers_it_again(
    world: World, node: Station, central: Station
) -> None:
    sealed, other = world.coded(), world.other_node()
    told = world.withdrawal(sealed, signer=world.device)
    take(node, sealed)
    exchange(node, to(central, world.station))
    take(central, told)
    exchange(node, to(central, world.station))
    assert of(node, told).state == "suspended"
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(central, statements.contest(withdrawal=told.id, annex="a" * 64, day=DAY, signer=signer))
    assert exchange(node, to(central, world.station)).pulled.refused == {}
    assert of(node, told).state == "void"
    exchange(other, to(central, world.second_node))
    with other.database.reading() as session:
        assert withdrawal_status.progress(other, session, withdrawal=told.id) is None


def _held(station: Station, record: str) -> set[str]:
    with station.database.reading() as session:
        return {item.name for item in record_queries.parts_of(session, record) if item.held}
