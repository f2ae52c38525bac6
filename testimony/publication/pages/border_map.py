"""Counts of borders as a map in SVG: free outlines, and the counted borders as lines, thicker where more is told.

The outlines are those of the interview's map (docs/vendored.md). A border that has no line there is in the table alone.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from testimony.publication.markup import element
from testimony.publication.pages.charts import DARK, INK
from testimony.publication.text.phrases import Words

OUTLINES: Final = Path(__file__).parents[2] / "web" / "static" / "vendor" / "world-atlas-2.0.2" / "borders.js"
MARGIN: Final = 70
"""Units around what is counted, so that a reader sees where it lies."""
LEAST: Final = 360
"""Units across the smallest part that is drawn."""
THIN, THICK = 3, 11
"""Units of the thinnest and the thickest line."""

LAND, SEA, EDGE = "#ebe9e1", "#ffffff", "#b5b5aa"
RIM: Final = {"stroke": LAND, "stroke_width": "5", "paint_order": "stroke"}
"""Round the letters of a name, so that it can be read where a line crosses it."""
LETTERS: Final = 32
"""Letters that fit across a picture: so its words are as large on any map."""

Point = tuple[int, int]
Name = tuple[str, float, int, float]
"""What is written, the middle and the foot of its letters, and half its width."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A border by name, and how much is counted there."""

    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A counted border: the path of its line, how thick it is, and its middle."""

    counted: Counted
    path: str
    width: float
    x: int
    y: int


Spot = tuple[Line, int, int]
"""A line, and the middle of the disc with its number."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One part of the world. `box`: x, y, width and height of what is drawn. `states`: name of the State by code and
    where it stands.
    """

    id: str
    box: tuple[int, int, int, int]
    land: str
    borders: tuple[str, ...]
    states: tuple[tuple[str, int, int], ...]
    lines: tuple[Line, ...]


def views(counted: Mapping[str, Counted]) -> tuple[View, ...]:
    """Of each part of the world where something is counted, what is drawn.

    `counted`: by border ("HRV-BIH") or part of one ("HRV-BIH:north").
    """
    most = max((one.number for one in counted.values()), default=0)
    found = []
    for outline in _outlines():
        lines = {
            code: _line(one, paths, most)
            for code, one in counted.items()
            if one.number and (paths := _paths(outline["segments"], code))
        }
        if lines:
            found.append(_view(outline, lines))
    return tuple(found)


def draw(view: View, title: str, words: Words) -> Element:
    """A view as a picture with the names of its States and the number of each border; what it says is in its label."""
    x, y, across, down = view.box
    told = "; ".join(f"{line.counted.name}: {line.counted.number}" for line in reversed(view.lines))
    size = round(across / LETTERS)
    names, spots = laid(view, size, lambda code: words.option("iso3", code))
    return element(
        "svg",
        element("rect", x=str(x), y=str(y), width=str(across), height=str(down), fill=SEA),
        element("path", d=view.land, fill=LAND, stroke=EDGE),
        *(element("path", d=path, fill="none", stroke=EDGE) for path in view.borders),
        *(_stroke(line) for line in view.lines),
        *(_said(name, round(middle), y, **RIM) for name, middle, y, _ in names),
        *(shape for line, x, y in spots for shape in _numbered(line, x, y, size)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{x} {y} {across} {down}",
        role="img",
        font_family="system-ui, sans-serif",
        font_size=str(size),
        **{"aria-label": f"{title}. {told}", "xml:lang": words.lang},
    )


def laid(view: View, size: int, name_of: Callable[[str], str]) -> tuple[list[Name], list[Spot]]:
    """Where the names of the States stand in the picture, and the numbers of the lines: none hides another one.

    `size`: of the letters. `name_of`: the name of a State by its code.
    """
    names = list(_names(view, size, name_of))
    return names, list(_spots(view.lines, names, size))


def _names(view: View, size: int, name_of: Callable[[str], str]) -> Iterator[Name]:
    """The names of the States within the picture, without those that would lie over another one."""
    left, top, across, down = view.box
    kept: list[Name] = []
    for code, x, y in view.states:
        if not (left <= x <= left + across and top <= y <= top + down):
            continue  # its name would stand on the edge, over another State
        name = name_of(code)
        half = 0.3 * size * len(name)
        middle, y = min(max(x, left + half), left + across - half), max(y, top + size)
        if not any(abs(middle - other) < half + wide and abs(y - at) < size for _, other, at, wide in kept):
            kept.append((name, middle, y, half))
            yield kept[-1]


def _spots(lines: Iterable[Line], names: Sequence[Name], size: int) -> Iterator[Spot]:
    """Where the number of each line stands: the point nearest to its middle that hides no name and no other number."""
    taken = [(middle, y - size / 3, half, size / 2) for _, middle, y, half in names]
    for line in lines:
        wide = _width(line, size) / 2
        x, y = next((point for point in _from_middle(line) if _is_free(point, wide, size, taken)), (line.x, line.y))
        taken.append((x, y, wide, size))
        yield line, x, y


def _from_middle(line: Line) -> list[Point]:
    return sorted(_points(line.path), key=lambda point: math.dist(point, (line.x, line.y)))


def _is_free(point: Point, wide: float, tall: float, taken: Iterable[tuple[float, float, float, float]]) -> bool:
    """Whether nothing of `taken` (middle, half its width, half its height) lies in a box of that half size."""
    return not any(
        abs(point[0] - x) < wide + across and abs(point[1] - y) < tall + down for x, y, across, down in taken
    )


def _said(text: str, x: int, y: int, **look: str) -> Element:
    return element("text", text, x=str(x), y=str(y), fill=INK, text_anchor="middle", **look)


def _stroke(line: Line) -> Element:
    return element("path", d=line.path, fill="none", stroke=DARK, stroke_width=str(line.width), stroke_linecap="round")


def _width(line: Line, size: int) -> int:
    """Of the disc of its number, which is as long as the number needs. `size`: of its letters."""
    return max(2 * size, round(0.7 * size * (len(str(line.counted.number)) + 1)))


def _numbered(line: Line, x: int, y: int, size: int) -> tuple[Element, Element]:
    """The number of a line in a disc with its middle at `x`, `y`."""
    wide, tall = _width(line, size), 2 * size
    disc = element(
        "rect",
        x=str(x - wide // 2),
        y=str(y - tall // 2),
        width=str(wide),
        height=str(tall),
        rx=str(tall // 2),
        fill=SEA,
        stroke=DARK,
        stroke_width="2",
    )
    return disc, _said(str(line.counted.number), x, y + size // 3, font_weight="bold")


@functools.cache
def _outlines() -> Sequence[Mapping[str, Any]]:
    """The list that the file exports: JSON between a comment and the script's own words."""
    text = OUTLINES.read_text(encoding="utf-8")
    value: Sequence[Mapping[str, Any]] = json.JSONDecoder().raw_decode(text, text.index("[{"))[0]
    return value


def _paths(segments: Mapping[str, str], code: str) -> list[str]:
    """The lines of a part of a border; of a whole border those of all its parts, or the one for all of it."""
    if ":" in code:
        return [segments[code]] if code in segments else []
    if f"{code}:all" in segments:
        return [segments[f"{code}:all"]]
    return [path for name, path in segments.items() if name.partition(":")[0] == code]


def _line(one: Counted, paths: Iterable[str], most: int) -> Line:
    path = "".join(paths)
    points = _points(path)
    x, y = points[len(points) // 2]
    share = math.sqrt(one.number / most)
    return Line(counted=one, path=path, width=round(THIN + (THICK - THIN) * share, 1), x=x, y=y)


def _view(outline: Mapping[str, Any], lines: Mapping[str, Line]) -> View:
    """`lines`: by border or part of one. The States of each border are within the picture, so that they have names."""
    own = {state for code in lines for state in code.partition(":")[0].split("-")}
    points = [point for line in lines.values() for point in _points(line.path)]
    points += [(x, y) for code, x, y in outline["states"] if code in own]
    return View(
        id=outline["id"],
        box=_box(points, outline["width"], outline["height"]),
        land=outline["land"],
        borders=tuple(outline["segments"].values()),
        states=tuple((code, x, y) for code, x, y in outline["states"]),
        lines=tuple(sorted(lines.values(), key=lambda line: line.width)),
    )


def _points(path: str) -> list[Point]:
    """All points of "M1 2 3 4M5 6 7 8"."""
    numbers = [int(number) for number in path.replace("M", " ").split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _box(points: Sequence[Point], width: int, height: int) -> tuple[int, int, int, int]:
    """What holds `points` with a margin, within a map of that size."""
    spans = []
    for at, whole in ((0, width), (1, height)):
        first, last = min(point[at] for point in points) - MARGIN, max(point[at] for point in points) + MARGIN
        lack = max(0, LEAST - (last - first)) // 2
        first, last = max(0, first - lack), min(whole, last + lack)
        spans.append((first, last - first))
    (x, across), (y, down) = spans
    return x, y, across, down
