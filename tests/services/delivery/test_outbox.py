"""The outbox: what waits, whose receipt is believed, and that nothing is dropped before it is proved elsewhere."""

from __future__ import annotations

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.delivery import outbox
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.services.outbox import here
from tests.support.services.world import World, names, objects_of, said, take, tid_of


def waiting(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [item.name for item in outbox.waiting(session)]


def states(station: Station) -> dict[str, str]:
    with station.database.reading() as session:
        return {line.tid: line.state for line in outbox.states(session)}


def acknowledge(station: Station, receipt: SignedRecord) -> bool:
    with station.database.transaction() as session:
        return outbox.acknowledge(station, session, receipt)


def drop(station: Station) -> int:
    with station.database.transaction() as session:
        return outbox.drop_delivered(station, session, upto=station.today())


def receipt(sealed: SealedTestimony, signer: Signer, *, durable: bool = True, without: str = "") -> SignedRecord:
    parts = names(sealed) - {without}
    return statements.receipt(
        record=sealed.record.id, parts=parts, log_size=1, root="0" * 64, durable=durable, signer=signer
    )


def test_withdrawals_wait_in_front_of_what_came_before_them(world: World, node: Station) -> None:
    first, second = world.coded(), world.testimony()
    take(node, first, second)
    withdrawn = world.withdrawal(world.coded(), signer=world.lawyer_signer)
    take(node, withdrawn)
    assert waiting(node) == [withdrawn.id, first.record.id, second.record.id]


def test_what_waits_names_every_object_that_central_needs(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with node.database.reading() as session:
        [item] = outbox.waiting(session)
    assert (item.kind, set(item.objects)) == ("manifest", names(sealed))


def test_an_incomplete_testimony_does_not_wait_yet(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed.record, *objects_of(sealed)[:-1])
    assert waiting(node) == []
    assert states(node) == {tid_of(sealed): "incomplete"}
    take(node, objects_of(sealed)[-1])
    assert waiting(node) == [sealed.record.id]
    assert states(node) == {tid_of(sealed): "waiting"}


def test_central_s_receipt_ends_the_waiting(world: World, node: Station, central: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    assert acknowledge(node, given)
    assert acknowledge(node, given)
    assert waiting(node) == []
    assert states(node) == {tid_of(sealed): "delivered"}
    with node.database.reading() as session:
        assert outbox.receipt_of(session, sealed.record.id, central.kid) == given


@pytest.mark.parametrize("who", ["station", "second_node", "device", "lawyer_signer"])
def test_nobody_but_a_central_is_believed(world: World, node: Station, who: str) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with pytest.raises(ReceiptRefused):
        acknowledge(node, receipt(sealed, getattr(world, who)))
    with pytest.raises(ReceiptRefused):
        acknowledge(node, receipt(sealed, Signer.generate()))
    assert waiting(node) == [sealed.record.id]


def test_a_changed_receipt_is_not_believed(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    given = receipt(sealed, world.central_signer)
    with pytest.raises(ReceiptRefused):
        acknowledge(node, SignedRecord(given.data.replace(b'"log_size":1', b'"log_size":2'), given.sigs))
    with pytest.raises(ReceiptRefused):
        acknowledge(node, SignedRecord(b"{}", given.sigs))


def test_a_receipt_that_is_not_durable_proves_nothing(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with pytest.raises(ReceiptRefused):
        acknowledge(node, receipt(sealed, world.central_signer, durable=False))


def test_a_receipt_for_fewer_objects_than_are_here_proves_nothing(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    with pytest.raises(ReceiptRefused):
        acknowledge(node, receipt(sealed, world.central_signer, without=min(names(sealed))))
    assert waiting(node) == [sealed.record.id]


def test_a_receipt_for_something_else_is_no_delivery(world: World, node: Station) -> None:
    sealed, other = world.testimony(), world.testimony()
    take(node, sealed)
    assert not acknowledge(node, receipt(other, world.central_signer))
    assert waiting(node) == [sealed.record.id]


def test_a_revoked_central_is_not_believed(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    take(node, world.without("central-1"))
    with pytest.raises(ReceiptRefused):
        acknowledge(node, receipt(sealed, world.central_signer))


def test_nothing_is_dropped_without_a_receipt(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    assert drop(node) == 0
    assert here(node, sealed) == names(sealed)


def test_what_central_signed_for_is_dropped_and_its_record_kept(world: World, node: Station) -> None:
    sealed, other = world.testimony(), world.testimony()
    take(node, sealed, other)
    acknowledge(node, receipt(sealed, world.central_signer))
    assert drop(node) == 1
    assert drop(node) == 0
    assert here(node, sealed) == set()
    assert here(node, other) == names(other)
    assert node.shred_keys.find(tid_of(sealed)) is None
    assert node.shred_keys.find(tid_of(other)) is not None
    assert not any(node.parts.holds(part["body"]) for part in sealed.record.value["parts"])
    with node.database.reading() as session:
        assert record_queries.record_of(session, sealed.record.id) == sealed.record
        assert record_queries.lacking(session, names(sealed)) == set()
    assert states(node)[tid_of(sealed)] == "delivered"


def test_a_phone_that_sends_again_what_was_dropped_gets_its_receipt(world: World, node: Station) -> None:
    sealed = world.testimony()
    [given] = take(node, sealed).receipts
    acknowledge(node, receipt(sealed, world.central_signer))
    drop(node)
    again = take(node, sealed)
    assert set(said(again)) == {"duplicate"}
    assert [each.encode() for each in again.receipts] == [given.encode()]


def test_the_receipt_is_checked_again_before_anything_is_dropped(world: World, node: Station) -> None:
    """Between the receipt and the dropping, central was revoked: then its word is not enough any more."""
    sealed = world.testimony()
    take(node, sealed)
    acknowledge(node, receipt(sealed, world.central_signer))
    take(node, world.without("central-1"))
    assert drop(node) == 0
    assert here(node, sealed) == names(sealed)


def test_a_grant_after_the_dropping_keeps_its_own_head(world: World, node: Station) -> None:
    from testimony import canonical

    sealed = world.testimony()
    take(node, sealed)
    head = b"one more head"
    granted = statements.grant(
        manifest=sealed.record.id,
        part="identity",
        head=canonical.sha256_hex(head),
        day="2026-11-24",
        signer=world.lawyer_signer,
    )
    take(node, granted, head)
    acknowledge(node, receipt(sealed, world.central_signer))
    drop(node)
    with node.database.reading() as session:
        assert record_queries.read_head(node, session, canonical.sha256_hex(head)) == head
    assert waiting(node) == [granted.id]


def test_a_withdrawn_testimony_does_not_go_out_any_more(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    withdrawn = world.withdrawal(sealed)
    take(node, withdrawn)
    first, destroyed = waiting(node)
    assert first == withdrawn.id
    with node.database.reading() as session:
        assert record_queries.records_of(session, [destroyed])[destroyed].kind == "shredded"
    assert states(node) == {tid_of(sealed): "withdrawn"}


def test_central_has_no_outbox(world: World, central: Station) -> None:
    take(central, world.testimony())
    assert waiting(central) == []


def test_a_desk_sends_on_what_its_reader_made_and_nothing_that_it_was_given(world: World) -> None:
    desk = world.desk()
    sealed = world.testimony()
    take(desk, sealed)
    assert waiting(desk) == []
    added = world.annex(sealed)
    made = [Incoming("record", added.record.encode())]
    made += [Incoming("object", data) for data in (*added.part.heads.values(), added.part.body)]
    take_in(desk, made, outbound=True)
    assert waiting(desk) == [added.record.id]
