"""What travels is packed only for who takes it, and what is unpacked stays within bounds."""

from __future__ import annotations

import gzip
import os
import tracemalloc

import pytest

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sync.client.push import push
from testimony.sync.errors import NotTheStation
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.http.transport import Transport
from testimony.sync.wire import content_coding
from testimony.sync.wire.content_coding import zstd
from testimony.sync.wire.frames import write_frames
from tests.support.sync.world import ADDRESS, World, all_names, bring, held, in_process

TEXT = b'{"a":"testimony"}' * 1000


class Seen:
    """A channel that remembers what was asked and answered, as it travelled."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.answered: list[Answer] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked.append((headers, body))
        self.answered.append(self.channel.send(method, url, headers, body))
        return self.answered[-1]


def _torn_alike(data: bytes, coding: str) -> bytes:
    """`data` as others pack it: at once, and not in blocks as we do."""
    return gzip.compress(data) if coding == "gzip" else zstd.compress(data)


both = pytest.mark.parametrize("coding", content_coding.CODINGS)


@both
def test_what_is_packed_is_the_same_again_and_what_does_not_shrink_is_left_as_it_is(coding: str) -> None:
    packed = content_coding.pack(TEXT, coding)
    assert packed is not None
    assert len(packed) < len(TEXT) / 10
    assert content_coding.unpack(packed, coding, len(TEXT)) == TEXT
    assert content_coding.unpack(_torn_alike(TEXT, coding), coding, len(TEXT)) == TEXT
    assert content_coding.pack(os.urandom(20_000), coding) is None
    assert content_coding.pack(b"x" * 100, coding) is None


@both
def test_no_more_is_unpacked_than_may_come_at_all(coding: str) -> None:
    bomb = _torn_alike(bytes(50_000_000), coding)
    with pytest.raises(Refused) as refused:
        content_coding.unpack(bomb, coding, 1_000_000)
    assert refused.value.rule == "size.limit"


@both
def test_what_opens_into_too_much_is_not_unpacked_to_its_end(coding: str) -> None:
    bomb = _torn_alike(bytes(50_000_000), coding)
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            content_coding.unpack(bomb, coding, 1_000_000)
        content_coding.unpack_torn(bomb, coding, 1_000_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10_000_000


def test_what_wants_a_larger_window_than_browsers_give_is_not_unpacked() -> None:
    """It would take so much memory before its first byte."""
    wide = zstd.compress(bytes(20_000_000), options={zstd.CompressionParameter.window_log: 27})
    with pytest.raises(NotCanonical):
        content_coding.unpack(wide, "zstd", 1_000_000)
    assert content_coding.unpack_torn(wide, "zstd", 1_000_000) == b""


@both
@pytest.mark.parametrize(
    "change",
    [lambda one: one[:-1], lambda one: one + b"x", lambda one: b"x" + one, lambda one: one + one, lambda _: b""],
)
def test_what_is_torn_or_followed_by_more_is_nothing(change: object, coding: str) -> None:
    packed = content_coding.pack(TEXT, coding)
    with pytest.raises(NotCanonical):
        content_coding.unpack(change(packed), coding, 1_000_000)  # type: ignore[operator]


@both
def test_of_what_is_torn_its_beginning_can_be_had(coding: str) -> None:
    data = os.urandom(100_000).hex().encode()
    packed = content_coding.pack(data, coding)
    assert packed is not None
    begun = content_coding.unpack_torn(packed[:30_000], coding, 200_000)
    assert len(begun) > 40_000 - content_coding.BLOCK
    assert data.startswith(begun)
    assert content_coding.unpack_torn(b"nonsense", coding, 100) == b""
    assert content_coding.unpack_torn(packed, "br", 100) == b""


def test_a_delivery_is_packed_both_ways_once_central_said_that_it_takes_that(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    seen = Seen(in_process(central))
    assert push(node, Transport(ADDRESS, world.station, channel=seen)).delivered == 1
    assert held(central, sealed) == all_names(sealed)
    codings = [headers.get("Content-Encoding") for headers, body in seen.asked if len(body) > content_coding.LEAST]
    assert codings
    assert set(codings) == {"zstd"}
    assert "zstd" in {answer.headers.get("content-encoding") for answer in seen.answered}


def test_a_station_that_knows_gzip_alone_is_brought_gzip_and_brings_it(world: World) -> None:
    class Older(Seen):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = super().send(method, url, {**headers, "Accept-Encoding": "gzip"}, body)
            return Answer(answer.status, {**answer.headers, "accept-encoding": "gzip"}, answer.body)

    node, central, seen = world.node(), world.central(), Older(in_process(world.central("older")))
    bring(node, world.testimony())
    assert push(node, Transport(ADDRESS, world.station, channel=seen)).delivered == 1
    codings = {headers.get("Content-Encoding") for headers, body in seen.asked if len(body) > content_coding.LEAST}
    assert codings == {"gzip"}
    assert {answer.headers.get("content-encoding") for answer in seen.answered} <= {"gzip", None}
    central.close()


def test_to_a_central_that_did_not_say_so_nothing_goes_packed(world: World) -> None:
    class Older(Seen):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = super().send(method, url, {**headers, "Accept-Encoding": "identity"}, body)
            kept = {name: value for name, value in answer.headers.items() if name != "accept-encoding"}
            return Answer(answer.status, kept, answer.body)

    node, central, seen = world.node(), world.central(), Older(in_process(world.central("older")))
    bring(node, world.testimony())
    assert push(node, Transport(ADDRESS, world.station, channel=seen)).delivered == 1
    assert all("Content-Encoding" not in headers for headers, _ in seen.asked)
    assert all("content-encoding" not in answer.headers for answer in seen.answered)
    central.close()


@pytest.mark.parametrize(
    ("coding", "body", "status", "rule"),
    [
        ("gzip", gzip.compress(bytes(20_000_000)), 400, "size.limit"),
        ("gzip", b"nonsense", 400, "structure"),
        ("zstd", zstd.compress(bytes(20_000_000)), 400, "size.limit"),
        ("zstd", b"nonsense", 400, "structure"),
        ("br", b"nonsense", 400, "structure"),
        ("gzip, gzip", gzip.compress(write_frames([])), 400, "structure"),
    ],
)
def test_a_packed_body_that_is_none_or_opens_into_too_much_is_refused(
    world: World, coding: str, body: bytes, status: int, rule: str
) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": "application/vnd.testimony.frames"}
    answer = in_process(world.node()).send("POST", f"{ADDRESS}/sync/batch", headers, body)
    assert (answer.status, canonical.decode_object(answer.body)["rule"]) == (status, rule)


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
def test_an_answer_that_cannot_be_unpacked_is_not_from_a_station(coding: str) -> None:
    class Strange:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            said = {"testimony-nonce": "f" * 32, "content-type": "application/json", "content-encoding": coding}
            return Answer(200, said, b"nonsense")

    with pytest.raises(NotTheStation):
        Transport(ADDRESS, None, channel=Strange()).lacking(["0" * 64])
