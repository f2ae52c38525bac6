"""A channel that counts: bytes both ways, torn answers too, and nothing more once it was stopped."""

from __future__ import annotations

import threading

import pytest

from testimony.sync.errors import ExchangeStopped, StationUnreachable
from testimony.sync.http.channel import Answer, AnswerTorn
from testimony.sync.http.counting_channel import CountingChannel

URL = "http://central.example"
ASK = ("POST", URL, {"Accept": "x"}, b"four")


class Inner:
    """Answers with this, or raises it."""

    def __init__(self, given: Answer | Exception) -> None:
        self.given, self.asked = given, list[tuple[object, ...]]()

    def send(self, *asked: object) -> Answer:
        self.asked.append(asked)
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


def test_bytes_of_bodies_count_both_ways() -> None:
    inner = Inner(Answer(200, {"a": "b"}, b"answer"))
    channel = CountingChannel(inner)
    assert (channel.sent, channel.came) == (0, 0)
    for _ in range(2):
        assert channel.send(*ASK) == inner.given
    assert (channel.sent, channel.came) == (8, 12)
    assert inner.asked == [ASK, ASK]


@pytest.mark.parametrize(
    ("error", "came"), [(AnswerTorn(Answer(200, {}, b"half"), URL), 4), (StationUnreachable(url=URL), 0)]
)
def test_of_a_torn_answer_what_came_counts(error: StationUnreachable, came: int) -> None:
    channel = CountingChannel(Inner(error))
    with pytest.raises(type(error)):
        channel.send(*ASK)
    assert (channel.sent, channel.came) == (0, came)


def test_once_stopped_nothing_more_is_asked_and_no_pause_is_long() -> None:
    inner = Inner(Answer(200, {}, b""))
    channel = CountingChannel(inner)
    channel.stop()
    with pytest.raises(ExchangeStopped):
        channel.send(*ASK)
    assert inner.asked == []
    waited = threading.Thread(target=channel.pause, args=(3600.0,), daemon=True)
    waited.start()
    waited.join(60)
    assert not waited.is_alive()


def test_a_request_that_breaks_because_it_was_stopped_says_so() -> None:
    class Stopping(Inner):
        def send(self, *asked: object) -> Answer:
            channel.stop()
            return super().send(*asked)

    channel = CountingChannel(Stopping(StationUnreachable(url=URL)))
    with pytest.raises(ExchangeStopped):
        channel.send(*ASK)
