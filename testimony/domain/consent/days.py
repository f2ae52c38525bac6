"""For how long the state of a consent stays the same if nobody says anything more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from testimony.domain.consent.events import ConsentEvent

Days = tuple[date, date]
"""The first and the last day."""


def steady(events: Iterable[ConsentEvent], at: date) -> Days:
    """The days around `at` on which the state of `events` is the same as on `at`.

    The state depends on the day in two ways: a grant ends (fold.py), and an act that is dated later than tomorrow does
    not count yet (authority.py).
    """
    turns = {turn for event in events for turn in _turns(event)}  # the first day of another state
    now = at.toordinal()
    first = max((turn for turn in turns if turn <= now), default=1)
    after = min((turn for turn in turns if turn > now), default=date.max.toordinal() + 1)
    return date.fromordinal(max(first, 1)), date.fromordinal(after - 1)


def _turns(event: ConsentEvent) -> Iterable[int]:
    yield event.day.toordinal() - 1
    last = event.last_day
    if last is not None:
        yield last.toordinal() + 1
