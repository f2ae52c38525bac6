"""What may be said of a share of two published numbers: a sentence that is true for every pair of counts behind them.

Computed with whole numbers alone. A quotient of published numbers would look more exact than they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from testimony.domain.tables.offsets import BASES, Unit

OFF: Final = BASES[Unit.ACCOUNTS] - 1
"""How far a count may be from its published number."""
LEAST_WHOLE: Final = 20
STEP: Final = 5  # per cent


class Say(StrEnum):
    MOST = "four in five or more"
    MORE = "more than half"
    FEW = "fewer than one in five"
    FEWER = "fewer than half"
    BETWEEN = "between {low} and {high} %"


@dataclass(frozen=True, kw_only=True)
class Share:
    """A sentence. `low`, `high`: per cent, for `Say.BETWEEN`. `about`: per cent, where it is known that exactly."""

    say: Say
    low: int = 0
    high: int = 100
    about: int | None = None

    def __str__(self) -> str:
        return self.say.format(low=self.low, high=self.high)

    def holds(self, part: int, whole: int) -> bool:
        """Whether the sentence is true of `part` out of `whole`."""
        match self.say:
            case Say.MOST:
                return 5 * part >= 4 * whole
            case Say.MORE:
                return 2 * part > whole
            case Say.FEW:
                return 5 * part < whole
            case Say.FEWER:
                return 2 * part < whole
        return self.low * whole <= 100 * part <= self.high * whole


def share(part: int, whole: int) -> Share | None:
    """Of two published numbers. None where `whole` is too small to say anything."""
    if whole < LEAST_WHOLE:
        return None
    least, least_of = max(0, part - OFF), whole + OFF
    most, most_of = min(part + OFF, whole - OFF), whole - OFF
    about = None
    if 10 * (most * least_of - least * most_of) <= most_of * least_of:
        about = min(100, (200 * part + STEP * whole) // (2 * STEP * whole) * STEP)
    return _between(least, least_of, most, most_of, about)


def share_beside(part: int, other: int) -> Share | None:
    """Of `part` in both together, two published numbers of different accounts. None where both are too few."""
    if part + other < LEAST_WHOLE:
        return None
    least, most = max(0, part - OFF), part + OFF
    return _between(least, least + other + OFF, most, most + max(0, other - OFF), None)


def _between(least: int, least_of: int, most: int, most_of: int, about: int | None) -> Share:
    """The sentence for every share from `least` of `least_of` to `most` of `most_of`."""
    if 5 * least >= 4 * least_of:
        return Share(say=Say.MOST, about=about)
    if 2 * least > least_of:
        return Share(say=Say.MORE, about=about)
    if 5 * most < most_of:
        return Share(say=Say.FEW, about=about)
    if 2 * most < most_of:
        return Share(say=Say.FEWER, about=about)
    low = 20 * least // least_of * STEP
    high = min(100, -(-20 * most // most_of) * STEP)
    return Share(say=Say.BETWEEN, low=low, high=high, about=about)
