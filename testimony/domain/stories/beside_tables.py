"""Which numbers of published tables become smaller for somebody who knows a story.

A reader of a story counts its account out of the numbers that it stands in. What is left then stands for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from testimony.domain.stories.story import Story
from testimony.domain.tables.plan import LEAST
from testimony.group_floor import LEAST_PERSONS

YEARS, MONTHS = 2, 3
"""The layers of tables from which years and months of incidents are printed."""
LEAST_LEFT: Final = LEAST_PERSONS


@dataclass(frozen=True, kw_only=True)
class Told:
    """An account that tables count. `name`: of its record. `border`, `when` ("2025-07", "2025"): "" if not known."""

    name: str
    border: str
    when: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number that the story stands in. `border`, `when`: "" for all. `left`: accounts without those of stories."""

    border: str
    when: str
    accounts: int
    left: int

    @property
    def is_small(self) -> bool:
        """Whether the number would stand for a few others. Where nobody else is left, it tells of nobody."""
        return 0 < self.left < LEAST_LEFT


def cells(story: Story, counted: Sequence[Told], known: Collection[str]) -> tuple[Cell, ...]:
    """From large to small, by what the story says and the tables of so many accounts print.

    `known`: the records of the accounts that other published stories are of.
    """
    gone = {story.of, *known}
    found = []
    for border, when in _places(story, len(counted)):
        inside = [one for one in counted if border in ("", one.border) and _is_of(one.when, when)]
        left = sum(1 for one in inside if one.name not in gone)
        found.append(Cell(border=border, when=when, accounts=len(inside), left=left))
    return tuple(found)


def _places(story: Story, accounts: int) -> Iterator[tuple[str, str]]:
    border = story.border.partition(":")[0]
    when = story.month if accounts >= LEAST[MONTHS] else story.month[:4] if accounts >= LEAST[YEARS] else ""
    if border:
        yield border, ""
    if when:
        yield "", when
    if border and when:
        yield border, when


def _is_of(told: str, when: str) -> bool:
    return not when or told == when or (len(when) == len("2025") and told[:4] == when)
