"""A QR code as a picture for print, made of numbers alone."""

from __future__ import annotations

from itertools import groupby
from typing import Final

QUIET: Final = 4  # modules of white around it (ISO/IEC 18004)


def svg(text: str) -> str:
    """`text` with error correction M, as an SVG whose view box counts modules."""
    import segno  # only who makes a case file pays for it

    code = segno.make(text, error="m", micro=False, boost_error=False)
    strokes = []
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                strokes.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    size = len(code.matrix) + 2 * QUIET
    path = "".join(strokes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'
