"""A carry-file brings every whole testimony to any node, once, and nothing is lost when it is damaged."""

from __future__ import annotations

from io import BytesIO

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.statements import verify_receipt, withdrawal
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.certificates.errors import StationRoleWrong
from testimony.services.intake import intake
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming, Outcome
from testimony.station.station import Station
from testimony.sync.bundle import batches, phone_outbox
from testimony.sync.bundle.phone_outbox import CarryReport, receipts_file
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import CarryForeign
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.damage import last_byte_changed
from tests.support.sync.world import World, all_names, bring, held, objects_of, pieces_of, text_of, tid_of, to


def frames_of(sealed: SealedTestimony) -> list[Frame]:
    return [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]


def file_of(*sealed: SealedTestimony) -> bytes:
    return write_frames(frame for each in sealed for frame in frames_of(each))


def carry(station: Station, data: bytes) -> CarryReport:
    return phone_outbox.take_in(station, BytesIO(data))


def test_a_file_of_several_is_taken_in_and_signed_for(world: World) -> None:
    node = world.node()
    sealed = [world.testimony(size=40_000) for _ in range(3)]
    report = carry(node, file_of(*sealed))
    assert (report.records, report.refused, report.torn) == (3, {}, False)
    assert report.held == {each.record.id for each in sealed}
    assert all(held(node, each) == all_names(each) for each in sealed)


def test_the_receipts_prove_it_to_the_phone(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    *frames, _ = read_frames(receipts_file(carry(node, file_of(sealed))))
    said = verify_receipt(SignedRecord.decode(frames[0].payload), world.station.public_keys)
    assert (said.record, set(said.parts), said.durable) == (sealed.record.id, all_names(sealed), True)


def test_a_file_brought_twice_and_to_two_nodes_is_one_testimony_at_central(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    first = carry(node, file_of(sealed))
    again = carry(node, file_of(sealed))
    assert [receipt.encode() for receipt in again.receipts] == [receipt.encode() for receipt in first.receipts]
    carry(other, file_of(sealed))
    exchange(node, to(central, world.station))
    assert exchange(other, to(central, world.second_node)).pushed.delivered == 1
    assert _manifests(central) == [sealed.record.id]


def test_what_is_at_headquarters_already_comes_back_with_its_receipt_too(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    report = carry(node, file_of(sealed))
    assert [receipt.by for receipt in report.receipts] == [node.kid, central.kid]


def test_every_whole_testimony_of_a_torn_file_is_taken_in_wherever_it_tears(world: World) -> None:
    node = world.node()
    first, second = world.testimony(), world.testimony()
    data = file_of(first, second)
    whole = len(file_of(first))
    for cut in (whole + 500, len(data) - 300, len(data) - 1):
        report = carry(node, data[:cut])
        assert report.torn
        assert first.record.id in report.held
    assert held(node, first) == all_names(first)
    assert carry(node, data).held == {first.record.id, second.record.id}


def test_a_changed_byte_costs_only_the_testimony_that_it_is_in(world: World) -> None:
    node = world.node()
    first, second = world.testimony(), world.testimony()
    data = bytearray(file_of(first, second))
    at = data.index(objects_of(first)[1]) + 40
    data[at] ^= 1
    report = carry(node, bytes(data))
    assert report.torn  # the hash at the end tells
    assert report.refused == {first.record.id: "not.named"}
    assert report.held == {second.record.id}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 a holiday", b"testimony/1/fram", b"\0" * 4096])
def test_another_file_is_called_that(world: World, data: bytes) -> None:
    with pytest.raises(CarryForeign):
        carry(world.node(), data)


def test_what_a_stranger_sealed_is_refused_and_the_rest_taken_in(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bogus = Frame("record", b'{"record":"{}","sigs":[]}')
    report = carry(node, write_frames([bogus, *frames_of(sealed)]))
    assert list(report.refused.values()) == ["structure"]
    assert report.held == {sealed.record.id}


def test_central_takes_no_file(world: World) -> None:
    with pytest.raises(StationRoleWrong):
        carry(world.central(), file_of(world.testimony()))


def _manifests(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [record.id for _, record in record_queries.records_of_kind(session, "manifest")]


def with_media(sealed: SealedTestimony) -> bytes:
    """As a phone saves it: the record, its text, then the pieces."""
    flat = [data for piece in pieces_of(sealed) for data in piece]
    return write_frames(
        [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in [*text_of(sealed), *flat])]
    )


def test_media_are_taken_in_a_share_at_a_time_and_signed_for_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, sealed = world.node(), world.with_media(3_000_000)
    sizes: list[int] = []
    original = intake.take_in

    def weighed(station: Station, incoming: list[Incoming]) -> Outcome:
        sizes.append(sum(len(item.payload) for item in incoming))
        return original(station, incoming)

    monkeypatch.setattr(intake, "take_in", weighed)
    report = carry(node, with_media(sealed))
    assert max(sizes) <= batches.SHARE
    assert (report.records, report.held, report.refused) == (1, {sealed.record.id}, {})
    assert [set(receipt.value["parts"]) for receipt in report.receipts] == [all_names(sealed)]
    assert held(node, sealed) == all_names(sealed)


def test_of_a_torn_file_the_text_is_signed_for_and_the_testimony_is_not_called_held(world: World) -> None:
    node, sealed = world.node(), world.with_media(1_000_000)
    data = with_media(sealed)
    report = carry(node, data[: len(data) * 2 // 3])
    assert (report.records, report.held, report.torn) == (1, set(), True)
    assert [len(receipt.value["parts"]) for receipt in report.receipts] == [len(text_of(sealed))]
    report = carry(node, data)
    assert report.held == {sealed.record.id}


def test_a_bad_piece_in_a_later_share_is_reported_under_its_record(world: World) -> None:
    node, sealed = world.node(), world.with_media(2_000_000)
    pieces = pieces_of(sealed)
    bad = pieces[5][-1]
    report = carry(node, with_media(sealed).replace(bad, last_byte_changed(bad)))
    assert report.refused == {sealed.record.id: "not.named"}
    assert len(held(node, sealed)) == len(all_names(sealed)) - 1


@pytest.mark.parametrize("order", ["before", "after", "between"])
def test_a_withdrawal_in_a_file_is_taken_wherever_it_stands_and_signed_for(world: World, order: str) -> None:
    node, sealed, other = world.node(), world.testimony(), world.testimony()
    told = withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=world.device)
    frames, frame = frames_of(sealed), Frame("record", told.encode())
    at = {"before": 0, "after": len(frames), "between": 5}[order]
    report = carry(node, write_frames([*frames[:at], frame, *frames[at:], *frames_of(other)]))
    assert told.id in report.held
    assert told.id in {receipt.value["record"] for receipt in report.receipts}
    with node.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    if order == "between":
        assert report.refused == {}
        assert carry(node, file_of(sealed)).refused == {}
    assert held(node, sealed) == set()
    assert held(node, other) == all_names(other)


def test_a_withdrawal_carried_alone_reaches_the_node_that_has_the_testimony_by_way_of_central(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    told = withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=world.device)
    report = carry(other, write_frames([Frame("record", told.encode())]))
    assert (report.records, report.held, report.refused) == (1, {told.id}, {})
    exchange(other, to(central, world.second_node))
    for station in (central, node):
        if station is node:
            exchange(node, to(central, world.station))
        with station.database.reading() as session:
            assert not record_queries.is_served(session, tid_of(sealed))
