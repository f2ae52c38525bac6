"""Two receipts: one as soon as the text is durable, one when the media are; a copy is dropped on the second alone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from testimony.canonical import sha256_hex
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.outbox import Proof
from testimony.services.records import media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import Pieces
from testimony.services.tracking import record_status
from testimony.station.station import Station
from testimony.store.errors import StoreFailing, StoreFull
from testimony.store.files.free_space import FLOOR, Space
from testimony.store.models.records import ObjectRow
from tests.support.damage import last_byte_changed
from tests.support.services.world import World, entries, names, record, said, take
from tests.support.sync.world import objects_of, pieces_of, text_of

pytestmark = pytest.mark.both_databases(seldom=True)

SIZE = 600_000  # three pieces; with the list and the picture five


def held_names(*groups: list[bytes]) -> set[str]:
    return {sha256_hex(data) for group in groups for data in group}


def counted(station: Station, sealed: SealedTestimony) -> Pieces:
    with station.database.reading() as session:
        return media_counts.count(session)[sealed.record.id]


def acknowledge(station: Station, receipt: SignedRecord) -> Proof:
    with station.database.transaction() as session:
        return outbox.acknowledge(station, session, receipt)


def state(station: Station) -> outbox.TestimonyState:
    with station.database.reading() as session:
        [line] = outbox.states(session)
    return line


def drop(station: Station) -> int:
    with station.database.transaction() as session:
        return outbox.drop_delivered(station, session, upto=station.today())


def test_the_text_is_signed_for_at_once_and_the_media_when_the_last_piece_is_here(world: World) -> None:
    central = world.central()
    sealed = world.with_media(SIZE)
    [first] = take(central, sealed.record, *text_of(sealed)).receipts
    assert first.value["durable"]
    assert set(first.value["parts"]) == held_names(text_of(sealed))
    *some, last = pieces_of(sealed)
    for piece in some:
        assert [each.encode() for each in take(central, *piece).receipts] == [first.encode()]
    [second] = take(central, *last).receipts
    assert set(second.value["parts"]) == names(sealed)
    assert second.value["log_size"] > first.value["log_size"]
    assert [each.encode() for each in take(central, sealed.record).receipts] == [second.encode()]
    assert [kind for kind, _ in entries(central)] == ["received", "completed"]


def test_of_each_piece_that_is_whole_here_the_names_are_known(world: World) -> None:
    central, sealed = world.central(), world.with_media(SIZE)
    pieces = pieces_of(sealed)
    take(central, sealed.record, *text_of(sealed), *pieces[0], *pieces[1], *pieces[2][:1])
    with central.database.reading() as session:
        found = media_counts.named(session, sealed.record.id)
    assert list(found.values()) == [held_names(pieces[0]), held_names(pieces[1])]
    assert list(found) == [part.part for part in sealed.parts if is_media(part.part)][:2]


def test_media_that_come_with_the_text_get_one_receipt_and_both_entries(world: World) -> None:
    central, sealed = world.central(), world.with_media(1000)
    [receipt] = take(central, sealed).receipts
    assert set(receipt.value["parts"]) == names(sealed)
    assert [kind for kind, _ in entries(central)] == ["received", "completed"]


def test_without_media_nothing_is_other_than_before(world: World) -> None:
    central, node, sealed = world.central(), world.node(), world.testimony()
    assert take(central, sealed.record, *objects_of(sealed)[:-1]).receipts == ()
    [receipt] = take(central, objects_of(sealed)[-1]).receipts
    assert [kind for kind, _ in entries(central)] == ["received"]
    take(node, sealed)
    assert acknowledge(node, receipt) == Proof.WHOLE
    assert (state(node).state, state(node).pieces) == ("delivered", None)


def test_pieces_that_come_before_the_text_wait_for_it(world: World) -> None:
    central, sealed = world.central(), world.with_media(SIZE)
    flat = [data for piece in pieces_of(sealed) for data in piece]
    assert take(central, sealed.record, *flat).receipts == ()
    [receipt] = take(central, *text_of(sealed)).receipts
    assert set(receipt.value["parts"]) == names(sealed)


@pytest.mark.parametrize("pieces_here", [0, 2, 5])
def test_the_first_receipt_makes_the_text_safe_and_drops_nothing(world: World, pieces_here: int) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    flat = [data for piece in pieces_of(sealed)[:pieces_here] for data in piece]
    take(node, sealed.record, *text_of(sealed), *flat)
    [first] = take(central, sealed.record, *text_of(sealed)).receipts
    assert acknowledge(node, first) == Proof.TEXT
    assert (state(node).state, state(node).pieces) == ("text", Pieces(5, pieces_here))
    assert drop(node) == 0
    [second] = take(central, sealed).receipts
    assert acknowledge(node, second) == Proof.WHOLE
    assert state(node).state == "delivered"
    assert drop(node) == 1
    assert not any(node.parts.holds(part["body"]) for part in sealed.record.value["parts"])


def test_a_receipt_that_lacks_a_part_of_the_text_is_none(world: World) -> None:
    node, sealed = world.node(), world.with_media(SIZE)
    take(node, sealed)
    parts = names(sealed) - {sha256_hex(text_of(sealed)[0])}
    forged = statements.receipt(
        record=sealed.record.id, parts=parts, log_size=1, root="0" * 64, durable=True, signer=world.central_signer
    )
    with pytest.raises(ReceiptRefused):
        acknowledge(node, forged)
    assert state(node).state == "waiting"


def test_a_piece_that_comes_after_the_copy_was_dropped_is_not_kept_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    *some, last = pieces_of(sealed)
    take(node, sealed.record, *text_of(sealed), *[data for piece in some for data in piece])
    [receipt] = take(central, sealed).receipts
    acknowledge(node, receipt)
    assert drop(node) == 1
    assert set(said(take(node, *last))) == {"duplicate"}
    assert not node.parts.holds(sha256_hex(last[-1]))


def test_whereabouts_count_the_pieces_and_prove_the_text(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    take(node, sealed.record, *text_of(sealed), *pieces_of(sealed)[0])
    [first] = take(central, sealed.record, *text_of(sealed)).receipts
    acknowledge(node, first)
    with node.database.transaction() as session:
        outbox.note_pieces(session, sealed.record.id, 1)
    with node.database.reading() as session:
        found = record_status.find(node, session, [sealed.record.id])[sealed.record.id]
    assert found == record_status.Whereabouts("headquarters", first, Pieces(5, 1, 1))


def test_a_piece_is_here_when_its_heads_and_its_body_are(world: World) -> None:
    node, sealed = world.node(), world.with_media(SIZE)
    take(node, sealed.record, *text_of(sealed))
    first = pieces_of(sealed)[0]
    for number, data in enumerate(first):
        assert counted(node, sealed).here == 0, number
        take(node, data)
    assert counted(node, sealed) == Pieces(5, 1)


def test_a_withdrawn_testimony_loses_its_pieces_also_those_that_come_late(world: World) -> None:
    central = world.central()
    sealed = world.with_media(SIZE, withdraw=world.code.public_keys[0].pub.hex())
    *some, last = pieces_of(sealed)
    take(central, sealed.record, *text_of(sealed), *[data for piece in some for data in piece])
    assert said(take(central, record(world.withdrawal(sealed)))) == ["stored"]
    assert set(said(take(central, *last, *some[0]))) == {"withdrawn"}
    assert not any(central.parts.holds(part["body"]) for part in sealed.record.value["parts"])
    assert not any((central.parts.folder / "incoming").iterdir())
    with central.database.reading() as session:
        assert record_queries.record_of(session, sealed.record.id) is None
        assert custody_log.position_of(session, sealed.record.id, "completed") is None


def test_media_leave_room_for_the_text_of_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, sealed, other = world.node(), world.with_media(SIZE), world.testimony()
    monkeypatch.setattr(Space, "free", lambda _: FLOOR + 10_000_000)
    [first] = take(node, sealed.record, *text_of(sealed)).receipts
    with pytest.raises(StoreFull):
        take(node, *pieces_of(sealed)[0])
    assert counted(node, sealed).here == 0
    assert set(said(take(node, other))) == {"stored"}
    monkeypatch.setattr(Space, "free", lambda _: 3 * FLOOR)
    assert [each.encode() for each in take(node, *pieces_of(sealed)[0]).receipts] == [first.encode()]


def test_one_bad_piece_is_refused_by_its_rule_and_the_others_are_kept(world: World) -> None:
    central, sealed = world.central(), world.with_media(SIZE)
    take(central, sealed.record, *text_of(sealed))
    first, second, *_ = pieces_of(sealed)
    outcome = take(central, *first, last_byte_changed(second[-1]), *second)
    assert said(outcome) == ["stored"] * 3 + ["refused: not.named"] + ["stored"] * 3
    assert counted(central, sealed) == Pieces(5, 2)


def test_the_heads_of_media_are_read_back_before_the_full_receipt_although_the_text_was_before(world: World) -> None:
    node, sealed = world.node(), world.with_media(SIZE)
    *some, last = pieces_of(sealed)
    take(node, sealed.record, *text_of(sealed), *[data for piece in some for data in piece])
    spoiled = sha256_hex(some[1][0])
    with node.database.transaction() as session:
        session.execute(update(ObjectRow).where(ObjectRow.name == spoiled).values(sealed=b"not what was written"))
    with pytest.raises(StoreFailing):
        take(node, *last)
    assert take(node, sealed.record).receipts == ()
    [receipt] = take(node, some[1][0]).receipts
    assert set(receipt.value["parts"]) == names(sealed)
