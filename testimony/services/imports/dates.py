"""Reads dates in the order that a person chose. It never guesses which of two numbers is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ORDERS: Final = ("dmy", "mdy", "ymd", "number")
"""How a column writes its dates: 31/12/2024, 12/31/2024, 2024-12-31, and the number of days of a spreadsheet."""
_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ].*)?)?)?", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(?:(?:(\d{1,2})[-/. ]+)?(\d{1,2})[-/. ]+)(\d{4})(?: .*)?", re.ASCII)
_NUMBER: Final = re.compile(r"[2-6]\d{4}(?:\.\d+)?", re.ASCII)
_FIRST_DAY: Final = date(1899, 12, 30)
"""The day 0 of spreadsheets. Old files of Excel for Mac count from 1904, so their dates come out four years early."""
FIRST_YEAR: Final = 1900


@dataclass(frozen=True, kw_only=True)
class Read:
    """A date as in an answer. `text`: YYYY-MM-DD, YYYY-MM or YYYY; `precision`: day, month or year."""

    text: str
    precision: str

    @property
    def year(self) -> Read:
        """The year alone."""
        return Read(text=self.text[:4], precision="year")

    def is_swapped(self, other: Read) -> bool:
        """Whether `other` is the same date with day and month swapped."""
        if (self.precision, other.precision) != ("day", "day") or self.text == other.text:
            return False
        year, month, day = self.text.split("-")
        return other.text == f"{year}-{day}-{month}"


def read(text: str, order: str) -> Read | None:
    """The date in `text`, read in `order` (one of `ORDERS`); None if it is no date in that order."""
    text = text.strip()
    if order == "number":
        return _day(_FIRST_DAY + timedelta(days=int(float(text)))) if _NUMBER.fullmatch(text) else None
    if order == "ymd":
        found = _YEAR_FIRST.fullmatch(text)
        return _of(found[1], found[2], found[3]) if found else None
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return _of(text, None, None) if re.fullmatch(r"\d{4}", text, re.ASCII) else None
    if found[1] is None:
        return _of(found[3], found[2], None)
    day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
    return _of(found[3], month, day)


def orders_of(values: Iterable[str]) -> tuple[str, ...]:
    """The orders in which every one of `values` is a date. If there are several, a person has to choose."""
    each = list(values)
    return tuple(order for order in ORDERS if each and all(read(value, order) is not None for value in each))


def order_of(values: Iterable[str]) -> str:
    """The order that fits; "" if none does, or if several fit and give different dates."""
    each = list(values)
    fitting = orders_of(each)
    same = {tuple(str(read(value, order)) for value in each) for order in fitting}
    return fitting[0] if len(same) == 1 else ""


def _of(year: str, month: str | None, day: str | None) -> Read | None:
    if int(year) < FIRST_YEAR:
        return None
    if month is None:
        return Read(text=year, precision="year")
    try:
        if day is not None:
            return _day(date(int(year), int(month), int(day)))
        return Read(text=date(int(year), int(month), 1).isoformat()[:7], precision="month")
    except ValueError:
        return None


def _day(day: date) -> Read:
    return Read(text=day.isoformat(), precision="day")
