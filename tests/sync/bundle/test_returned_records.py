"""What a desk gives back on a stick: text before media, counted, and to where the stick is full."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import pytest

from testimony.services.continuity import given_back
from testimony.services.continuity.given_back import Kept
from testimony.services.custody.earlier_logs import Logged
from testimony.services.records import queries as record_queries
from testimony.sync.bundle import returned_records
from testimony.sync.bundle.writer import BundleWriter
from testimony.sync.wire import returned
from testimony.sync.wire.frames import Frame
from tests.support.sync.world import World


class Stick:
    """Takes what it is given, but for one call."""

    def __init__(self, refused: int | None) -> None:
        self.refused = refused
        self.calls: list[tuple[list[bytes], list[bytes]]] = []

    def put(self, frames: Sequence[Frame], again: Sequence[Frame] = ()) -> bool:
        self.calls.append(([frame.payload for frame in frames], [frame.payload for frame in again]))
        return len(self.calls) - 1 != self.refused


def kept_here(name: str, text: tuple[str, ...], *, has_media: bool) -> Kept:
    return Kept(name=name, logged=cast(Logged, None), text=text, has_media=has_media)


FOUND = [
    kept_here("a", ("a1", "a2"), has_media=True),
    kept_here("gone", ("g1",), has_media=True),
    kept_here("b", ("b1",), has_media=False),
    kept_here("c", (), has_media=True),
]
PIECES = {"a": {"1": {"x"}, "2": {"y", "z"}}, "gone": {"1": {"g"}}, "c": {"1": {"v", "w"}}}


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    envelopes = {name: name.encode() for name in "abc"}  # of "gone" there is none: it was withdrawn meanwhile
    monkeypatch.setattr(
        record_queries, "envelopes_of", lambda _, names: {n: envelopes[n] for n in names if n != "gone"}
    )
    monkeypatch.setattr(returned, "encode", lambda envelope, _: envelope)
    monkeypatch.setattr(given_back, "pieces", lambda _, name: PIECES[name])


def read(_: str, names: Collection[str]) -> list[Frame]:
    return [Frame("object", name.encode()) for name in sorted(names)]


def put(world: World, refused: int | None) -> tuple[tuple[int, int, int], Stick]:
    stick = Stick(refused)
    return returned_records.put(world.desk(), cast(BundleWriter, stick), FOUND, read), stick


def test_records_go_with_their_text_and_then_media_each_file_of_which_counts_alone(world: World) -> None:
    counted, stick = put(world, None)
    assert counted == (3, 8, 0)
    assert stick.calls == [
        ([b"a", b"a1", b"a2"], []),
        ([b"b", b"b1"], []),
        ([b"c"], []),
        ([b"a", b"x"], []),
        ([b"y", b"z"], [b"a"]),
        ([b"c", b"v", b"w"], []),
    ]


@pytest.mark.parametrize(
    ("refused", "counted"),
    [(0, (0, 0, 4)), (1, (1, 2, 2)), (2, (2, 3, 1)), (3, (3, 3, 4)), (4, (3, 3, 4)), (5, (3, 6, 1))],
)
def test_what_does_not_fit_is_counted_from_where_the_stick_is_full(
    world: World, refused: int, counted: tuple[int, int, int]
) -> None:
    told, stick = put(world, refused)
    assert told == counted
    assert len(stick.calls) == refused + 1


@pytest.mark.parametrize(("limit", "written"), [(2, 2), (1, 0)])
def test_a_record_that_is_too_large_for_a_frame_stays_here(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: int, written: int
) -> None:
    monkeypatch.setattr(returned, "encode", lambda *_: b"xx")
    monkeypatch.setattr(returned_records, "PAYLOAD_LIMIT", limit)
    stick = Stick(None)
    assert returned_records.put(world.desk(), cast(BundleWriter, stick), FOUND[:3:2], read)[0] == written


def test_an_empty_record_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returned, "encode", lambda *_: b"")
    assert put(world, None)[0] == (0, 0, 0)
