"""What two coordinators may do next by the day: which periods are over and not printed, which year wants a plan.

Nothing here counts an account: whether a period has enough of them is known when it is made.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from testimony.domain.tables.ledger import ProposedNumbers, ProposedPlan, TablesLedger
from testimony.domain.tables.periods import BACKLOG, Kind, Period
from testimony.domain.tables.plan import Plan

KINDS: Final = (Kind.MONTH, Kind.QUARTER, Kind.YEAR)
"""From the shortest: what is too small is counted in the next longer one."""


def makeable(ledger: TablesLedger, day: date) -> list[Period]:
    """Periods that are over, in a plan in force, and not printed: the latest first, and of one end the shortest.

    The backlog comes before them while nothing is printed, also where no period of the plan is over yet. Periods
    within a printed backlog are left out, since it counts their accounts, and so are those that may have been printed
    before the ledger was settled.
    """
    backlogs = [found for found in (Period.of(label) for label, _ in ledger.files) if found.is_backlog]
    over = [one for plan in ledger.plans.values() for one in _over(ledger, _periods(plan), day)]
    found = [
        one for one in over if (one.label, 1) not in ledger.files and not any(each.contains(one) for each in backlogs)
    ]
    found.sort(key=lambda one: (-one.last, KINDS.index(one.kind)))
    if ledger.files:
        return found
    months = [one.last for plan in ledger.plans.values() for one in _over(ledger, _months(plan.year), day)]
    if not months:
        return found
    last = max(months)
    return [Period.of(f"{BACKLOG}{last // 12}-{last % 12 + 1:02d}"), *found]


def next_period(ledger: TablesLedger, day: date, *, refused: Period | None = None) -> Period | None:
    """The one to make now: the backlog first, then the latest month, quarter and year that are over.

    `refused`: a period that was found too small. Only longer ones come after it.
    """
    waiting = {one.key[0] for one in ledger.proposed.values() if isinstance(one, ProposedNumbers)}
    left = [one for one in makeable(ledger, day) if one.label not in waiting]
    if refused is None and left and left[0].is_backlog:
        return left[0]
    over = [one for plan in ledger.plans.values() for one in _periods(plan) if one.last_day < day]
    for kind in KINDS[KINDS.index(refused.kind) + 1 if refused else 0 :]:
        latest = max((one for one in over if one.kind is kind), key=lambda one: one.last, default=None)
        if latest in left:
            return latest
    return None


def next_end(ledger: TablesLedger, day: date) -> date | None:
    """The last day of the period that is over next; None where no plan in force has one."""
    coming = (one.last_day for plan in ledger.plans.values() for one in _periods(plan) if one.last_day >= day)
    return min(coming, default=None)


def year_to_plan(ledger: TablesLedger, day: date) -> int | None:
    """The year whose plan is wanted first; None where none is.

    In January nothing of the year is over yet, so a beginning organisation plans the year before. In December comes the
    plan of the next year, because it has to stand before that year begins.
    """
    if not ledger.plans and day.month == 1:
        return day.year - 1
    if day.year not in ledger.plans:
        return day.year
    return day.year + 1 if day.month == 12 and day.year + 1 not in ledger.plans else None


def proposals_for(ledger: TablesLedger, me: str) -> list[ProposedPlan | ProposedNumbers]:
    """What a colleague proposed and `me` may agree to, plans first; of several numbers of one period the newest."""
    others = [
        one
        for one in ledger.proposed.values()
        if one.by != me and not one.pending and (one.name, me) not in ledger.underway
    ]
    plans = [one for one in others if isinstance(one, ProposedPlan)]
    numbers = {one.key: one for one in others if isinstance(one, ProposedNumbers)}
    return [*plans, *numbers.values()]


def _over(ledger: TablesLedger, periods: list[Period], day: date) -> list[Period]:
    return [one for one in periods if one.last_day < day and not ledger.may_be_printed(one)]


def _periods(plan: Plan) -> list[Period]:
    labels = {
        Kind.MONTH: [one.label for one in _months(plan.year)],
        Kind.QUARTER: [f"{plan.year}-Q{number}" for number in range(1, 5)],
        Kind.YEAR: [str(plan.year)],
    }
    return [Period.of(label) for kind in plan.layers for label in labels[kind]]


def _months(year: int) -> list[Period]:
    return [Period.of(f"{year}-{number:02d}") for number in range(1, 13)]
