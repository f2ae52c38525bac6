"""A QR code as one path of an inline picture, made on the server: these pages run no script."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

QUIET = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True)
class Picture:
    """`path` for an SVG whose view box is `size` modules wide and high, the quiet zone counted."""

    size: int
    path: str


def draw(text: str) -> Picture:
    """`text` with error correction M: read from a scratched screen still."""
    import segno  # only a node that shows these pages pays for it

    code = segno.make(text, error="m", micro=False, boost_error=False)
    strokes = []
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                strokes.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return Picture(len(code.matrix) + 2 * QUIET, "".join(strokes))
