"""Rules for the end of keeping: until which month a testimony is kept, and when every station destroys it.

Months are text, YYYY-MM, which sorts as time does; None is no end. No station without keys can read the consent, so
these rules know only what is signed in clear (docs/consent.md, "When keeping ends").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from testimony.domain.consent.offers import Offer
from testimony.domain.consent.purposes import Purpose, months_later

GRACE: Final = 1
"""Months after the last one in which a testimony is kept, before it is destroyed: a new yes may be on its way."""
DRAFT: Final = 3
"""Months by which the consent may be older than the testimony that was sealed: a draft may wait for 60 days."""
REMINDER: Final = 30
"""Days before the last day on which a desk says what ends."""


def month_of(day: date) -> str:
    """The month of `day`, YYYY-MM."""
    return day.isoformat()[:7]


def latest(ends: Iterable[str | None]) -> str | None:
    """The latest of these months; None, without an end, is later than every month. `ends` is not empty."""
    found = list(ends)
    return None if None in found else max(month for month in found if month is not None)


def earliest(offers: Iterable[Offer], *, signed: date, issued: date) -> str | None:
    """The earliest month in which a testimony can end that was `signed` on that day, whatever anybody says in clear.

    `offers`: what the roster that it names asked the witness for, `issued` on that day. It is the life of P01 from the
    later of both days, less the time that a draft may wait: so neither a phone whose clock is behind, nor one lawyer,
    destroys anything early.
    """
    lives = [offer.life_months for offer in offers if offer.purpose is Purpose.RECORD]
    if None in lives:
        return None
    life = max((months or 0 for months in lives), default=0)
    return month_of(months_later(max(signed, issued), max(life - DRAFT, 0)))


def ended(day: date) -> str:
    """The last month of which everything is destroyed on `day`: testimonies that are kept until it or before it."""
    return _moved(day, -GRACE - 1)


def destroyed_from(until: str) -> date:
    """The first day on which a testimony is destroyed that is kept until the month `until`."""
    return date.fromisoformat(f"{_after(until, GRACE + 1)}-01")


def last_day(until: str) -> date:
    """The last day of the month `until`: kept until then, and closed afterwards."""
    return date.fromordinal(date.fromisoformat(f"{_after(until, 1)}-01").toordinal() - 1)


def soon(day: date) -> str:
    """The last month of which a desk says on `day` that it ends: its last day is no more than `REMINDER` days away."""
    ahead = date.fromordinal(min(day.toordinal() + REMINDER + 1, date.max.toordinal()))
    return _moved(ahead, -1)


def _after(until: str, months: int) -> str:
    return _moved(date(max(int(until[:4]), 1), int(until[5:]), 1), months)


def _moved(day: date, months: int) -> str:
    """The month `months` after that of `day`, within the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{min(max(year, 1), 9999):04}-{month + 1:02}"
