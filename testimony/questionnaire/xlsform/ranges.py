"""The type `range`: a number between two others, in steps, from the column `parameters`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PARAMETER = re.compile(r"([A-Za-z_-]+)\s*=\s*([^\s,;]+)")
NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
SENSE = "write parameters such as start=0 end=10 step=1: three numbers, the end above the start, the step above 0"
LARGE = (
    "use at most a million steps, numbers up to a million, and nine digits; for more, ask a decimal with a constraint"
)
MOST, MOST_DIGITS = 1_000_000, 9
LITTLE = ["over", 1, 1_000_000]


@dataclass(frozen=True, kw_only=True)
class Range:
    start: Decimal
    end: Decimal
    step: Decimal

    @classmethod
    def of(cls, parameters: str) -> Range:
        """What the cell says, with ODK's defaults. Raises ValueError, with the sentence for its author."""
        said = {"start": "1", "end": "10", "step": "1"} | {
            name.lower(): value for name, value in PARAMETER.findall(parameters)
        }
        numbers = {name: said[name] for name in ("start", "end", "step")}
        if not all(NUMBER.fullmatch(one) for one in numbers.values()):
            raise ValueError(SENSE)
        found = cls(**{name: Decimal(one) for name, one in numbers.items()})
        if found.end <= found.start or found.step <= 0:
            raise ValueError(SENSE)
        farthest = max(abs(found.start), abs(found.end))
        steps = (found.end - found.start) / found.step
        if max(farthest, steps) > MOST or farthest * found.scale > 10**MOST_DIGITS:
            raise ValueError(LARGE)
        return found

    @property
    def scale(self) -> int:
        """What makes whole numbers of its numbers: 10 if they have one decimal place."""
        places = [-int(one.normalize().as_tuple().exponent) for one in (self.start, self.end, self.step)]
        return int(10 ** max(*places, 0))

    @property
    def kind(self) -> str:
        """Whether its numbers are whole and never below 0."""
        whole = all(one == one.to_integral_value() for one in (self.start, self.end, self.step))
        return "int" if whole and self.start >= 0 else "decimal"

    @property
    def text(self) -> str:
        """Which numbers fit, in a form that needs no language."""
        return f"{self.start:f}–{self.end:f}" if self.start >= 0 else f"{self.start:f} … {self.end:f}"

    def violation(self, value: Any) -> Any:
        """When the operand `value`, a number, is not one of the range."""
        outside = ["or", ["lt", value, _number(self.start)], ["gt", value, _number(self.end)]]
        if self.kind == "int" and self.step == 1:
            return outside
        exact = ["times", value, self.scale]
        whole = ["round", exact]
        beside = ["max", ["minus", exact, whole], ["minus", whole, exact]]
        steps = ["mod", ["minus", whole, int(self.start * self.scale)], int(self.step * self.scale)]
        return [*outside, ["gt", beside, LITTLE], ["not", ["eq", steps, 0]]]


def _number(value: Decimal) -> Any:
    if value == value.to_integral_value():
        return int(value)
    places = -int(value.normalize().as_tuple().exponent)
    return ["over", int(value * 10**places), 10**places]
