"""What the operands of an expression calculate: numbers, dates and texts. Twin of `interview/form/operands.js`.

Both give the same result to the last digit: numbers are those of IEEE 754, and only they are rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

LARGEST = 1_000_000_000_000  # beyond it a number is missing: an integer stays exact in both languages
LONGEST_MATCHED = 200
DAY = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
EPOCH = date(1970, 1, 1)
LAST_DAY = (date(9999, 12, 31) - EPOCH).days
FIRST_DAY = (date(1000, 1, 1) - EPOCH).days
PLACES = Decimal("0.000001")
Number = int | float
Value = int | float | str | None


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Number) -> Number | None:
    """`value` where an operand can be it; 2 for 2.0."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return int(value) if float(value).is_integer() else value


def over(left: Number, right: Number) -> Number | None:
    return None if right == 0 else number(left / right)


def remainder(left: Number, right: Number) -> Number | None:
    """With the sign of `left`, as in XPath."""
    return None if right == 0 else number(math.fmod(left, right))


ROUNDINGS: dict[str, Callable[[Number], int]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "round": lambda value: math.floor(value + 0.5),
}


def written(value: Value) -> str:
    """`value` as a part of a text: nothing where it is missing, a fraction with at most six digits."""
    if isinstance(value, float):
        return f"{Decimal(value).quantize(PLACES, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def days(value: Value) -> int | None:
    """The number of a day, 0 for 1 January 1970; missing for what is no whole date."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return (date.fromisoformat(value) - EPOCH).days
    except ValueError:  # no such day
        return None


def day(value: Value) -> str | None:
    """The date with that number, as ISO text."""
    if isinstance(value, str) or value is None or not FIRST_DAY <= value <= LAST_DAY:
        return None
    return (EPOCH + timedelta(days=math.floor(value))).isoformat()


def matches(value: Value, pattern: re.Pattern[str]) -> bool:
    """Whether the whole text is of the pattern; a text that is longer than any answer to such a question is not."""
    return isinstance(value, str) and len(value) <= LONGEST_MATCHED and pattern.fullmatch(value) is not None
