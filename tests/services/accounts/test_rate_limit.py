"""Asking too often is refused, to each by itself, and again allowed when time has passed."""

from __future__ import annotations

import pytest

from testimony.services.accounts.errors import TooOften
from testimony.services.accounts.rate_limit import Pace


def test_more_than_the_limit_is_refused_until_time_has_passed() -> None:
    now = [100.0]
    pace = Pace(at_most=2, seconds=10, clock=lambda: now[0])
    pace.require("a")
    pace.require("a")
    with pytest.raises(TooOften):
        pace.require("a")
    pace.require("b")
    now[0] += 10
    pace.require("a")
