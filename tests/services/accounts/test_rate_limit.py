"""Asking too often is refused, to each by itself and to nobody else, and again allowed when time has passed."""

from __future__ import annotations

import pytest

from testimony.services.accounts import rate_limit
from testimony.services.accounts.errors import TooFast
from testimony.services.accounts.rate_limit import Rate, RateLimiter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def count(limiter: RateLimiter, name: str) -> int:
    """How many more are allowed just now, and counted."""
    allowed = 0
    while True:
        try:
            limiter.require(name)
        except TooFast:
            return allowed
        allowed += 1


def test_a_burst_is_allowed_and_then_one_in_each_period() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(2, 10), clock=clock)
    assert count(limiter, "a") == 2
    assert count(limiter, "b") == 2, "each by itself"
    clock.now += 9
    with pytest.raises(TooFast) as refused:
        limiter.require("a")
    assert refused.value.retry_after == 1, "seconds, rounded up"
    clock.now += 1
    assert count(limiter, "a") == 1
    clock.now += 3600
    assert count(limiter, "a") == 2, "never more than a burst at once"


def test_a_refused_one_counts_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(1, 10), clock=clock)
    limiter.require("a")
    for _ in range(5):
        clock.now += 1
        assert count(limiter, "a") == 0
    clock.now += 5
    assert count(limiter, "a") == 1


def test_ten_minutes_hold_no_more_than_a_burst_and_what_comes_back_meanwhile() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(30, 20), clock=clock)
    allowed = 0
    for _ in range(600):
        allowed += count(limiter, "a")
        clock.now += 1
    assert allowed == 59  # the last of 60 comes back with the last second


def test_a_hundred_thousand_names_take_no_more_room_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_NAMES", 3)
    limiter = RateLimiter(Rate(1, 10), clock=Clock())
    for name in ("a", "b", "c", "a"):
        count(limiter, name)
    limiter.require("d")
    assert list(limiter._names) == ["c", "a", "d"], "whoever was quiet longest was forgotten"
