"""Draws a witness's signature: its lines are rebuilt from numbers, because a phone may have sealed anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIELD = "witness_signature"
PAPER = "paper"
WIDTH, HEIGHT = 600, 300
"""The grid on which it was drawn (strokes.js)."""
LONGEST = 16_000
STROKE = re.compile(r"M([0-9]{1,3}) ([0-9]{1,3})((?:L[0-9]{1,3} [0-9]{1,3})+)")
POINT = re.compile(r"L([0-9]{1,3}) ([0-9]{1,3})")


@dataclass(frozen=True, kw_only=True)
class Signature:
    """`path` of an SVG on the grid, "" where nothing can be drawn; `paper`: it is on paper."""

    path: str = ""
    paper: bool = False


def in_identity(content: Mapping[str, Any]) -> Signature | None:
    """The signature in the identity, where the lawyers read the name; None where there is none."""
    answers = content.get("answers")
    answer = answers.get(FIELD) if isinstance(answers, Mapping) else None
    return _read(answer.get("value")) if isinstance(answer, Mapping) else None


def in_provenance(content: Mapping[str, Any]) -> Signature | None:
    """The signature in the provenance; None where there is none."""
    return _read(content[FIELD]) if content.get(FIELD) is not None else None


def _read(value: Any) -> Signature:
    return Signature(paper=True) if value == PAPER else Signature(path=path_of(value))


def path_of(value: Any) -> str:
    """`value` as the path of an SVG, rebuilt from its numbers; "" unless all of it is lines on the grid."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return ""
    strokes, at = [], 0
    while at < len(value):
        if not (found := STROKE.match(value, at)):
            return ""
        strokes.append([(found[1], found[2]), *POINT.findall(found[3])])
        at = found.end()
    points = [[(int(x), int(y)) for x, y in stroke] for stroke in strokes]
    if any(x > WIDTH or y > HEIGHT for stroke in points for x, y in stroke):
        return ""
    return "".join(_written(stroke) for stroke in points)


def _written(stroke: list[tuple[int, int]]) -> str:
    (x, y), *rest = stroke
    return f"M{x} {y}" + "".join(f"L{a} {b}" for a, b in rest)
