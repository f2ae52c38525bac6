"""Calculates the operands of expressions: numbers, dates and texts. Twin of `interview/form/operands.js`.

Both give the same result to the last digit: numbers are IEEE 754 doubles, and nothing else rounds them.
"""

from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeGuard

LARGEST = 1_000_000_000_000  # larger results are missing, so that integers stay exact in both languages
LONGEST_MATCHED = 200
"""Characters of a text that is matched with a pattern."""
DAY = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
EPOCH = date(1970, 1, 1)
LAST_DAY = (date(9999, 12, 31) - EPOCH).days
FIRST_DAY = (date(1000, 1, 1) - EPOCH).days
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?")
"""How the answer of a decimal question is written: canonical JSON has no fractions."""
BEYOND = 1_000_000_000
"""Every answer of a decimal question is nearer to 0."""
PLACES = Decimal("0.000001")
Number = int | float
Value = int | float | str | None


def is_number(value: object) -> TypeGuard[Number]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Number) -> Number | None:
    """`value` as the value of an operand: 2 for 2.0; None if it is not finite or too large."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return int(value) if float(value).is_integer() else value


def decimal(value: object) -> Number | None:
    """The number that `value` writes, or is; None for neither."""
    if isinstance(value, str):
        return number(float(value)) if DECIMAL.fullmatch(value) else None
    return number(value) if is_number(value) else None


def added(values: Iterable[object]) -> Number | None:
    """The sum of all that are numbers or write one, from left to right; None if there is none."""
    numbers = [found for value in values if (found := decimal(value)) is not None]
    return number(functools.reduce(operator.add, numbers)) if numbers else None


def over(left: Number, right: Number) -> Number | None:
    """The quotient; None for a division by zero."""
    return None if right == 0 else number(left / right)


def remainder(left: Number, right: Number) -> Number | None:
    """The remainder with the sign of `left`, as in XPath; None for a division by zero."""
    return None if right == 0 else number(math.fmod(left, right))


ROUNDINGS: dict[str, Callable[[Number], int]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "round": lambda value: math.floor(value + 0.5),
}


def written(value: Value) -> str:
    """`value` as part of a text: "" if it is missing, a fraction with at most six digits."""
    if isinstance(value, float):
        return f"{Decimal(value).quantize(PLACES, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def days(value: Value) -> int | None:
    """The number of the day, 0 for 1 January 1970; None unless `value` is a complete date."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return (date.fromisoformat(value) - EPOCH).days
    except ValueError:  # no such day
        return None


def day(value: Value) -> str | None:
    """The date with the number `value`, as YYYY-MM-DD; None if it is no number or out of range."""
    if isinstance(value, str) or value is None or not FIRST_DAY <= value <= LAST_DAY:
        return None
    return (EPOCH + timedelta(days=math.floor(value))).isoformat()


def matches(value: Value, pattern: re.Pattern[str]) -> bool:
    """Whether the whole text matches. Texts of more than `LONGEST_MATCHED` characters never match."""
    return isinstance(value, str) and len(value) <= LONGEST_MATCHED and pattern.fullmatch(value) is not None
