"""The published numbers of one period. They are stored, and every print reads them: nothing is counted anew.

No cell has two numbers, in whatever file, period or edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.offsets import BASES, CellName, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.values import HASH, matched

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+ -]{0,7999}", re.ASCII)
MOST: Final = 10**9


@dataclass(frozen=True, kw_only=True)
class Published:
    """`rows`: dimension -> the codes that have a row. `levels`: code of a border -> how exactly months are shown.

    `capped`: somewhere the number of people of an incident is known as "at least" only.
    """

    plan: str
    period: str
    edition: int
    layer: int
    rows: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]
    capped: bool
    numbers: Mapping[CellName, int] = field(repr=False)

    def number(self, cell: Mapping[str, str], unit: Unit = Unit.ACCOUNTS) -> int | None:
        """The published number of a cell; None where it was not published."""
        return self.numbers.get(CellName.of(cell, period=self.period, unit=unit, edition=self.edition))

    def to_value(self) -> dict[str, Any]:
        ordered = sorted(self.numbers.items(), key=lambda one: (one[0].cell, one[0].unit))
        return {
            "plan": self.plan,
            "period": self.period,
            "edition": self.edition,
            "layer": self.layer,
            "rows": {dimension: list(codes) for dimension, codes in self.rows.items()},
            "levels": [[code, level] for code, level in sorted(self.levels.items())],
            "capped": self.capped,
            "numbers": [[dict(name.cell), str(name.unit), number] for name, number in ordered],
        }

    @classmethod
    def parse(cls, value: Any) -> Published:
        """Raises `EventUnreadable`, also for a number that rounding cannot give."""
        try:
            period, edition = Period.of(value["period"]).label, _whole(value["edition"], 1, 2)
            numbers: dict[CellName, int] = {}
            for cell, unit, number in value["numbers"]:
                name = CellName.of(_codes(cell), period=period, unit=Unit(unit), edition=edition)
                numbers[name] = _whole(number, 0, MOST)
                if number % BASES[name.unit]:
                    raise EventUnreadable("structure")
            made = cls(
                plan=matched(value["plan"], HASH),
                period=period,
                edition=edition,
                layer=_whole(value["layer"], 1, 4),
                rows={
                    matched(row, CODE): tuple(matched(one, CODE) for one in codes)
                    for row, codes in value["rows"].items()
                },
                levels={matched(code, CODE): matched(level, CODE) for code, level in value["levels"]},
                capped=value["capped"] is True,
                numbers=numbers,
            )
        except (KeyError, TypeError, ValueError, AttributeError, TablesRefused) as error:
            raise EventUnreadable("structure") from error
        if made.to_value() != value:
            raise EventUnreadable("structure")
        return made


def require_one_number(published: Iterable[Published]) -> None:
    """Raise `TablesRefused("two")` where a cell has two numbers."""
    found: dict[CellName, int] = {}
    for name, number in (item for one in published for item in one.numbers.items()):
        if found.setdefault(name, number) != number:
            raise TablesRefused("two")


def _codes(cell: Any) -> dict[str, str]:
    return {matched(dimension, CODE): matched(code, CODE) for dimension, code in cell.items()}


def _whole(value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise EventUnreadable("structure")
    return value
