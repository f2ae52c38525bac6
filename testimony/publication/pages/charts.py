"""SVG bar charts of the sums over the published table, each bar with its label and number.

Where blanks make a sum a range, the bar is solid up to the certain value, and hatched from there to the possible one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from testimony.errors import N_
from testimony.publication.content import Content
from testimony.publication.markup import element
from testimony.publication.sheets import aggregates
from testimony.publication.sheets.aggregates import Range
from testimony.publication.text.phrases import Words
from testimony.publication.text.vocabulary import label_word, mark_word, unsaid

WIDTH: Final = 320
"""Units, as many as a small phone has pixels: so its words are as large there as they should be."""
ROOM: Final = 62
"""For the number at the end of the longest bar."""
LETTERS: Final = 44
"""In one line of words."""
LINE, BAR, GAP = 16, 12, 12
DARK, INK = "#1f5f8b", "#1b1b1b"


@dataclass(frozen=True, kw_only=True)
class Chart:
    name: str
    title: str
    bars: tuple[tuple[str, Range], ...]


def charts(content: Content, words: Words) -> list[Chart]:
    """What is told, and when and where it happened; without lines there is nothing to draw."""
    if not content.lines:
        return []
    marks = [
        (word if found.said else f"{word}: {unsaid(mark in content.limited, words)}", found)
        for mark in content.marks
        for word, found in [(mark_word(mark, words), aggregates.of_mark(content, mark))]
    ]
    marks.sort(key=lambda one: (-one[1].least, not one[1].said, -one[1].most))
    found = [Chart(name="told", title=words.say(N_("Accounts that tell of it")), bars=tuple(marks))] if marks else []
    for attribute, title in TITLES.items():
        if attribute in content.attributes:
            found.append(Chart(name=attribute, title=words.say(title), bars=_accounts(content, attribute, words)))
    return found


TITLES: Final[Mapping[str, str]] = {
    "date": N_("Accounts by year"),
    "place": N_("Accounts by border"),
}


def draw(chart: Chart, words: Words) -> Element:
    """The chart with its title, and each number as text."""
    most = max(map(_end, (one for _, one in chart.bars if one.said)), default=0) or 1
    shapes: list[Element] = []
    y = 26
    for word, found in chart.bars:
        shapes += _bar(y, word, found, most)
        y += LINE * len(_lines(word)) + (BAR if found.said else 0) + GAP
    ranges = any(found.said and found.least != _end(found) for _, found in chart.bars)
    if ranges:
        shapes += _legend(y, words)
        y += 2 * LINE
    return element(
        "svg",
        element("title", chart.title),
        element("defs", _hatching(chart.name)),
        element("rect", width=str(WIDTH), height=str(y), fill="#fff"),
        _say(0, 14, chart.title, weight="bold"),
        *(_hatched(shape, chart.name) for shape in shapes),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {y}",
        role="img",
        font_family="system-ui, sans-serif",
        font_size="12",
        **{"aria-label": chart.title, "xml:lang": words.lang},
    )


def _accounts(content: Content, attribute: str, words: Words) -> tuple[tuple[str, Range], ...]:
    found = []
    for label, lines in aggregates.by(content, attribute).items():
        number = sum(line.n for line in lines)
        found.append((coarse_word(attribute, label, words), Range(least=number, most=number)))
    return tuple(found)


def coarse_word(attribute: str, label: str, words: Words) -> str:
    """A coarse label: of years "y2022" and "y2022to2024"."""
    if attribute == "date" and label[1:5].isdigit():
        first, _, last = label[1:].partition("to")
        return f"{first}–{last}" if last else first
    return label_word(attribute, label, words)


def _bar(y: int, word: str, found: Range, most: int) -> list[Element]:
    lines = _lines(word)
    top = y + LINE * len(lines) - 1
    certain, possible = (round((WIDTH - ROOM) * number / most, 1) for number in (found.least, _end(found)))
    shapes = [_say(0, y + LINE * place + 10, line) for place, line in enumerate(lines)]
    if not found.said:
        return shapes
    if found.least:
        shapes.append(element("rect", x="0", y=str(top), width=str(certain), height=str(BAR), fill=DARK))
    if _end(found) > found.least:
        wide = str(round(possible - certain, 1))
        shapes.append(
            element("rect", x=str(certain), y=str(top), width=wide, height=str(BAR), fill="hatched", stroke=DARK)
        )
    return [*shapes, _say(possible + 6, top + 10, str(found))]


def _end(found: Range) -> int:
    """Where its bar ends: how far a count goes that is not shown is no number to be drawn."""
    return found.least if found.open else found.most


def _legend(y: int, words: Words) -> list[Element]:
    lines = textwrap.wrap(words.say(N_("Hatched: perhaps. Counts below three are not said.")), LETTERS)
    shapes = [element("rect", x="0", y=str(y), width="14", height=str(BAR), fill="hatched", stroke=DARK)]
    return shapes + [_say(20, y + 10 + LINE * place, line) for place, line in enumerate(lines)]


def _hatching(name: str) -> Element:
    line = element("path", d="M0 4L4 0", stroke=DARK, stroke_width="1")
    return element("pattern", line, id=f"h-{name}", width="4", height="4", patternUnits="userSpaceOnUse")


def _hatched(shape: Element, name: str) -> Element:
    """Ids of patterns are one for a page: each chart has its own."""
    if shape.get("fill") == "hatched":
        shape.set("fill", f"url(#h-{name})")
    return shape


def _lines(word: str) -> Sequence[str]:
    return textwrap.wrap(word, LETTERS) or [""]


def _say(x: float, y: float, text: str, *, weight: str = "normal") -> Element:
    return element("text", text, x=str(x), y=str(y), fill=INK, font_weight=weight)
