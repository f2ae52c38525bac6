"""Recordings and pictures from node to central to desk: after all text, a piece at a time, from where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotDelivered
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.delivery import outbox
from testimony.services.intake.intake import take_in
from testimony.services.records import media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import Pieces
from testimony.services.records.types import Incoming
from testimony.services.tracking import record_status
from testimony.station.station import Station
from testimony.sync.client import pull_media
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.client.pull_media import fetch
from testimony.sync.client.push import push
from testimony.sync.errors import StationRefused, StationUnreachable
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.server.server import answer_whereabouts
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.world import (
    ADDRESS,
    World,
    all_names,
    bring,
    held,
    in_process,
    objects_of,
    pieces_of,
    text_of,
    tid_of,
    to,
    waiting,
)

SIZE = 600_000  # three pieces; with the list and the picture five
FOR_LAWYERS = 6 * 2 + 5 * 2  # heads and bodies


class Link:
    """Counts what is asked, and breaks where it is told to."""

    def __init__(self, channel: Channel, breaks: Callable[[int, str], bool] = lambda number, path: False) -> None:
        self.channel, self.breaks = channel, breaks
        self.asked: list[tuple[str, bytes]] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path = url.removeprefix(ADDRESS).partition("?")[0]
        self.asked.append((path, body))
        if self.breaks(len(self.asked), path):
            raise StationUnreachable(url=ADDRESS)
        return self.channel.send(method, url, headers, body)

    def records_and_objects(self) -> list[str]:
        """The names of what was sent in batches, in order."""
        return [
            SignedRecord.decode(frame.payload).id if frame.kind == "record" else sha256_hex(frame.payload)
            for path, body in self.asked
            if path == "/sync/batch"
            for frame in read_frames(body)
            if frame.kind != "end"
        ]


def counted(station: Station, sealed: SealedTestimony) -> Pieces:
    with station.database.reading() as session:
        return media_counts.count(session).get(sealed.record.id, Pieces(0, 0))


def state(station: Station) -> outbox.TestimonyState:
    with station.database.reading() as session:
        return outbox.states(session)[0]


def take(station: Station, *objects: bytes) -> list[str]:
    return [status.status for status in take_in(station, _objects(list(objects))).statuses]


def of_text(sealed: SealedTestimony) -> set[str]:
    return {sha256_hex(data) for data in text_of(sealed)}


def test_text_of_everybody_goes_before_anybody_s_media(world: World) -> None:
    node, central = world.node(), world.central()
    first, second = world.with_media(SIZE), world.with_media(SIZE)
    bring(node, first, second)
    link = Link(in_process(central))
    report = push(node, to(central, world.station, link))
    assert (report.delivered, report.waiting, report.texts) == (2, 0, 0)
    sent = link.records_and_objects()
    texts = [first.record.id, second.record.id, *of_text(first), *of_text(second)]
    assert sorted(sent[: len(texts)]) == sorted(texts)
    assert len(sent) == len(set(sent)), "nothing went twice"
    assert all(held(central, one) == all_names(one) for one in (first, second))


def test_no_batch_holds_more_than_a_batch_may_and_nothing_is_read_ahead(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(4_000_000)
    bring_in_pieces(node, sealed)
    read: list[str] = []
    original = type(node.parts).read
    monkeypatch.setattr(type(node.parts), "read", lambda store, name: read.append(name) or original(store, name))
    ahead: list[int] = []
    link = Link(in_process(central))
    sent: set[str] = set()

    def watching(number: int, path: str) -> bool:
        if path == "/sync/batch":
            sent.update(link.records_and_objects())
            ahead.append(len([name for name in set(read) if name in all_names(sealed) - sent]))
        return False

    link.breaks = watching
    push(node, to(central, world.station, link))
    assert max(len(body) for path, body in link.asked if path == "/sync/batch") <= 600_000
    assert max(ahead[4:]) <= 2


def bring_in_pieces(station: Station, sealed: SealedTestimony) -> None:
    """As a phone does: text first, then a piece a batch."""
    take_in(station, [Incoming("record", sealed.record.encode()), *_objects(text_of(sealed))])
    for piece in pieces_of(sealed):
        take_in(station, _objects(piece))


def _objects(found: list[bytes]) -> list[Incoming]:
    return [Incoming("object", data) for data in found]


def test_new_text_overtakes_media_that_are_on_their_way(world: World) -> None:
    node, central = world.node(), world.central()
    long, short = world.with_media(3_000_000), world.testimony()
    bring(node, long)
    link = Link(in_process(central))

    def another_comes(number: int, path: str) -> bool:
        if path == "/sync/batch" and counted(central, long).here > 0 and not _knows(node, short):
            bring(node, short)
        return False

    link.breaks = another_comes
    push(node, to(central, world.station, link))
    sent = link.records_and_objects()
    media = [sha256_hex(piece[-1]) for piece in pieces_of(long)]
    assert sent.index(short.record.id) < sent.index(media[-2])


def _knows(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        return record_queries.record_of(session, sealed.record.id) is not None


def test_the_outbox_says_that_the_text_is_safe_and_how_many_pieces_are_still_here(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(2_000_000)
    bring_in_pieces(node, sealed)
    batches = 0

    def dies(number: int, path: str) -> bool:
        nonlocal batches
        batches += path == "/sync/batch"
        return batches > 4

    with pytest.raises(NotDelivered):
        push(node, to(central, world.station, Link(in_process(central), dies)))
    line = state(node)
    assert line.state == "text"
    assert line.pieces is not None
    there = counted(central, sealed).here
    assert (line.pieces.all, line.pieces.here, line.pieces.there) == (10, 10, there)
    assert 0 < there < 10
    asked = canonical.encode({"names": [sealed.record.id]})
    said = canonical.decode_object(answer_whereabouts(node, asked))[sealed.record.id]
    assert (said["state"], said["media"]) == ("headquarters", {"all": 10, "here": 10, "there": there})
    assert push(node, to(central, world.station)).delivered == 1
    assert state(node).state == "delivered"


@pytest.mark.parametrize("breaks", range(1, 24, 2))
def test_cut_at_any_request_it_goes_on_where_it_stopped_and_nothing_goes_twice(world: World, breaks: int) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring_in_pieces(node, sealed)
    link = Link(in_process(central), lambda number, path: number >= breaks)
    done = False
    try:
        push(node, to(central, world.station, link))
        done = True
    except NotDelivered:
        assert waiting(node) == [] or held(central, sealed) != all_names(sealed)
    before = held(central, sealed)
    again = Link(in_process(central))
    assert push(node, to(central, world.station, again)).delivered == (not done)
    assert before.isdisjoint(again.records_and_objects())
    assert held(central, sealed) == all_names(sealed)


def test_a_lost_answer_to_the_last_piece_brings_the_receipt_the_next_time_and_no_piece_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring_in_pieces(node, sealed)
    bring_in_pieces(central, sealed)
    link = Link(in_process(central))
    assert push(node, to(central, world.station, link)).delivered == 1
    assert set(link.records_and_objects()) == {sealed.record.id}


def test_pieces_go_on_while_the_phone_still_has_others(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    *some, last = pieces_of(sealed)
    take_in(node, [Incoming("record", sealed.record.encode()), *_objects(text_of(sealed))])
    for piece in some:
        take(node, *piece)
    report = push(node, to(central, world.station))
    assert (report.delivered, report.waiting, report.texts) == (0, 1, 1)
    assert counted(central, sealed) == Pieces(5, 4)
    idle = Link(in_process(central))
    push(node, to(central, world.station, idle))
    assert [path for path, _ in idle.asked] == ["/sync/nonce", "/sync/have"], "the rosters, and nothing of the media"
    take(node, *last)
    assert push(node, to(central, world.station)).delivered == 1


def test_a_damaged_piece_holds_back_no_other_and_is_named(world: World) -> None:
    node, central, sealed, other = world.node(), world.central(), world.with_media(SIZE), world.with_media(SIZE)
    bring(node, sealed, other)
    bad = sha256_hex(pieces_of(sealed)[1][-1])
    (node.parts.folder / bad[:2] / bad).write_bytes(b"damaged")
    report = push(node, to(central, world.station))
    assert (report.delivered, report.texts) == (1, 1)
    assert report.refused == {bad: "damaged.here"}
    assert held(central, sealed) == all_names(sealed) - {bad}
    assert state(node).state in ("text", "delivered")


def test_a_testimony_withdrawn_at_central_sends_no_more_pieces(world: World) -> None:
    node, central, code = world.node(), world.central(), Signer.generate()
    sealed = world.with_media(3_000_000, withdraw=code.public_keys[0].pub.hex())
    bring(node, sealed)
    link = Link(in_process(central))
    withdrawn = withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=code)

    def withdrawn_meanwhile(number: int, path: str) -> bool:
        if path == "/sync/batch" and counted(central, sealed).here == 2:
            take_in(central, [Incoming("record", withdrawn.encode())])
        return False

    link.breaks = withdrawn_meanwhile
    push(node, to(central, world.station, link))
    sent = link.records_and_objects()
    media = [sha256_hex(piece[-1]) for piece in pieces_of(sealed)]
    assert sum(name in sent for name in media) < len(media) - 4, "it stopped at the answer that said so"
    assert held(central, sealed) == set()
    assert not any(central.parts.holds(name) for name in media)


def test_a_central_that_signs_only_once_gets_everything(world: World) -> None:
    """An older one: no receipt for the text."""
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring(node, sealed)

    class Older(Link):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = super().send(method, url, headers, body)
            if not url.endswith("/sync/batch"):
                return answer
            *frames, _ = read_frames(answer.body)
            kept = [
                frame
                for frame in frames
                if frame.kind != "record"
                or len(SignedRecord.decode(frame.payload).value["parts"]) == len(all_names(sealed))
            ]
            return Answer(answer.status, answer.headers, write_frames(kept))

    assert push(node, to(central, world.station, Older(in_process(central)))).delivered == 1


def test_a_desk_gets_the_text_first_and_then_every_piece(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert len(held(desk, sealed)) == 12, "the text alone"
    report = fetch(desk, to(central, world.lawyer_signer))
    assert (report.pieces, report.left, report.refused) == (5, 0, {})
    assert len(held(desk, sealed)) == FOR_LAWYERS
    again = Link(in_process(central))
    assert fetch(desk, to(central, world.lawyer_signer, again)).pieces == 0
    assert again.asked == []


def test_a_desk_fetches_what_is_there_and_the_rest_when_it_has_come(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    *some, last = pieces_of(sealed)
    take_in(central, [Incoming("record", sealed.record.encode()), *_objects(text_of(sealed))])
    for piece in some:
        take(central, *piece)
    report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers").media
    assert (report.pieces, report.left, report.refused) == (4, 1, {})
    take(central, *last)
    report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers").media
    assert (report.pieces, report.left) == (1, 0)


@pytest.mark.parametrize("breaks", range(1, 9))
def test_a_desk_whose_link_breaks_keeps_what_came_and_asks_for_the_rest(world: World, breaks: int) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(1_500_000)
    bring_in_pieces(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    link = Link(in_process(central), lambda number, path: number > breaks)
    with suppress(NotDelivered):
        fetch(desk, to(central, world.lawyer_signer, link))
    before = len(held(desk, sealed))
    report = fetch(desk, to(central, world.lawyer_signer))
    assert report.left == 0
    assert before + report.objects == len(held(desk, sealed)) == 12 + 8 * 2


def test_a_damaged_piece_at_central_is_named_and_the_others_come(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    bring(central, sealed)
    bad = sha256_hex(pieces_of(sealed)[2][-1])
    (central.parts.folder / bad[:2] / bad).write_bytes(b"damaged")
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    report = fetch(desk, to(central, world.lawyer_signer))
    assert (report.pieces, report.left, report.refused) == (4, 1, {bad: "damaged.here"})


def test_coordinators_and_nodes_get_no_piece(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    bring(central, sealed)
    report = exchange(desk, to(central, world.coordinator_signer), audience="coordinators")
    assert (report.media.pieces, report.pulled.refused) == (0, {})
    names = {sha256_hex(data) for piece in pieces_of(sealed) for data in piece}
    assert held(desk, sealed).isdisjoint(names)
    wanted = [{"record": sealed.record.id, "pieces": [1, 2]}]
    for signer in (world.coordinator_signer, world.station):
        with pytest.raises(StationRefused) as refused:
            to(central, signer).media(wanted)
        assert refused.value.rule == "signer.role"
    with pytest.raises(StationRefused) as refused:
        to(central, None).media(wanted)
    assert refused.value.rule == "signature.missing"


def test_a_recovery_head_never_travels(world: World) -> None:
    central, sealed = world.central(), world.with_media(SIZE)
    bring(central, sealed)
    frames = to(central, world.lawyer_signer).media([{"record": sealed.record.id, "pieces": [5]}])
    heads = next(part.heads for part in sealed.parts if part.part == "media-005")
    body = next(part.body for part in sealed.parts if part.part == "media-005")
    assert {frame.payload for frame in frames if frame.kind == "object"} == {heads["lawyers"], body}


def test_what_was_withdrawn_is_given_to_nobody_and_a_desk_sweeps_its_pieces(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    bring(central, sealed)
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    take_in(central, [Incoming("record", world.withdraw(sealed).encode())])
    frames = to(central, world.lawyer_signer).media([{"record": sealed.record.id, "pieces": [1, 2]}])
    assert [canonical.decode_object(frame.payload)["status"] for frame in frames[:-1]] == ["withdrawn"] * 2
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sealed) == set()


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        [{"record": "x", "pieces": [1]}],
        [{"record": "0" * 64}],
        [{"record": "0" * 64, "pieces": [0]}],
        [{"record": "0" * 64, "pieces": [641]}],
        [{"record": "0" * 64, "pieces": [True]}],
        [{"record": "0" * 64, "pieces": None}],
        [{"record": "0" * 64, "pieces": [1], "more": 1}],
        [{"record": "0" * 64, "pieces": [1] * 5000}],
    ],
)
def test_any_other_question_is_refused(world: World, wanted: object) -> None:
    central = world.central()
    with pytest.raises(StationRefused) as refused:
        to(central, world.lawyer_signer)._ask(
            "POST", "/sync/media", canonical.encode({"wanted": wanted}), "application/json"
        )
    assert refused.value.rule in ("structure", "size.limit")


def test_a_desk_takes_no_more_than_it_asked_for(world: World) -> None:
    central, desk = world.central(), world.desk()
    sealed, other = world.with_media(SIZE), world.with_media(SIZE)
    bring(central, sealed, other)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    recovery = next(part.heads["recovery"] for part in sealed.parts if part.part == "media-002")

    class Generous(Link):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = super().send(method, url, headers, body)
            if not url.endswith("/sync/media"):
                return answer
            *frames, end = read_frames(answer.body)
            more = [*frames, Frame("object", recovery), Frame("object", b"whatever")]
            said = canonical.decode_object(end.payload)
            return Answer(answer.status, answer.headers, write_frames(more, answered=said["answered"]))

    report = fetch(desk, to(central, world.lawyer_signer, Generous(in_process(central))))
    assert (report.left, report.refused) == (0, {})
    assert sha256_hex(recovery) not in held(desk, sealed)


def test_a_feed_gives_no_piece_and_the_completed_entry_no_record_again(world: World) -> None:
    central, sealed = world.central(), world.with_media(SIZE)
    bring(central, sealed)
    frames = to(central, world.lawyer_signer).feed(0)
    given = {sha256_hex(frame.payload) for frame in frames if frame.kind == "object"}
    assert given < of_text(sealed)
    assert [frame.kind for frame in frames].count("record") == 2, "the roster, and the manifest once"


def test_stopped_by_the_clock_the_rest_stays_to_be_asked_for(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(3_000_000)
    bring_in_pieces(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    moments = iter(range(100))
    report = fetch(desk, to(central, world.lawyer_signer), seconds=2, clock=lambda: float(next(moments)))
    assert report.pieces > 0
    assert report.left > 0
    assert fetch(desk, to(central, world.lawyer_signer)).left == 0


def test_while_nothing_is_there_many_are_asked_for_at_once(world: World) -> None:
    central, desk = world.central(), world.desk()
    sealed = [world.with_media(30 * 257_000) for _ in range(2)]
    for one in sealed:
        take_in(central, [Incoming("record", one.record.encode()), *_objects(text_of(one))])
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    link = Link(in_process(central))
    report = fetch(desk, to(central, world.lawyer_signer, link))
    assert (report.left, report.refused) == (2 * 32, {})
    assert [path for path, _ in link.asked].count("/sync/media") == 2
    assert pull_media.FEW < 2 * 32


def test_a_node_that_lost_its_central_offers_text_and_media_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    assert state(node).state == "delivered"
    restored = world.central("restored")
    assert exchange(node, to(restored, world.station)).greeting.restored
    assert state(node).state == "delivered"
    assert held(restored, sealed) == all_names(sealed)


def test_the_whole_way_leaves_the_phone_s_question_answered(world: World) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.with_media(SIZE)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    exchange(node, to(central, world.station))
    with node.database.reading() as session:
        found = record_status.find(node, session, [sealed.record.id])[sealed.record.id]
    assert found.place == "desk"
    assert len(held(desk, sealed)) == FOR_LAWYERS
    assert len(objects_of(sealed)) == len(all_names(sealed))
