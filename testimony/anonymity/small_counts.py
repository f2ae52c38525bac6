"""Suppresses small counts in charts, so that no suppressed number can be worked out from the others.

A reader who knows the total can subtract the numbers shown; a reader who knows this rule can also test which other
counts fit. So there are always several suppressed numbers, and each of them has more than one possible value.
"""

from __future__ import annotations

from collections.abc import Sequence

from testimony.group_floor import LEAST_PERSONS


def least_shown(counts: Sequence[int], *, least: int = LEAST_PERSONS) -> int | None:
    """The number from which on `counts` are shown; those below it, but 0, are said to be fewer than it.

    1 where all are shown: none is below `least`. Else `least`, or twice, four times … as much, until what is below it
    could be something else. None where nothing can be shown: it is too little altogether, or each is 1. `least` is as
    many persons as a release asks for, where nobody says otherwise.
    """
    if sum(counts) < least or max(counts) == 1:
        return None
    if not any(0 < count < least for count in counts):
        return 1
    limit = least
    while not _is_loose([count for count in counts if 0 < count < limit], least, limit - 1):
        limit *= 2
    return limit


def _is_loose(below: Sequence[int], least: int, most: int) -> bool:
    """Whether they are several, and neither all as small nor all as large as they can be."""
    return len(below) > 1 and max(least, len(below) + 1) <= sum(below) < most * len(below)
