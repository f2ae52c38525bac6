"""Readers for fields of signed contents. Each returns a valid value, or raises `EventUnreadable("structure")`."""

from __future__ import annotations

import re
from typing import Any, Final

from testimony.domain.errors import EventUnreadable

ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
"""16 bytes in hex: random, or of a hash."""
HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A SHA-256, such as the name of a record."""
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""The form of a day. `date.fromisoformat` must accept it too."""
TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
"""A language tag."""
MOST_LISTED: Final = 5000


def matched(value: Any, form: re.Pattern[str]) -> str:
    """`value` if it is text that matches `form`."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise EventUnreadable("structure")
    return value


def number(value: Any, least: int = 0, most: int = 10**9) -> int:
    """`value` if it is an integer from `least` to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise EventUnreadable("structure")
    return value


def listed(value: Any, form: re.Pattern[str], *, least: int = 0, most: int = MOST_LISTED) -> tuple[str, ...]:
    """`value` as a tuple, if it is a list of `least` to `most` different texts that match `form`."""
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise EventUnreadable("structure")
    found = tuple(matched(one, form) for one in value)
    if len(set(found)) != len(found):
        raise EventUnreadable("structure")
    return found
