"""Reads dates as a person says that they are written. A date whose day and month could be swapped is asked about."""

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
"""What spreadsheets count from, but for those that count from 1904: their dates would lie four years back."""
FIRST_YEAR: Final = 1900


@dataclass(frozen=True, kw_only=True)
class Read:
    """A date as an answer has it, YYYY-MM-DD, YYYY-MM or YYYY, and how exact it is: day, month or year."""

    text: str
    precision: str

    @property
    def year(self) -> Read:
        """The same with the year alone."""
        return Read(text=self.text[:4], precision="year")

    def is_swapped(self, other: Read) -> bool:
        """Whether it is `other` with day and month the other way round."""
        if (self.precision, other.precision) != ("day", "day") or self.text == other.text:
            return False
        year, month, day = self.text.split("-")
        return other.text == f"{year}-{day}-{month}"


def read(text: str, order: str) -> Read | None:
    """The date in `text` where it is written in `order`; None where it is not."""
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
    """The orders in which every one of `values` is a date. Several: somebody has to say which."""
    each = list(values)
    return tuple(order for order in ORDERS if each and all(read(value, order) is not None for value in each))


def order_of(values: Iterable[str]) -> str:
    """The one order that fits, "" where none does or where several read them differently."""
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
