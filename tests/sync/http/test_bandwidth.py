"""A limit of bandwidth: over any time no more goes than the rate and one second's worth that was saved up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.sync.http.bandwidth import PIECE, Bucket


class Clock:
    """Goes on when it is waited for, and when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@given(st.integers(256, 10**7), st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 100)), max_size=30))
def test_no_more_goes_than_the_rate_and_a_second_s_worth(rate: int, takes: list[tuple[int, float]]) -> None:
    clock = Clock()
    bucket = Bucket(rate, clock=clock, pause=clock.wait)
    taken = 0
    for size, idle in takes:
        clock.now += idle
        bucket.take(size)
        taken += size
        assert taken <= rate * (clock.now - 100 + 1) * (1 + 1e-9) + 1


def test_without_a_limit_nothing_is_waited_for() -> None:
    clock = Clock()
    bucket = Bucket(0, clock=clock, pause=clock.wait)
    assert b"".join(bucket.cut(bytes(10 * PIECE))) == bytes(10 * PIECE)
    assert clock.now == 100
    assert bucket.seconds_for(10**9) == 0


@given(st.binary(max_size=5000), st.integers(256, 10**6))
def test_what_is_cut_in_pieces_is_whole(data: bytes, rate: int) -> None:
    clock = Clock()
    bucket = Bucket(rate, clock=clock, pause=clock.wait)
    pieces = list(bucket.cut(data))
    assert b"".join(pieces) == data
    assert all(0 < len(piece) <= bucket.piece <= PIECE for piece in pieces)


@pytest.mark.parametrize("idle", [0, 3600])
def test_a_second_s_worth_is_saved_up_and_what_goes_beyond_it_waits(idle: int) -> None:
    clock = Clock()
    bucket = Bucket(1000, clock=clock, pause=clock.wait)
    clock.now = began = clock.now + idle
    bucket.take(1000)
    assert clock.now == began
    bucket.take(500)
    assert clock.now == began + 0.5
    bucket.take(250)
    assert clock.now == began + 0.75, "what was waited for is made up for"
    clock.now += 0.25
    bucket.take(250)
    assert clock.now == began + 1.0, "a quarter of a second is worth so much"


@pytest.mark.parametrize(("rate", "piece"), [(0, PIECE), (1, 1), (20, 2), (1000, 100), (10**9, PIECE)])
def test_a_piece_is_a_tenth_of_a_second_s_worth_at_most(rate: int, piece: int) -> None:
    assert Bucket(rate).piece == piece
    assert PIECE == 16 << 10


def test_how_long_something_takes_at_least_follows_from_the_rate() -> None:
    assert Bucket(1000).seconds_for(500) == 0.5
