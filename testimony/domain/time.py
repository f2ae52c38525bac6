"""Rules about time: which clocks a station knows, what day it is, and when a date has passed. See docs/time.md.

Nothing here reads a clock. One wrong clock, whichever it is, must never destroy anything early: that needs two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

A_DAY: Final = timedelta(days=1)
"""Two clocks that show no more than this apart agree: nobody compares them in the same minute."""
FIRST: Final = date(2026, 1, 1)
"""The program did not exist before this day, so a clock that shows an earlier one is not set."""
LAST: Final = date(2200, 1, 1)
"""Later dates are read as this one, so that a number of days can be added to every date."""
ALONE: Final = timedelta(days=3 * 366)
"""The own clock counts until it is this far ahead of every other clock that the station knows."""
TRUSTED: Final = timedelta(days=366)
"""A signer's date moves a time limit by at most this much: a wrong phone must not hold a testimony for ever."""
ROSTER: Final = timedelta(days=92)
"""A roster lasts this long, so the next one is signed within this time."""
LATE_LOOK: Final = timedelta(hours=2)
"""A station looks every hour: its running time, as last written down, may be this much too short."""


class Clock(StrEnum):
    """A clock that can be wrong without any other one being wrong."""

    OWN = "own"
    RUNNING = "running"  # counts seconds while the machine runs, and has no date
    CENTRAL = "central"
    NODES = "nodes"
    READERS = "readers"
    PHONES = "phones"
    STAMPS = "stamps"
    PERSON = "person"


class Wrong(StrEnum):
    """What a person must look at."""

    LOST = "lost"  # the own clock is not set
    OWN = "own"  # the own clock is far ahead of all others
    ROSTER = "roster"  # the roster in force is dated after all clocks
    OTHER = "other"  # another clock is ahead of all others


@dataclass(frozen=True)
class Finding:
    """`day`: the date in question. `clock`: whose it is, for `Wrong.OTHER`. `known`: the latest date of all others."""

    wrong: Wrong
    day: date
    known: date
    clock: Clock = Clock.OWN


@dataclass(frozen=True)
class Start:
    """The day from which a time limit runs. `sure`: two clocks agreed on it, read together; if not, the running time is
    needed to say that the limit is over.
    """

    day: date
    sure: bool


@dataclass(frozen=True)
class Clocks:
    """What every clock showed last. `others` has no `OWN` and no `RUNNING`. `roster`: when the one in force was issued.

    A roster's date is nobody's clock: it says neither that a date has passed, nor what day it is, unless another clock
    is as far.
    """

    own: date
    roster: date | None = None
    others: Mapping[Clock, date] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether the own clock is set, and not years ahead of everything else."""
        known = self._known()
        return self.own >= FIRST and not (known and self.own > max(known) + ALONE)

    @property
    def today(self) -> date:
        """The day for log entries and pages. It decides about nothing that cannot be undone."""
        known = self._known()
        if self.counts:
            return max(self.own, self.roster or self.own) if self._roster_confirmed() else self.own
        if self._roster_ahead():
            known = list(self._others().values())
        return max((one for one in known if one <= min(known) + ALONE), default=self.own)

    @property
    def delivered(self) -> date:
        """The day from which a copy is kept that central signs for now: the later one of both clocks."""
        return max(self.today, min(self._others().get(Clock.CENTRAL, self.today), self.today + TRUSTED))

    def start_of(self, signed: date) -> Start:
        """The start of a time limit that begins now, for a record that its signer dated `signed`.

        It is sure if the own clock and the signer's agree: what other clocks showed last may be as old as the own clock
        is wrong. Otherwise it is the latest of all dates, since each may be behind; others' move it by at most a year.
        """
        if self.agrees(signed):
            return Start(max(self.own, signed), sure=True)
        base = self.own if self.counts else max(self.today, self.roster or self.today)
        shown = (*self._others().values(), min(signed, LAST))
        return Start(max([base, *(min(one, base + TRUSTED) for one in shown)]), sure=False)

    def past(self, day: date) -> frozenset[Clock]:
        """The clocks with a date that are at `day` or after it."""
        found = {clock for clock, shown in self._others().items() if shown >= day}
        return frozenset(found | ({Clock.OWN} if self.counts and self.own >= day else set()))

    def is_past(self, day: date) -> bool:
        """Whether two clocks are at `day` or after it."""
        return len(self.past(day)) >= 2

    def common(self) -> date | None:
        """The latest date that two clocks have reached; None if there is only one clock."""
        shown = sorted([*self._others().values(), *([self.own] if self.counts else [])])
        return shown[-2] if len(shown) >= 2 else None

    def is_over(self, due: date, *, grace: timedelta, ran: timedelta, sure: bool) -> bool:
        """Whether a time limit of `grace` that ends on the day `due` is over. `ran`: the running time since its start.

        The start is a day, so the running time may be up to a day shorter than `grace`.
        """
        clocks = set(self.past(due))
        if ran >= grace - A_DAY + LATE_LOOK:
            clocks.add(Clock.RUNNING)
        return len(clocks) >= 2 and (sure or Clock.RUNNING in clocks)

    def agrees(self, shown: date) -> bool:
        """Whether another clock, read at this moment, confirms the own one."""
        return self.counts and abs(self.own - shown) <= A_DAY

    def findings(self) -> Iterator[Finding]:
        """Dates that no other clock confirms. While the own clock is not set, it alone is the finding."""
        others = self._others()
        if self.own < FIRST:
            yield Finding(Wrong.LOST, self.own, max(self._known(), default=FIRST))
            return
        known = self._known()
        if known and self.own > max(known) + ROSTER + A_DAY:
            yield Finding(Wrong.OWN, self.own, max(known))
        if self.roster is not None and self._roster_ahead():
            yield Finding(Wrong.ROSTER, self.roster, max([self.own, *others.values()]))
        for clock, shown in others.items():
            rest = [self.own, *(one for name, one in others.items() if name != clock)]
            if shown > max(rest) + A_DAY:
                yield Finding(Wrong.OTHER, shown, max(rest), clock)

    def _others(self) -> dict[Clock, date]:
        return {clock: min(shown, LAST) for clock, shown in self.others.items() if shown >= FIRST}

    def _known(self) -> list[date]:
        return [*self._others().values(), *([self.roster] if self.roster is not None else [])]

    def _roster_confirmed(self) -> bool:
        return self.roster is not None and any(shown >= self.roster for shown in self._others().values())

    def _roster_ahead(self) -> bool:
        """Whether every clock is behind the roster in force. A clock that is not set says nothing about it."""
        shown = [*self._others().values(), *([self.own] if self.own >= FIRST else [])]
        return self.roster is not None and bool(shown) and self.roster > max(shown) + A_DAY


class Dating(StrEnum):
    """How the date of a roster that is about to be signed compares with other dates."""

    SAME = "same"  # the last roster's date confirms it: they are no more than a day apart
    USUAL = "usual"
    AHEAD = "ahead"  # later than rosters are renewed, or than another device's clock: asked for by its date
    BEHIND = "behind"  # before the last roster: refused


def dating(issued: date, last: date, other: date | None = None) -> Dating:
    """Compare the date `issued` with that of the `last` roster, and with an `other` device's clock if there is one.

    A date that another device has reached is not ahead, however long ago the last roster was.
    """
    if issued < last:
        return Dating.BEHIND
    if issued > (last + ROSTER if other is None else other + A_DAY):
        return Dating.AHEAD
    return Dating.SAME if issued <= last + A_DAY else Dating.USUAL
