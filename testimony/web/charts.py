"""Chart shapes for templates to draw as SVG: columns over time and horizontal bars, from counts alone.

The page's direction turns them: the first value is where a reader of the language begins. A count that is only given as
small is drawn hatched, at its highest possible value, so that no shape says more than the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 320
"""Units of a chart, as many as a small phone has pixels: so its words are as large there as they should be."""
HEIGHT: Final = 150
HEAD, FOOT = 18, 22
"""Room for a number above the highest column, and for a word below."""
LINE: Final = 34
"""Height of a bar with its words above it."""
ROOM: Final = 44
"""For the number at the end of the longest bar."""
WORD: Final = 52
"""From the middle of a word below columns to that of the next."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One thing and how often: `number` is None where it is only said to be smaller than the chart's limit.

    `name` for the table, `short` where a chart has little room.
    """

    name: str
    number: int | None
    short: str = ""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A rectangle with its number at (`x_of_number`, `y_of_number`) and its word at (`x_of_word`, `y_of_word`)."""

    counted: Counted
    x: float
    y: float
    width: float
    height: float
    x_of_number: float
    y_of_number: float
    x_of_word: float
    y_of_word: float
    has_word: bool = True


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a template draws. `limit`: numbers below it, but 0, are not said; 1 where all are. `base`: where columns
    stand."""

    shapes: tuple[Shape, ...]
    width: int
    height: int
    limit: int
    base: float = 0

    @property
    def hides(self) -> bool:
        """Whether some number is not said."""
        return any(shape.counted.number is None for shape in self.shapes)

    @property
    def highest(self) -> Counted | None:
        """The one with the largest number that is said, the first of several; None where there is none."""
        said = [shape.counted for shape in self.shapes if shape.counted.number]
        return max(said, key=lambda one: one.number or 0, default=None)


def columns(counted: Sequence[Counted], *, limit: int, turned: bool) -> Chart:
    """One column each, in order of time; `turned` on a page that runs from the right."""
    most = _most(counted, limit)
    step, base = WIDTH / max(1, len(counted)), HEIGHT - FOOT
    shapes = []
    named = _named(len(counted), step)
    for place, one in enumerate(counted):
        height = _share(one, limit, most) * (base - HEAD)
        x = _turned(place * step + step * 0.12, step * 0.76, turned)
        middle = x + step * 0.38
        shapes.append(
            Shape(
                counted=one,
                x=_tidy(x),
                y=_tidy(base - height),
                width=_tidy(step * 0.76),
                height=_tidy(height),
                x_of_number=_tidy(middle),
                y_of_number=_tidy(base - height - 4),
                x_of_word=_tidy(_within(middle)),
                y_of_word=HEIGHT - 6,
                has_word=place in named,
            )
        )
    return Chart(shapes=tuple(shapes), width=WIDTH, height=HEIGHT, limit=limit, base=base)


def bars(counted: Sequence[Counted], *, limit: int, turned: bool) -> Chart:
    """One bar each, under each other, its word above it and its number at its end."""
    most = _most(counted, limit)
    shapes = []
    for place, one in enumerate(counted):
        width, y = max(1.0, _share(one, limit, most) * (WIDTH - ROOM)), place * LINE + 18.0
        shapes.append(
            Shape(
                counted=one,
                x=_tidy(_turned(0, width, turned)),
                y=y,
                width=_tidy(width),
                height=12,
                x_of_number=_tidy(_turned(width + 6, 0, turned)),
                y_of_number=y + 11,
                x_of_word=_turned(0, 0, turned),
                y_of_word=y - 5,
            )
        )
    return Chart(shapes=tuple(shapes), width=WIDTH, height=max(1, len(counted)) * LINE, limit=limit)


def _named(count: int, step: float) -> set[int]:
    """Which columns have a word below them: the last one, and from there back those that have room for one."""
    named: set[int] = set()
    nearest = float("inf")
    for place in reversed(range(count)):
        middle = _within((place + 0.5) * step)
        if nearest - middle >= WORD:
            named.add(place)
            nearest = middle
    return named


def _most(counted: Sequence[Counted], limit: int) -> int:
    return max([_height(one, limit) for one in counted] + [1])


def _height(one: Counted, limit: int) -> int:
    return limit - 1 if one.number is None else one.number


def _share(one: Counted, limit: int, most: int) -> float:
    return _height(one, limit) / most


def _turned(start: float, width: float, turned: bool) -> float:
    return WIDTH - start - width if turned else start


def _within(middle: float) -> float:
    """A short word does not extend beyond either side."""
    return min(max(middle, 32.0), WIDTH - 32.0)


def _tidy(value: float) -> float:
    return round(value, 1)
