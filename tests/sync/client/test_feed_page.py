"""A page of a feed: every kind of frame at its place, and nothing that is no page."""

from __future__ import annotations

from typing import Any

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.sealing.log import merkle
from testimony.sync.client.feed_page import PageMalformed, take_apart
from testimony.sync.wire.frames import Frame
from tests.support.sync.world import World

NOTE = "testimony/1/log/0123456789abcdef\n3\n"
OPENING = [Frame("checkpoint", NOTE.encode()), Frame("proof", b"[]")]
END = {"next": 2, "size": 3}


def end(**said: Any) -> Frame:
    return Frame("end", canonical.encode(END | said))


def test_a_page_has_leaves_entries_and_what_stands_behind_each(world: World) -> None:
    record = world.testimony().record
    page = take_apart(
        [
            *OPENING,
            Frame("leaf", b"l" * 32),
            Frame("entry", b"an entry"),
            Frame("record", record.encode()),
            Frame("object", b"a head"),
            end(read=1, lacks=["a" * 64]),
        ]
    )
    assert page.checkpoint == NOTE
    assert page.station == "0123456789abcdef"
    assert page.leaves == [b"l" * 32, merkle.leaf_hash(b"an entry")]
    assert page.entries == [None, b"an entry"]
    assert [one.id for one in page.records] == [record.id]
    assert page.objects == {sha256_hex(b"a head"): b"a head"}
    assert (page.next, page.size, page.read, page.lacks) == (2, 3, 1, ["a" * 64])
    assert take_apart([Frame("checkpoint", b"no origin"), OPENING[1]]).station == ""


@pytest.mark.parametrize(
    "frames",
    [
        [],
        OPENING[:1],
        OPENING[::-1],
        [Frame("checkpoint", b"\xff"), OPENING[1]],
        [*OPENING, Frame("leaf", b"l" * 31)],
        [*OPENING, Frame("leaf", b"l" * 33)],
        [*OPENING, Frame("record", b"{}")],
        [*OPENING, Frame("object", b"before any position")],
        [*OPENING, Frame("leaf", b"l" * 32), Frame("record", b"no record")],
        [*OPENING, Frame("status", b"{}")],
        [*OPENING, Frame("end", b"[]")],
        *([*OPENING, end(**{field: value})] for field in ("next", "size", "read") for value in (-1, "1", True, None)),
        *([*OPENING, end(lacks=value)] for value in ("a", [1], ["a", None], None)),
    ],
)
def test_what_is_no_page_is_malformed(frames: list[Frame]) -> None:
    with pytest.raises(PageMalformed):
        take_apart(frames)


@pytest.mark.parametrize("field", ["next", "size", "read"])
def test_the_first_position_is_zero(field: str) -> None:
    assert getattr(take_apart([*OPENING, end(**{field: 0})]), field) == 0
