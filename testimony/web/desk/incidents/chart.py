"""A map and a timeline of an incident's accounts, as shapes for templates to draw as SVG; no tiles, no network.

The map is a sketch: States are at about their true positions, and an arrow goes from the State that expels to the State
that it expels to. A time is drawn with its precision: a day as a diamond, anything coarser as a hatched bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from testimony.domain.incidents.similarity import Account

WIDTH: Final = 320
"""Units, as many as a small phone has pixels."""
MAP_HEIGHT: Final = 200
EDGE: Final = 34
ROW: Final = 28
HEAD: Final = 8
FOOT: Final = 24
NAMES: Final = 30
"""Room for the number of an account before its time."""
STATES: Final[Mapping[str, tuple[float, float]]] = {
    "AFG": (66, 34), "ALB": (20, 41), "AND": (1.6, 42.5), "ARE": (54.3, 23.9), "ARG": (-65.2, -35.2),
    "ARM": (44.9, 40.3), "AUS": (134, -25), "AUT": (14, 47.6), "AZE": (47.7, 40.3), "BEL": (4.6, 50.6),
    "BEN": (2.3, 9.6), "BFA": (-1.8, 12.3), "BGD": (90, 24), "BGR": (25, 42.7), "BHS": (-78, 24.7), "BIH": (17.8, 44.2),
    "BLR": (28, 53.5), "BLZ": (-88.7, 17.2), "BOL": (-65, -17), "BRA": (-53.1, -10.8), "CAF": (20.5, 6.6),
    "CAN": (-102.4, 57.9), "CHE": (8.2, 46.8), "CHL": (-71, -30), "CHN": (103.8, 36.6), "CIV": (-5.6, 7.6),
    "COL": (-74, 4), "COM": (43.3, -11.7), "CRI": (-84.2, 10), "CUB": (-78.9, 21.6), "CYP": (33, 35),
    "CZE": (15.3, 49.7), "DEU": (10.4, 51.1), "DJI": (42.6, 11.7), "DNK": (9.4, 56.2), "DOM": (-70.5, 19),
    "DZA": (3, 28), "ECU": (-78.4, -1.4), "EGY": (29.9, 26.5), "ERI": (38.8, 15.4), "ESH": (-12.2, 24.2),
    "ESP": (-4, 40), "EST": (25.8, 58.7), "ETH": (39.6, 8.6), "FIN": (26.3, 64.5), "FRA": (2.5, 46.5), "GBR": (-2, 54),
    "GEO": (43.5, 42.2), "GIB": (-5.3, 36.1), "GIN": (-10.9, 10.4), "GMB": (-15.4, 13.4), "GNB": (-14.9, 12.1),
    "GRC": (22.5, 39.5), "GTM": (-90, 15.5), "GUY": (-59, 4.8), "HND": (-86.6, 14.8), "HRV": (16.2, 45.6),
    "HTI": (-72.5, 19), "HUN": (19.4, 47.2), "IDN": (117, -2), "IND": (79, 22), "IRL": (-8.1, 53.2), "IRN": (53, 32),
    "IRQ": (43.7, 33), "ISR": (35, 31.5), "ITA": (12.5, 43), "JOR": (36.8, 31.2), "KAZ": (67.3, 48.2),
    "KEN": (37.8, 0.6), "KHM": (104.9, 12.7), "KWT": (47.6, 29.3), "LAO": (103.7, 18.5), "LBN": (35.8, 33.9),
    "LBY": (17, 27), "LIE": (9.5, 47.1), "LKA": (80.7, 7.6), "LTU": (24, 55.3), "LUX": (6.1, 49.8), "LVA": (25, 57),
    "MAR": (-6, 32), "MCO": (7.4, 43.8), "MDA": (28.5, 47.2), "MEX": (-102, 23.5), "MKD": (21.7, 41.6),
    "MLI": (-3.5, 17.3), "MLT": (14.4, 35.9), "MMR": (96, 21), "MNE": (19.2, 42.8), "MRT": (-10.3, 20.3),
    "MYS": (102, 4), "MYT": (45.1, -12.8), "NER": (9, 17), "NGA": (8.1, 9.6), "NIC": (-85, 12.8), "NLD": (5.6, 52.3),
    "NOR": (13.9, 64.2), "NPL": (83.9, 28.2), "OMN": (56.1, 20.6), "PAK": (69, 30), "PAN": (-80, 8.5),
    "PER": (-75, -10), "PNG": (144.2, -6.6), "POL": (19.4, 52), "PRK": (127.2, 40.2), "PRT": (-8, 39.7),
    "PRY": (-58.4, -23.2), "PSE": (35.2, 31.9), "QAT": (51.2, 25.3), "ROU": (25, 46), "RUS": (193.2, 56.4),
    "SAU": (45, 24), "SDN": (29.9, 16), "SEN": (-14.5, 14.4), "SGP": (103.8, 1.4), "SLV": (-88.9, 13.7),
    "SMR": (12.5, 43.9), "SOM": (45.7, 4.8), "SRB": (20.8, 44), "SSD": (30.2, 7.3), "SVK": (19.5, 48.7),
    "SVN": (14.8, 46.1), "SWE": (16.7, 62.8), "SYR": (38.5, 35), "TCD": (18.6, 15.3), "THA": (101, 15),
    "TJK": (71, 38.5), "TKM": (59.4, 39.1), "TTO": (-61.3, 10.4), "TUN": (9.5, 34), "TUR": (34, 39), "UKR": (31, 49),
    "URY": (-56, -32.8), "USA": (-99, 38), "UZB": (63.1, 41.8), "VEN": (-66.2, 7.1), "VNM": (106.3, 16.7),
    "XKX": (20.9, 42.6), "YEM": (47.5, 15.5),
}  # fmt: skip
"""Longitude and latitude of about the middle of each State of the gazetteer, for a sketch."""


@dataclass(frozen=True, kw_only=True)
class CountryDot:
    """A dot with its code below or above it."""

    code: str
    x: float
    y: float
    y_of_word: float


@dataclass(frozen=True, kw_only=True)
class Way:
    """An arrow of one part of a border; `head` are the points of its tip, its number stands at (`x`, `y`)."""

    segment: str
    number: int
    line: str
    head: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """`unplaced`: how many name no border that this version can draw."""

    states: tuple[CountryDot, ...]
    ways: tuple[Way, ...]
    unplaced: int
    width: int = WIDTH
    height: int = MAP_HEIGHT


@dataclass(frozen=True, kw_only=True)
class Time:
    """One account. `exact`: it names a day. `x`, `width`: of its bar, or the middle of its diamond."""

    number: int
    exact: bool
    x: float
    width: float
    y: float
    x_of_name: float


@dataclass(frozen=True, kw_only=True)
class Tick:
    x: float
    day: str


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`undated`: how many say no time."""

    times: tuple[Time, ...]
    ticks: tuple[Tick, ...]
    undated: int
    height: int
    width: int = WIDTH


def sketch(segments: Sequence[str]) -> Sketch | None:
    """A map of each account's place, "" for none; None if nothing can be drawn."""
    counted: dict[str, int] = {}
    for segment in segments:
        counted[segment] = counted.get(segment, 0) + 1
    drawn = {segment: number for segment, number in sorted(counted.items()) if _ends(segment)}
    if not drawn:
        return None
    codes = sorted({code for segment in drawn for code in _ends(segment)})
    places = _placed(codes)
    beside: dict[tuple[str, ...], int] = {}
    ways = []
    for segment, number in drawn.items():
        pair = _ends(segment)
        ways.append(_arrow(segment, number, places[pair[0]], places[pair[1]], beside.get(pair, 0)))
        beside[pair] = beside.get(pair, 0) + 1
    states = [_state(code, *places[code]) for code in codes]
    return Sketch(states=tuple(states), ways=tuple(ways), unplaced=len(segments) - sum(drawn.values()))


def timeline(accounts: Sequence[Account], *, turned: bool) -> Timeline | None:
    """A timeline of accounts in order, one line each; `turned`: the page runs from the right. None: no times."""
    spans = [(at, one.first, one.last) for at, one in enumerate(accounts, 1) if one.first and one.last]
    if not spans:
        return None
    first, last = min(one[1] for one in spans), max(one[2] for one in spans)
    pad = max(3, (last - first).days // 12)
    try:
        start, days = first - timedelta(days=pad), (last - first).days + 1 + 2 * pad
    except OverflowError:
        return None
    width = WIDTH - NAMES
    times = []
    for row, (number, begin, end) in enumerate(spans):
        exact = begin == end
        left = NAMES + (begin - start).days / days * width + (width / days / 2 if exact else 0)
        long = 0 if exact else ((end - begin).days + 1) / days * width
        times.append(
            Time(
                number=number,
                exact=exact,
                x=_tidy(_turned(left, long, turned)),
                width=_tidy(long),
                y=HEAD + row * ROW + ROW / 2,
                x_of_name=_turned(4, 0, turned),
            )
        )
    height = HEAD + len(times) * ROW + FOOT
    ticks = _ticks(first, last, start, days, turned)
    return Timeline(times=tuple(times), ticks=ticks, undated=len(accounts) - len(times), height=height)


def _ticks(first: date, last: date, start: date, days: int, turned: bool) -> tuple[Tick, ...]:
    """The first day and the last, and the middle where there is room."""
    length = (last - first).days
    wanted = {0, length // 2, length} if length >= 2 else {0, length}
    width = WIDTH - NAMES
    found = []
    for each in sorted(wanted):
        day = first + timedelta(days=each)
        x = NAMES + ((day - start).days + 0.5) / days * width
        found.append(Tick(x=_tidy(_turned(x, 0, turned)), day=day.isoformat()))
    return tuple(found if length >= 6 else found[:1])  # closer together, their words would lie on each other


def _ends(segment: str) -> tuple[str, ...]:
    """The two States; none where one of them has no place here."""
    pair = tuple(segment.partition(":")[0].split("-"))
    return pair if len(pair) == 2 and pair[0] != pair[1] and all(code in STATES for code in pair) else ()


def _placed(codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The position of each State, all of them as large as the picture allows."""
    flat = {code: (STATES[code][0] * math.cos(math.radians(STATES[code][1])), -STATES[code][1]) for code in codes}
    lefts, tops = [x for x, _ in flat.values()], [y for _, y in flat.values()]
    wide, high = max(lefts) - min(lefts), max(tops) - min(tops)
    room = (WIDTH - 2 * EDGE, MAP_HEIGHT - 2 * EDGE)
    scale = min(room[0] / wide if wide else math.inf, room[1] / high if high else math.inf)
    shift = ((WIDTH - wide * scale) / 2, (MAP_HEIGHT - high * scale) / 2)
    return {
        code: (_tidy((x - min(lefts)) * scale + shift[0]), _tidy((y - min(tops)) * scale + shift[1]))
        for code, (x, y) in flat.items()
    }


def _state(code: str, x: float, y: float) -> CountryDot:
    return CountryDot(code=code, x=x, y=y, y_of_word=_tidy(y - 10 if y < MAP_HEIGHT / 2 else y + 20))


def _arrow(segment: str, number: int, start: tuple[float, float], end: tuple[float, float], beside: int) -> Way:
    """An arrow that leaves room at both ends, bent more for each that goes the same way."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1) or 1
    across = (-(y2 - y1) / length, (x2 - x1) / length)
    bend = 14 + 16 * beside
    bow = ((x1 + x2) / 2 + across[0] * bend * 2, (y1 + y2) / 2 + across[1] * bend * 2)
    gap = min(9.0, length / 4)
    tip = _towards(end, bow, gap)
    tail = _towards(start, bow, gap)
    back = _towards(tip, bow, 10)
    side = (-(tip[1] - back[1]) / 10 * 5, (tip[0] - back[0]) / 10 * 5)
    points = (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1]))
    middle = ((tail[0] + 2 * bow[0] + tip[0]) / 4, (tail[1] + 2 * bow[1] + tip[1]) / 4)
    return Way(
        segment=segment,
        number=number,
        line=f"M{_pair(tail)}Q{_pair(bow)} {_pair(tip)}",
        head=" ".join(_pair(point) for point in points),
        x=_tidy(middle[0]),
        y=_tidy(middle[1]),
    )


def _towards(start: tuple[float, float], end: tuple[float, float], far: float) -> tuple[float, float]:
    length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1
    return start[0] + (end[0] - start[0]) / length * far, start[1] + (end[1] - start[1]) / length * far


def _pair(point: tuple[float, float]) -> str:
    return f"{_tidy(point[0])},{_tidy(point[1])}"


def _turned(start: float, width: float, turned: bool) -> float:
    return WIDTH - start - width if turned else start


def _tidy(value: float) -> float:
    return round(value, 1)
