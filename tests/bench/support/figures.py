"""What a benchmark gives: figures with their units, aims, and the cause that is named when an aim is missed."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Aim:
    """`cause` is said when the figure lies outside: what the missing time or weight goes into."""

    least: float = 0
    most: float = math.inf
    cause: str

    @property
    def text(self) -> str:
        return f"at most {self.most:g}" if self.most < math.inf else f"at least {self.least:g}"

    def is_met(self, value: float) -> bool:
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    unit: str
    aim: Aim | None = None
    beside: tuple[str, ...] = ()  # what others need for the same (anchors.py)
    before: str = ""  # what it was before it was worked on

    @property
    def text(self) -> str:
        shown = f"{self.value:,.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"
        return f"{shown} {self.unit}"

    @property
    def is_missed(self) -> bool:
        return self.aim is not None and not self.aim.is_met(self.value)


def rate(act: Callable[[], object], *, seconds: float = 0.6, rounds: int = ROUNDS) -> float:
    """Times a second that one core does `act`: the median of the rounds, in processor time."""
    act()
    return statistics.median(_round(act, seconds) for _ in range(rounds))


def _round(act: Callable[[], object], seconds: float) -> float:
    start, count = time.process_time(), 0
    while (spent := time.process_time() - start) < seconds:
        act()
        count += 1
    return count / spent


def took(act: Callable[[], object]) -> float:
    """Seconds by the clock on the wall."""
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def each(what: str, per_second: float, aim: Aim | None = None) -> Sequence[Figure]:
    """A rate, and the same as milliseconds."""
    return Figure(what, per_second, "a second", aim), Figure(f"{what}: one takes", 1000 / per_second, "ms")
