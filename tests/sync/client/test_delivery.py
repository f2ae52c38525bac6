"""Batches: the next is filled and the last answer read while one is under way, and never more than that."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from testimony.services.records import bulk_read
from testimony.sync.client.delivery import Parcel, Sending
from testimony.sync.client.push import push
from testimony.sync.errors import StationUnreachable
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.support.sync.world import World, bring, to, waiting

PATIENCE = 30.0
"""Seconds after which a test that would wait for ever gives up instead."""


class Held(Transport):
    """A way on which each batch waits until it is let go."""

    def __init__(self) -> None:
        super().__init__("http://central.example", None)
        self.let_go = threading.Semaphore(0)
        self.took_off = threading.Semaphore(0)
        self.carried: list[int] = []

    def batch(self, frames: Sequence[Frame]) -> list[Frame]:
        self.took_off.release()
        assert self.let_go.acquire(timeout=PATIENCE)
        self.carried.append(len(frames))
        return []


def test_the_next_batch_is_filled_while_one_is_under_way_and_no_further_one(world: World) -> None:
    way = Held()
    size = way.pace.batch_bytes // 2 + 1  # each of these fills a batch
    drawn: list[int] = []
    filled = threading.Event()

    def parcels() -> Iterator[Parcel]:
        for number in range(4):
            drawn.append(number)
            if number == 2:  # the second batch is full: this one does not fit
                filled.set()
            yield Parcel(f"{number:064x}", Frame("object", bytes(size)))

    sending = Sending(world.node(), way)
    thread = threading.Thread(target=lambda: sending.send_all(parcels()))
    thread.start()
    assert way.took_off.acquire(timeout=PATIENCE)
    assert filled.wait(PATIENCE)
    assert (drawn, way.carried) == ([0, 1, 2], [])
    for _ in range(4):
        way.let_go.release()
    thread.join()
    assert sum(way.carried) == 4


def test_what_keeps_a_batch_from_arriving_is_raised_where_the_delivery_is_made(world: World) -> None:
    class Dead(Held):
        def batch(self, frames: Sequence[Frame]) -> list[Frame]:
            raise StationUnreachable(url=self.base_url)

    way = Dead()
    way.pause = lambda _: None
    with pytest.raises(StationUnreachable):
        Sending(world.node(), way).send_all(iter([Parcel("0" * 64, Frame("record", b"{}"))]))


def test_an_error_of_this_side_does_not_undo_what_was_under_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, central = world.node(), world.central()
    bring(node, *(world.testimony(20_000) for _ in range(3)))
    first = waiting(node)[0]
    unlocked = bulk_read.unlocked
    asked: list[object] = []

    def broken(station, objects):  # type: ignore[no-untyped-def]
        asked.append(objects)
        if len(asked) == 3:
            raise OSError("a card that was pulled out")
        yield from unlocked(station, objects)

    monkeypatch.setattr(bulk_read, "unlocked", broken)
    with pytest.raises(OSError, match="pulled out"):
        push(node, to(central, world.station))
    assert first not in waiting(node)
