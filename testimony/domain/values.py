"""What fields of signed contents may hold, and readers that refuse the rest with `EventUnreadable("structure")`."""

from __future__ import annotations

import re
from typing import Any, Final

from testimony.domain.errors import EventUnreadable

ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
"""16 random bytes, or as many of a hash."""
HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A SHA-256, such as the name of a record."""
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""The form of a day, which `date.fromisoformat` has still to accept."""
MOST_LISTED: Final = 5000


def matched(value: Any, form: re.Pattern[str]) -> str:
    """`value`, text that is wholly of `form`."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise EventUnreadable("structure")
    return value


def number(value: Any, least: int = 0, most: int = 10**9) -> int:
    """A whole number in these bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise EventUnreadable("structure")
    return value


def listed(value: Any, form: re.Pattern[str], *, least: int = 0, most: int = MOST_LISTED) -> tuple[str, ...]:
    """A list of different texts of `form`."""
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise EventUnreadable("structure")
    found = tuple(matched(one, form) for one in value)
    if len(set(found)) != len(found):
        raise EventUnreadable("structure")
    return found
