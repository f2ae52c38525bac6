"""What central answers at its limits, counted by hand: the last question that is taken and the first that is not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import Refused
from testimony.services.continuity.errors import CentralRestored
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.intake import quotas
from testimony.services.intake.uploads import Chunk
from testimony.services.records import scrub
from testimony.services.tracking import readership
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import QuotaReached
from testimony.sync.server import server
from testimony.sync.server.server import (
    answer_batch,
    answer_certificate,
    answer_feed,
    answer_have,
    answer_upload,
    answer_whereabouts,
    piece_of_feed,
    require_served,
)
from testimony.sync.wire import chunks
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.homes import kept, restored
from tests.support.sync.world import World, all_names, bring, held, incoming, objects_of, to


def node_of(world: World) -> Asker:
    return Asker(kid=world.station.kid, role="node")


def lawyer_of(world: World) -> Asker:
    return Asker(kid=world.lawyer_signer.kid, role="lawyer")


def batch(world: World, *sealed: Any) -> bytes:
    return write_frames([Frame(item.kind, item.payload) for item in incoming(*sealed)])


def statuses(answer: bytes) -> list[tuple[str, str | None]]:
    said = [canonical.decode_object(frame.payload) for frame in read_frames(answer) if frame.kind == "status"]
    return [(str(one["status"]), one["rule"]) for one in said]


def names(number: int) -> bytes:
    return canonical.encode({"names": [f"{no:064x}" for no in range(number)]})


def log_size(station: Station) -> int:
    with station.database.reading() as session:
        return custody_log.size(session)


@pytest.mark.parametrize(("frames", "more"), [(4096, 0), (4097, 1), (4099, 1)])
def test_a_batch_has_4096_frames_and_what_follows_is_one_refusal(world: World, frames: int, more: int) -> None:
    said = statuses(answer_batch(world.node(), write_frames([Frame("leaf", b"")] * frames)))
    assert said == [("refused", "kind.unknown")] * 4096 + [("refused", "size.limit")] * more


@pytest.mark.parametrize(("ask", "most"), [(answer_have, 4096), (answer_whereabouts, 256)])
def test_a_question_has_so_many_names_and_no_more(world: World, ask: Any, most: int) -> None:
    central = world.central()
    assert canonical.decode_object(ask(central, names(most))) in ({}, {"lacking": "ff" * 512})
    with pytest.raises(Refused) as refused:
        ask(central, names(most + 1))
    assert refused.value.rule == "size.limit"


def test_a_batch_in_chunks_is_answered_by_what_is_here_and_at_its_end_as_a_whole_one(world: World) -> None:
    central, sealed, asker = world.central(), world.testimony(), node_of(world)
    data = batch(world, sealed)
    name, half = sha256_hex(data), 16 * 1024

    def sent(start: int, piece: bytes) -> bytes:
        return answer_upload(central, chunks.encode(Chunk(name, len(data), start, piece)), asker)

    assert canonical.decode(sent(0, b"")) == {"here": 0}
    assert canonical.decode(sent(0, data[:half])) == {"here": half}
    assert canonical.decode(sent(half, b"")) == {"here": half}
    assert held(central, sealed) == set()
    answer = sent(half, data[half:])
    assert {status for status, _ in statuses(answer)} == {"stored"}
    assert len(statuses(answer)) == 1 + len(objects_of(sealed))
    assert held(central, sealed) == all_names(sealed)
    assert canonical.decode(sent(0, b"")) == {"here": 0}  # it was forgotten


def test_a_piece_of_the_feed_ends_before_it_is_too_large_too_long_or_too_late(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    central, lawyer = world.central(), lawyer_of(world)
    bring(central, world.testimony(), world.testimony(), world.testimony())
    size, sizes, counts = log_size(central), list[int](), list[int]()
    for after in range(log_size(central)):
        frames, end = piece_of_feed(central, lawyer, after, 1)
        assert end == {"next": after + 1, "size": size}  # one position at least
        sizes.append(sum(frame.size for frame in frames[2:]))
        counts.append(len(frames) - 2)
    for less, upto in ((0, size), (1, size - 1)):
        assert piece_of_feed(central, lawyer, 0, sum(sizes) - less)[1]["next"] == upto
        monkeypatch.setattr(server, "PAGE", sum(sizes) - less)
        assert piece_of_feed(central, lawyer, 0, 1 << 30)[1]["next"] == upto
        monkeypatch.undo()
    before_last = sum(counts[:-1])
    for limit, upto in ((before_last, size), (before_last - 1, size - 1)):
        monkeypatch.setattr(server, "FRAMES_LIMIT", limit)
        assert piece_of_feed(central, lawyer, 0)[1]["next"] == upto
    monkeypatch.undo()
    clock = iter([0.0, 20.0, 20.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert piece_of_feed(central, lawyer, 0)[1]["next"] == 2


def test_what_is_too_large_for_a_frame_stays_out_of_the_feed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central, lawyer = world.central(), lawyer_of(world)
    bring(central, world.testimony())
    plain = piece_of_feed(central, lawyer, 0)[0]
    largest = max(len(frame.payload) for frame in plain if frame.kind in ("object", "record"))
    for limit, lacking in ((largest, 0), (largest - 1, sum(len(frame.payload) == largest for frame in plain))):
        monkeypatch.setattr(server, "PAYLOAD_LIMIT", limit)
        assert len(piece_of_feed(central, lawyer, 0)[0]) == len(plain) - lacking


def test_a_node_alone_hears_how_far_readers_are_and_what_is_lacking_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = world.central()
    bring(central, world.testimony())
    size = log_size(central)
    assert piece_of_feed(central, node_of(world), 0)[1] == {"next": size, "size": size, "read": 0}
    answer_feed(central, lawyer_of(world), size + 5)
    assert piece_of_feed(central, node_of(world), 0)[1] == {"next": size, "size": size, "read": size}
    assert piece_of_feed(central, lawyer_of(world), size)[1] == {"next": size, "size": size}
    monkeypatch.setattr(scrub, "records", lambda *_: ["a" * 64])
    said: dict[str, Any] = dict(piece_of_feed(central, node_of(world), 0)[1])
    assert said["lacks"] == ["a" * 64]
    assert "lacks" not in piece_of_feed(central, lawyer_of(world), 0)[1]


@pytest.mark.parametrize(
    ("role", "noted"), [("lawyer", True), ("coordinator", True), ("node", True), ("recovery", False)]
)
def test_who_asks_for_the_feed_has_read_what_came_before(
    world: World, monkeypatch: pytest.MonkeyPatch, role: str, noted: bool
) -> None:
    central = world.central()
    bring(central, world.testimony())
    read: list[int] = []
    monkeypatch.setattr(readership, "note", lambda _station, _kid, position: read.append(position))
    for after in (0, 2, 999):
        answer_feed(central, Asker(kid="k", role=role), after)
    assert read == ([0, 2, log_size(central)] if noted else [])


def test_the_proof_of_a_piece_begins_where_the_one_before_ended(world: World) -> None:
    central, lawyer = world.central(), lawyer_of(world)
    bring(central, world.testimony(), world.testimony())
    size = log_size(central)

    def proof(after: int) -> Any:
        return canonical.decode(piece_of_feed(central, lawyer, after)[0][1].payload)

    with central.database.reading() as session:
        wanted = [step.hex() for step in custody_log.consistency(session, 1, size)]
    assert wanted
    assert (proof(0), proof(1), proof(size), proof(size + 1)) == ([], wanted, [], [])


def test_what_is_new_of_a_batch_counts_for_the_share_of_its_sender(world: World) -> None:
    central, sealed, asker = world.central(), world.testimony(), node_of(world)
    whole = len(sealed.record.encode()) + sum(map(len, objects_of(sealed)))
    for _ in range(2):  # the second time nothing of it is new
        answer_batch(central, batch(world, sealed), asker)
        with central.database.reading() as session:
            records, size = quotas.used(central, session, asker.kid)
        assert records == 1
        assert abs(size - whole) <= 200  # of the record, its signed bytes or its envelope
    with central.database.reading() as session:
        assert quotas.used(central, session, world.lawyer_signer.kid) == (0, 0)


def test_once_the_share_is_used_up_withdrawals_alone_are_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central, first, second = world.central(), world.testimony(), world.testimony()
    asker = node_of(world)
    answer_batch(central, batch(world, first), asker)
    monkeypatch.setattr(quotas, "is_used_up", lambda *_: True)
    withdrawal = Frame("record", world.withdraw(first).encode())
    later = Frame("record", second.record.encode())
    assert statuses(answer_batch(central, write_frames([withdrawal, later]), asker)) == [
        ("stored", None),
        ("refused", "quota"),
    ]
    assert statuses(answer_batch(central, write_frames([withdrawal]), asker)) == [("duplicate", None)]
    assert statuses(answer_batch(central, write_frames([]), asker)) == []
    with pytest.raises(QuotaReached):
        answer_batch(central, write_frames([later, later]), asker)
    assert statuses(answer_batch(central, write_frames([later]))) == [("stored", None)]  # a phone has no share


def test_readers_wait_for_a_restored_central_and_nodes_do_not(world: World) -> None:
    central, node = world.central(), node_of(world)
    require_served(central, lawyer_of(world))
    bring(central, world.testimony())
    answer_batch(central, batch(world, world.testimony()), node)
    again = restored(world, central, kept(central), backup=True)
    require_served(again, node)
    for asker in (lawyer_of(world), Asker(kid=world.coordinator_signer.kid, role="coordinator")):
        with pytest.raises(CentralRestored):
            require_served(again, asker)


def test_a_request_for_a_certificate_that_is_none_is_refused_by_its_structure(world: World) -> None:
    with pytest.raises(Refused) as refused:
        answer_certificate(world.central(), node_of(world), world.testimony().record.encode())
    assert refused.value.rule == "structure"


def test_where_a_testimony_is_comes_with_its_receipt_and_how_many_pieces_of_media_are_here(world: World) -> None:
    node, text, media = world.node(), world.testimony(), world.with_media(1000)
    bring(node, text, media)
    asked = canonical.encode({"names": [text.record.id, media.record.id, "0" * 64]})
    before = canonical.decode_object(answer_whereabouts(node, asked))
    assert before == {
        text.record.id: {"state": "node"},
        media.record.id: {"state": "node", "media": {"all": 3, "here": 3, "there": 0}},
    }
    exchange(node, to(world.central(), world.station))
    said = canonical.decode_object(answer_whereabouts(node, asked))
    assert {each["state"] for each in said.values()} == {"headquarters"}
    assert [each["receipt"]["record"] for each in said.values()]
    assert said[media.record.id]["media"] == {"all": 3, "here": 3, "there": 3}
    assert all({"questions", "void"}.isdisjoint(each) for each in said.values())
