"""In the background: again and again, later after each failure, at once when something new waits."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy.orm import Session

from testimony.background.scheduler import Scheduler
from testimony.errors import NotDelivered, StationBusy
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.delivery import outbox
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.client.push import PushReport
from testimony.sync.errors import StationUnreachable
from testimony.sync.http import transport
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.jobs.pace import FIRST_WAIT, GLANCE, LONGEST_WAIT
from testimony.sync.jobs.sync import SyncJob
from testimony.sync.wire.frames import Frame
from tests.support.background.manual_clock import Hands
from tests.support.sealing.organisation import forged_roster
from tests.support.sync.world import ADDRESS, Changed, World, bring, feed_changed, in_process, to, waiting


class Switch:
    """A channel that can be switched off, and tells when an exchange with central ended."""

    def __init__(self, central: Station) -> None:
        self.channel: Channel = in_process(central)
        self.error: Exception | None = None
        self.fed = threading.Semaphore(0)

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.error is not None:
            self.fed.release()
            raise self.error
        answer = self.channel.send(method, url, headers, body)
        if "/sync/feed" in url:
            self.fed.release()
        return answer


def test_each_failure_waits_longer_up_to_half_an_hour(world: World) -> None:
    node, central = world.node(), world.central()
    switch = Switch(central)
    background = SyncJob(node, to(central, world.station, switch), every=60)
    switch.error = StationUnreachable(url=ADDRESS)
    waits = [background.once() for _ in range(14)]
    for number, wait in enumerate(waits, 1):
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2**number)
        assert longest / 2 <= wait <= longest
    assert isinstance(background.last_error, StationUnreachable)
    switch.error = None
    assert background.once() == 60
    assert background.failures == 0
    switch.error = StationUnreachable(url=ADDRESS)
    assert background.once() <= FIRST_WAIT * 2


def test_an_error_that_nobody_foresaw_is_outlined_and_waited_out(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    node, central = world.node(), world.central()
    switch = Switch(central)
    background = SyncJob(node, to(central, world.station, switch), every=60)
    switch.error = KeyError("words that must not be logged")
    assert FIRST_WAIT <= background.once() <= FIRST_WAIT * 2
    assert isinstance(background.last_error, NotDelivered)
    assert "unexpected: KeyError" in caplog.text
    assert __file__ in caplog.text
    assert "words" not in caplog.text
    switch.error = None
    assert background.once() == 60


def test_a_forged_roster_in_a_feed_is_refused_and_the_loop_goes_on(world: World) -> None:
    """Its label is not ASCII and its signer is a root's kid, so that it comes as far as the signatures."""
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    forged = Frame("record", forged_roster(world.root.keys).encode())
    channel = Changed(in_process(central), feed_changed(lambda frames: [*frames, forged]))
    background = SyncJob(node, to(central, world.station, channel), every=60)
    assert background.once() == 60
    assert (background.last_error, waiting(node)) == (None, [])
    assert len(node.chain.records) == 1


def test_a_busy_central_is_not_asked_before_the_time_that_it_named(world: World) -> None:
    node, central = world.node(), world.central()
    switch = Switch(central)
    switch.error = StationBusy(retry_after=600)
    assert SyncJob(node, to(central, world.station, switch)).once() >= 600


def test_it_delivers_what_comes_while_it_runs(world: World) -> None:
    node, central = world.node(), world.central()
    switch = Switch(central)
    background = SyncJob(node, to(central, world.station, switch), every=3600)
    hands = Hands()
    background.add_to(hands.scheduler)
    hands.move(0)
    assert switch.fed.acquire(blocking=False)
    bring(node, world.testimony())
    hands.move(GLANCE)
    assert switch.fed.acquire(blocking=False)
    assert waiting(node) == []


def test_what_comes_between_texts_and_media_goes_in_the_same_exchange(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it was counted as known and not sent: nobody woke the loop for it."""
    node, central = world.node(), world.central()
    look = outbox.with_media_waiting
    late = [world.testimony()]

    def after_another_came(session: Session, *, limit: int) -> list[str]:
        while late:
            bring(node, late.pop())
        return look(session, limit=limit)

    monkeypatch.setattr(outbox, "with_media_waiting", after_another_came)
    bring(node, world.testimony())
    SyncJob(node, to(central, world.station, Switch(central))).once()
    assert (late, waiting(node)) == ([], [])


def test_what_comes_between_the_push_and_the_rest_does_not_wait_for_the_next_exchange(world: World) -> None:
    node, central = world.node(), world.central()
    late = [world.testimony()]

    def bring_late(frames: list[Frame]) -> list[Frame]:
        bring(node, *late)  # while the feed is being read the push is over
        late.clear()
        return frames

    switch = Switch(central)
    switch.channel = Changed(in_process(central), feed_changed(bring_late))
    background = SyncJob(node, to(central, world.station, switch), every=3600)
    hands = Hands()
    background.add_to(hands.scheduler)
    hands.move(0)
    assert switch.fed.acquire(blocking=False)
    assert len(waiting(node)) == 1
    hands.move(GLANCE)
    assert switch.fed.acquire(blocking=False), "a second exchange, an hour early"
    assert waiting(node) == []


def test_what_cannot_be_delivered_now_does_not_keep_it_awake(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()
    monkeypatch.setattr(
        "testimony.sync.jobs.sync.exchange", lambda *_, **__: ExchangeReport(pushed=PushReport(waiting=1))
    )
    background = SyncJob(node, to(world.central(), world.station))
    background.once()
    bring(node, world.testimony())
    assert not background._outbox.is_new_waiting(node)
    bring(node, world.testimony())
    assert background._outbox.is_new_waiting(node)


def test_waking_it_ends_a_long_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", (0.0, 0.0, 0.0))
    node, central = world.node(), world.central()
    switch = Switch(central)
    switch.error = StationUnreachable(url=ADDRESS)
    background = SyncJob(node, to(central, world.station, switch), every=3600)
    hands = Hands()
    background.add_to(hands.scheduler)
    hands.move(0)
    for _ in range(4):  # the question and its three repetitions
        assert switch.fed.acquire(blocking=False)
    assert background.trying().next_in > 0
    switch.error = None
    hands.move(GLANCE)
    assert not switch.fed.acquire(blocking=False), "a look at the outbox is no try"
    background.wake()
    hands.move(0)
    assert switch.fed.acquire(blocking=False)
    assert background.trying().next_in == 3600


def test_to_wake_it_where_nothing_runs_in_the_background_is_harmless(world: World) -> None:
    background = SyncJob(world.node(), to(world.central(), world.station))
    background.wake()
    assert (background.trying().next_in, background.trying().under_way) == (0, False)


def test_what_waits_is_counted_as_the_outbox_gives_it(world: World) -> None:
    from testimony.services.records.types import Incoming

    node, whole, part, gone = world.node(), world.testimony(), world.testimony(), world.testimony()
    bring(node, whole, gone)
    take_in(node, [Incoming("record", part.record.encode())])
    take_in(node, [Incoming("record", world.withdraw(gone).encode())])
    with node.database.reading() as session:
        assert count_waiting(session) == len(waiting(node)) == 2


def test_it_stops_in_the_middle_of_a_pause_on_a_bad_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", (36_000.0,))
    node, switch = world.node(), Switch(world.central())
    switch.error = StationUnreachable(url=ADDRESS)
    way = to(world.central("other"), world.station, switch)
    way.pause = time.sleep
    background = SyncJob(node, way)
    scheduler = Scheduler()
    background.add_to(scheduler)
    scheduler.start()
    assert switch.fed.acquire(timeout=60)
    ending = threading.Thread(target=scheduler.stop, daemon=True)
    ending.start()
    ending.join(30)
    assert not ending.is_alive()
