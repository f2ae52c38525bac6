"""Formats times and sizes in words, no more precisely than they are known: "about 2 hours", "12 MB"."""

from __future__ import annotations

from typing import Final

from flask_babel import format_decimal, gettext, ngettext

from testimony.web.text.numerals import digits

MINUTE, HOUR, DAY = 60, 3600, 86400
MINUTES: Final = (1, 2, 3, 5, 10, 15, 20, 30, 45)
HOURS: Final = (1, 2, 3, 4, 6, 8, 12, 18)
DAYS: Final = (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)


def about(seconds: float) -> str:
    """How long something takes, roughly: the next of a few round numbers."""
    if seconds < MINUTE:
        return str(gettext("less than a minute"))
    if (minutes := _next(seconds / MINUTE, MINUTES)) is not None:
        return str(ngettext("about %(num)d minute", "about %(num)d minutes", minutes))
    if (hours := _next(seconds / HOUR, HOURS)) is not None:
        return str(ngettext("about %(num)d hour", "about %(num)d hours", hours))
    if (days := _next(seconds / DAY, DAYS)) is not None:
        return str(ngettext("about %(num)d day", "about %(num)d days", days))
    return str(gettext("more than a month"))


def amount(size: int) -> str:
    """Bytes, in kB, MB or GB."""
    if size < 1_000_000:
        return str(gettext("%(n)s kB", n=_written(-(-size // 1000))))
    if size < 1_000_000_000:
        return str(gettext("%(n)s MB", n=_written(_two_digits(size / 1_000_000))))
    return str(gettext("%(n)s GB", n=_written(_two_digits(size / 1_000_000_000))))


def _written(value: float) -> str:
    return digits(format_decimal(value))


def _next(value: float, steps: tuple[int, ...]) -> int | None:
    """The nearest of `steps`, None beyond the last by more than a third."""
    if value > steps[-1] * 4 / 3:
        return None
    return min(steps, key=lambda step: abs(step - value))


def _two_digits(value: float) -> float:
    return round(value, 1) if value < 10 else float(round(value))
