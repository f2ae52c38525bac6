"""Draws a QR code as one SVG path on this machine, for pages without scripts and for print."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

QUIET: Final = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True)
class Picture:
    """`path` for an SVG whose view box is `size` modules wide and high, the quiet zone counted."""

    size: int
    path: str

    @property
    def svg(self) -> str:
        """As a file of its own."""
        box = f"0 0 {self.size} {self.size}"
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{self.path}"/></svg>'


def draw(text: str) -> Picture:
    """`text` with error correction M: read from a scratched screen still."""
    import segno  # only who shows or prints one pays for it

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
