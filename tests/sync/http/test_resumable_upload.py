"""A batch in chunks: a dying connection costs one chunk, and nobody fills central or gets at what another brings."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from testimony.canonical import sha256_hex
from testimony.errors import StationBusy
from testimony.sealing.records.signatures import Signer
from testimony.services.intake import quotas, uploads
from testimony.services.intake.uploads import LARGEST, LEAST, MOST, Chunk
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.models.uploads import ChunkRow
from testimony.sync.client.push import push
from testimony.sync.errors import NotTheStation, QuotaReached, StationRefused, StationUnreachable
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.http.resumable_upload import ROUNDS, Upload
from testimony.sync.http.transport import Transport
from testimony.sync.wire import chunks
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.sync.world import ADDRESS, World, all_names, bring, held, in_process, objects_of, to

pytestmark = pytest.mark.both_databases(seldom=True)

PIECE = 20_000


def a_batch(world: World) -> tuple[str, bytes]:
    """Its name and its bytes: a testimony of about 70 kB."""
    sealed = world.testimony()
    objects = [Frame("object", data) for data in objects_of(sealed)]
    batch = write_frames([Frame("record", sealed.record.encode()), *objects])
    return sha256_hex(batch), batch


def send(way: Transport, batch: bytes, start: int, end: int, *, name: str = "") -> int | list[Frame]:
    return way.upload(Chunk(name or sha256_hex(batch), len(batch), start, batch[start:end]))


def kept(central: Station) -> tuple[int, int]:
    """Chunks and bytes that central keeps of batches that are not whole."""
    with central.database.reading() as session:
        number, size = session.execute(select(func.count(), func.sum(ChunkRow.size)).select_from(ChunkRow)).one()
    return number, size or 0


class Cutting:
    """A channel on which the uploads with these numbers are cut: before central hears of them, or its answer."""

    def __init__(self, channel: Channel, cut: Callable[[int], str]) -> None:
        self.channel, self.cut, self.uploads = channel, cut, list[Chunk]()
        self.restart: Callable[[], Channel] | None = None

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if not url.endswith("/sync/upload"):
            return self.channel.send(method, url, headers, body)
        self.uploads.append(chunks.decode(body))
        how = self.cut(len(self.uploads) - 1)
        if how == "asking":
            raise StationUnreachable(url=ADDRESS)
        answer = self.channel.send(method, url, headers, body)
        if how == "answer":
            raise StationUnreachable(url=ADDRESS)
        if how == "restart" and self.restart is not None:
            self.channel = self.restart()
            raise StationUnreachable(url=ADDRESS)
        return answer


def bad(central: Station, signer: Signer, cut: Callable[[int], str]) -> tuple[Transport, Cutting]:
    """A way on which something failed before, so that pieces are small."""
    channel = Cutting(in_process(central), cut)
    way = to(central, signer, channel)
    way.pace.arrived(PIECE)
    way.pace.failed(0)
    return way, channel


def delivered_in_chunks(world: World, cut: Callable[[int], str]) -> list[Chunk]:
    """What went by `upload` when a recording was delivered, and arrived."""
    node, central, sealed = world.node(), world.central(), world.with_media(size=100_000)
    bring(node, sealed)
    way, channel = bad(central, world.station, cut)
    assert push(node, way).delivered == 1
    assert held(central, sealed) == all_names(sealed)
    assert kept(central) == (0, 0)
    return channel.uploads


def test_on_a_link_that_fails_what_is_large_goes_in_chunks(world: World) -> None:
    sent = delivered_in_chunks(world, lambda _: "")
    assert len(sent) > 3
    assert [chunk.start for chunk in sent] == [0, *_ends(sent)[:-1]]
    assert _ends(sent)[-1] == sent[0].total


def _ends(sent: Sequence[Chunk]) -> list[int]:
    return [chunk.start + len(chunk.data) for chunk in sent]


@pytest.mark.parametrize(
    ("number", "how"), [(number, how) for number in range(3) for how in ("asking", "answer")] + [(3, "asking")]
)
def test_a_cut_at_any_chunk_costs_that_chunk_alone(world: World, number: int, how: str) -> None:
    sent = delivered_in_chunks(world, lambda upload: how if upload == number else "")
    cut, question, *rest = sent[number:]
    assert question.data == b""
    there = cut.start if how == "asking" else cut.start + len(cut.data)
    assert [chunk.start for chunk in rest[:1]] == [there]


def test_when_the_answer_to_the_last_chunk_is_lost_nothing_goes_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(size=100_000)
    bring(node, sealed)
    ended: list[Chunk] = []

    def cut(number: int) -> str:
        ends = len(channel.uploads) > number and _ends(channel.uploads)[number] == channel.uploads[number].total
        ended.extend(channel.uploads[number:] if ends else [])
        return "answer" if ends and len(ended) == 1 else ""

    way, channel = bad(central, world.station, cut)
    assert push(node, way).delivered == 1
    assert ended
    for name, total in {chunk.name: chunk.total for chunk in channel.uploads}.items():
        assert sum(len(chunk.data) for chunk in channel.uploads if chunk.name == name) == total


def test_on_a_good_link_nothing_goes_in_chunks(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(size=100_000)
    bring(node, sealed)
    channel = Cutting(in_process(central), lambda _: "")
    assert push(node, to(central, world.station, channel)).delivered == 1
    assert channel.uploads == []


def test_a_central_that_takes_no_chunks_gets_batches(world: World) -> None:
    class Older(Cutting):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = super().send(method, url, headers, body)
            kept = {name: value for name, value in answer.headers.items() if name != "testimony-upload"}
            return Answer(answer.status, kept, answer.body)

    node, central, sealed = world.node(), world.central(), world.with_media(size=100_000)
    bring(node, sealed)
    way, _ = bad(central, world.station, lambda _: "")
    way.channel = channel = Older(in_process(central), lambda _: "")
    assert push(node, way).delivered == 1
    assert channel.uploads == []


def test_what_came_outlives_a_restart_of_central(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(size=100_000)
    bring(node, sealed)
    way, channel = bad(central, world.station, lambda upload: "restart" if upload == 2 else "")
    opened: list[Station] = []

    def again() -> Channel:
        central.close()
        opened.append(open_station(central.settings.home))
        world.opened.extend(opened)
        return in_process(opened[0])

    channel.restart = again
    assert push(node, way).delivered == 1
    assert held(opened[0], sealed) == all_names(sealed)
    question = channel.uploads[3]
    assert (question.data, channel.uploads[4].start) == (b"", _ends(channel.uploads)[2])


def test_a_whole_batch_is_answered_like_one_that_came_at_once(world: World) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    way = to(central, world.station)
    assert send(way, batch, 0, PIECE) == PIECE
    answer = send(way, batch, PIECE, len(batch))
    assert isinstance(answer, list)
    statuses = [frame for frame in answer if frame.kind == "status"]
    assert statuses
    assert all(b'"status":"stored"' in frame.payload for frame in statuses)
    assert [frame.kind for frame in answer][-2:] == ["record", "end"]
    assert kept(central) == (0, 0)


def test_a_batch_that_is_not_the_one_it_was_called_is_refused_and_forgotten(world: World) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    way, name = to(central, world.station), "0" * 64
    assert send(way, batch, 0, PIECE, name=name) == PIECE
    with pytest.raises(StationRefused) as refused:
        send(way, batch, PIECE, len(batch), name=name)
    assert refused.value.rule == "hash.mismatch"
    assert kept(central) == (0, 0)


def test_a_chunk_that_is_damaged_here_makes_it_come_again(world: World) -> None:
    central, (name, batch) = world.central(), a_batch(world)
    way = to(central, world.station)
    send(way, batch, 0, PIECE)
    with central.database.transaction() as session:
        session.scalars(select(ChunkRow)).one().data = b"\0" * PIECE
    with pytest.raises(StationRefused):
        send(way, batch, PIECE, len(batch))
    assert send(way, batch, 0, PIECE, name=name) == PIECE


def test_what_one_asker_brings_no_other_reads_or_goes_on_with(world: World) -> None:
    central, (name, batch) = world.central(), a_batch(world)
    send(to(central, world.station), batch, 0, PIECE)
    for other in (world.second_node, world.lawyer_signer):
        way = to(central, other)
        assert way.upload(Chunk(name, len(batch), 0, b"")) == 0
        assert send(way, batch, PIECE, len(batch)) == 0
    assert kept(central) == (1, PIECE)
    for stranger in (Signer.generate(), world.interviewer):
        with pytest.raises(StationRefused):
            send(to(central, stranger), batch, PIECE, len(batch))


def test_a_chunk_that_does_not_follow_is_not_taken_and_one_that_came_twice_counts_once(world: World) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    way = to(central, world.station)
    assert send(way, batch, PIECE, 2 * PIECE) == 0
    assert send(way, batch, 0, PIECE) == PIECE
    assert send(way, batch, 0, PIECE) == PIECE
    assert send(way, batch, 2 * PIECE, 3 * PIECE) == PIECE
    assert kept(central) == (1, PIECE)


def test_one_batch_for_each_asker_and_no_larger_than_one_that_comes_at_once(world: World) -> None:
    """However many are begun: it is all that somebody with a key can fill."""
    central = world.central()
    way = to(central, world.station)
    for _ in range(5):
        assert way.upload(Chunk(os.urandom(32).hex(), LARGEST, 0, b"x" * LEAST)) == LEAST
    assert kept(central) == (1, LEAST)
    with pytest.raises(StationRefused) as refused:
        way.upload(Chunk("1" * 64, LARGEST + 1, 0, b"x" * LEAST))
    assert refused.value.rule == "structure"


@pytest.mark.parametrize(
    ("start", "size", "total"),
    [(0, LEAST - 1, 3 * LEAST), (0, LEAST, LEAST - 1), (LEAST, LEAST, 2 * LEAST - 1), (0, 1, 2)],
)
def test_chunks_are_not_too_small_and_not_longer_than_the_batch(
    world: World, start: int, size: int, total: int
) -> None:
    """So a batch is never more than so many rows."""
    central = world.central()
    with pytest.raises(StationRefused):
        to(central, world.station).upload(Chunk("1" * 64, total, start, b"x" * size))
    assert kept(central) == (0, 0)
    assert MOST == 128


def test_another_size_of_the_same_batch_is_refused(world: World) -> None:
    central = world.central()
    way = to(central, world.station)
    way.upload(Chunk("1" * 64, 5 * LEAST, 0, b"x" * LEAST))
    with pytest.raises(StationRefused):
        way.upload(Chunk("1" * 64, 6 * LEAST, LEAST, b"x" * LEAST))


def test_what_was_begun_and_never_ended_is_forgotten_after_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-01")
    send(to(central, world.station), batch, 0, PIECE)
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-02")
    assert uploads.forget_old(central) == 0
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-03")
    assert uploads.forget_old(central) == 1
    assert kept(central) == (0, 0)


def test_the_day_s_share_holds_for_what_comes_in_chunks_too(world: World) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    central.settings = replace(central.settings, quota_bytes=1)
    with central.database.transaction() as session:
        quotas.note(central, session, world.station.kid, records=1, size=1)
    way = to(central, world.station)
    send(way, batch, 0, PIECE)
    with pytest.raises(QuotaReached):
        send(way, batch, PIECE, len(batch))


def test_a_full_disk_takes_no_chunk(world: World) -> None:
    central, (_, batch) = world.central(), a_batch(world)
    central.space.floor = 1 << 60
    with pytest.raises(StationBusy):
        send(to(central, world.station), batch, 0, PIECE)
    assert kept(central) == (0, 0)


def test_nothing_of_a_chunk_can_be_read_in_the_database_without_the_batch_s_name(world: World) -> None:
    """A head in a backup would otherwise outlive its withdrawal."""
    central, (name, batch) = world.central(), a_batch(world)
    send(to(central, world.station), batch, 0, PIECE)
    central.database.checkpoint()
    files = b"".join(file.read_bytes() for file in Path(central.settings.home).rglob("*") if file.is_file())
    assert batch[1000:1100] not in files
    assert name.encode() not in files
    assert bytes.fromhex(name) not in files


class Answering(Transport):
    """Answers each chunk with the next of these, or raises it."""

    def __init__(self, *answers: int | list[Frame] | StationUnreachable) -> None:
        super().__init__(ADDRESS, None)
        self.answers_left, self.chunks = list(answers), list[Chunk]()

    def upload(self, chunk: Chunk) -> int | list[Frame]:
        self.chunks.append(chunk)
        answer = self.answers_left.pop(0)
        if isinstance(answer, StationUnreachable):
            raise answer
        return answer


def test_an_upload_has_moved_when_more_is_there_than_when_it_was_asked_last() -> None:
    gone = StationUnreachable(url=ADDRESS)
    upload = Upload(Answering(10, gone, gone, 10, gone, 40, gone), [], bytes(100))
    assert not upload.has_moved()
    for moved in (True, False, False, True):
        with pytest.raises(StationUnreachable):
            upload.go_on()
        assert upload.has_moved() is moved
    assert not upload.has_moved()


def test_after_a_break_an_empty_chunk_asks_what_is_there() -> None:
    way = Answering(60, StationUnreachable(url=ADDRESS), 100, [Frame("end", b"{}")])
    upload = Upload(way, [], bytes(range(100)))
    with pytest.raises(StationUnreachable):
        upload.go_on()
    assert (upload.under_way, upload.may_be_done) == (40, True)
    way.answers_left = [60, [Frame("end", b"{}")]]
    assert [frame.kind for frame in upload.go_on()] == ["end"]
    assert [(one.start, one.data) for one in way.chunks] == [
        (0, bytes(range(100))),
        (60, bytes(range(60, 100))),
        (60, b""),
        (60, bytes(range(60, 100))),
    ]


def test_chunks_that_are_left_are_of_one_size() -> None:
    way = Answering(0, 0, 0)
    way.pace.failed(0)
    size = way.pace.batch_bytes
    upload = Upload(way, [], bytes(2 * size + 10))
    with pytest.raises(IndexError):
        upload.go_on()
    assert [len(one.data) for one in way.chunks[:2]] == [math.ceil((2 * size + 10) / 3)] * 2
    assert not upload.may_be_done


def test_an_endless_series_of_answers_achieves_nothing() -> None:
    way = Answering(*[0] * (2 * ROUNDS))
    with pytest.raises(NotTheStation):
        Upload(way, [], bytes(100)).go_on()
    assert len(way.chunks) == ROUNDS == 256
