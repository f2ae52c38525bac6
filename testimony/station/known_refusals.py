"""Remember in memory which refused objects a station has counted today."""

from __future__ import annotations

from typing import Final

MOST_KNOWN: Final = 20_000
"""Limit for one day; beyond it, repeated refusals are counted again."""


class KnownRefusals:
    """What was counted today, while the program runs: who delivered which object, and the rule that it broke."""

    def __init__(self) -> None:
        self.day = ""
        self.seen: set[tuple[str, str, str]] = set()

    def is_new(self, day: str, by: str, name: str, rule: str) -> bool:
        """Whether it is new. An object without a name, because it cannot even be read, is always new."""
        if day != self.day:
            self.day, self.seen = day, set()
        if not name:
            return True
        new = (by, name, rule) not in self.seen
        if new and len(self.seen) < MOST_KNOWN:
            self.seen.add((by, name, rule))
        return new
