"""What rules about days, clocks, periods and shares say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from testimony.domain import freshness
from testimony.domain.consent.offers import LIVES, Offer
from testimony.domain.consent.purposes import NEEDED, Purpose, effective, months_later
from testimony.domain.tables import plan, shares, times
from testimony.domain.tables.account import when_of
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Kind, Period, may_hold, require_closed
from testimony.domain.time import Clock, Clocks, dating
from testimony.domain.withdrawal import endings, suspension

TODAY: Final = date(2026, 3, 31)
APART: Final = (0, 1, 2, 3, 14, 15, 91, 92, 93, 94, 365, 366, 367, 1097, 1098, 1099, 1100)
LABELS: Final = (
    "2026-01",
    "2026-03",
    "2026-12",
    "2025-12",
    "2026-Q1",
    "2026-Q4",
    "2025-Q4",
    "2026",
    "2025",
    "until 2026-03",
    "until 2025-12",
)
NO_LABELS: Final = ("2026-00", "2026-13", "2026-Q0", "2026-Q5", "until 2026", "until 2026-Q1", "", "26-01", "2026-1")


def _near(dice: Random, day: date = TODAY) -> date:
    return day + timedelta(days=dice.choice((-1, 1)) * dice.choice(APART))


def clocks() -> Iterator[tuple[str, Any]]:
    """What several clocks say together."""
    dice = Random(1)
    for number in range(160):
        others = {one: _near(dice) for one in (Clock.CENTRAL, Clock.NODES, Clock.PHONES) if dice.random() < 0.45}
        own = date(2025, 12, 31) if number % 16 == 0 else _near(dice)
        held = Clocks(own=own, roster=_near(dice) if dice.random() < 0.5 else None, others=others)
        signed, due = _near(dice), _near(dice, own)
        start = held.start_of(signed)
        ran = timedelta(days=dice.choice((0, 13, 14, 15)), hours=dice.choice((0, 21, 22, 23)))
        over = [held.is_over(due, grace=timedelta(days=14), ran=ran, sure=sure) for sure in (True, False)]
        found = [(str(one.wrong), str(one.day), str(one.known), str(one.clock)) for one in held.findings()]
        yield (
            f"{number}: {own} {held.roster} {' '.join(f'{name} {day}' for name, day in others.items())}",
            f"{held.counts} {held.today} {held.delivered} {held.common()} | {signed}: {start.day} {start.sure} "
            f"{held.agrees(signed)} | {due} {ran}: {over} {sorted(map(str, held.past(due)))} "
            f"{held.is_past(due)} | {found}",
        )


def datings() -> Iterator[tuple[str, Any]]:
    """How the date of a roster compares."""
    for days in (-2, -1, 0, 1, 2, 91, 92, 93):
        for other in (None, -1, 0, 1, 2):
            seen = None if other is None else TODAY + timedelta(days=days + other)
            yield f"{days} {other}", str(dating(TODAY + timedelta(days=days), TODAY, seen))


def fresh() -> Iterator[tuple[str, Any]]:
    """How old a list of readers is."""
    for days in (-2, -1, 0, 13, 14, 15):
        for said in (None, (3, 0), (4, 13), (4, 14), (4, 15), (5, 0), (5, -1), (5, -2)):
            for asked in (True, False):
                statement = None if said is None else (said[0], TODAY - timedelta(days=said[1]))
                issued = TODAY - timedelta(days=days)
                found = freshness.look(TODAY, issued=issued, no=4, asked=asked, said=statement)
                yield f"{days} {said} {asked}", f"{found.confirmed} {found.age} {found.stale} {found.newer}"


def share_sentences() -> Iterator[tuple[str, Any]]:
    """Of two published numbers, and whether the sentence is true of the numbers around."""
    for whole in (15, 20, 25, 40, 60, 100, 200, 1000):
        for part in sorted({*range(0, min(whole, 100) + 1, 5), whole // 2, whole * 4 // 5, whole}):
            yield f"{part} of {whole}", _sentence(shares.share(part, whole), part, whole)
    for part in (0, 5, 10, 15, 20, 40, 80):
        for other in (0, 5, 10, 15, 20, 40, 160):
            yield f"{part} beside {other}", _sentence(shares.share_beside(part, other), part, part + other)


def _sentence(found: shares.Share | None, part: int, whole: int) -> str:
    if found is None:
        return "nothing"
    near = [found.holds(part + more, whole) for more in (-2, -1, 0, 1, 2)]
    return f"{found} {found.about} {''.join('y' if one else 'n' for one in near)}"


def periods() -> Iterator[tuple[str, Any]]:
    """Each period, and which of the others it holds."""
    for label in (*LABELS, *NO_LABELS):
        yield label, _refused_or(_period, label)
    for month in range(1, 13):
        day = date(2026, month, 15)
        names = [Period.containing(kind, day).label for kind in Kind]
        yield f"in {day}", [*names, Period.backlog(day).label]


def _period(label: str) -> str:
    one = Period.of(label)
    others = [Period.of(label) for label in LABELS]
    inside = [other.label for other in others if one.contains(other)]
    beside = [other.label for other in others if may_hold(one, [other])]
    before = "" if one.is_backlog else one.before
    ends = [_refused_or(require_closed, one, one.last_day + timedelta(days=more)) for more in (-1, 0, 1)]
    return (
        f"{one.kind} {one.first} {one.last} {one.year} {one.first_day} {one.last_day} {before} "
        f"{ends} holds {inside} beside {beside}"
    )


def _refused_or(rule: Callable[..., Any], *given: Any) -> Any:
    try:
        return rule(*given)
    except TablesRefused as refused:
        return f"refused: {refused.reason}"


def plans() -> Iterator[tuple[str, Any]]:
    """Which tables an organisation of some size has."""
    for accounts in (0, 119, 120, 599, 600, 999, 1000, 1999, 2000, 10**6):
        made = plan.Plan.fitting(2026, accounts, borders=["HRV-BIH", "GRC-TUR", "HRV-BIH"], codebook="1")
        layers = [_refused_or(made.layer_of, Period.of(label)) for label in LABELS]
        yield f"{accounts}", [*layers, *made.borders, made.digest]
    for layer in (1, 2, 3, 4):
        yield f"layer {layer}", [one.id for one in plan.tables_of(layer)]
        for accounts in (plan.LEAST[layer] - 1, plan.LEAST[layer]):
            for incidents in (19, 20):
                enough = _refused_or(plan.require_enough, layer, accounts, incidents)
                yield f"layer {layer}: {accounts} of {incidents}", enough


def columns() -> Iterator[tuple[str, Any]]:
    """In which column an incident stands."""
    told = (
        "",
        "2019",
        "2021",
        "2022-05",
        "2024-12",
        "2025",
        "2026",
        "2026-Q2",
        "2026-01",
        "2026-03",
        "2026-12",
        "2027-01",
    )
    for label in ("2026", "2026-Q2", "2026-03", "until 2026-03"):
        period = Period.of(label)
        for level in (times.MONTHS, times.QUARTERS, times.YEARS):
            yield (
                f"{label} by {level}",
                [times.columns(level, period), [times.column_of(one, level, period) for one in told]],
            )
    for written in (
        "2026",
        "2026-03",
        "2026-01..2026-03",
        "2026-04..2026-06",
        "2026-10..2026-12",
        "2026-3",
        "",
        "missing",
    ):
        yield f"written {written}", when_of(written)


def endings_() -> Iterator[tuple[str, Any]]:
    """When keeping ends."""
    for day in (date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 31), date(2026, 12, 1), date(2026, 12, 31)):
        yield str(day), [endings.month_of(day), endings.ended(day), endings.soon(day)]
        yield f"later than {day}", [str(months_later(day, months)) for months in (0, 1, 2, 11, 12, 13, 24, 1200)]
    for month in ("2026-01", "2026-02", "2026-11", "2026-12", "2028-02", "9999-12", "0000-01"):
        if month != "9999-12":
            yield month, [str(endings.destroyed_from(month)), str(endings.last_day(month))]
    for months in (None, 0, 1, 3, 4, 24):
        for later in (-40, 0, 40):
            offers = [Offer(purpose=Purpose.RECORD, recipient="organisation", name=None, life_months=months)]
            found = endings.earliest(offers, signed=TODAY, issued=TODAY + timedelta(days=later))
            yield (
                f"{months} months, {later}",
                [found, endings.latest([found, "2026-05"]), endings.earliest([], signed=TODAY, issued=TODAY)],
            )
    for far in (date(1, 1, 1), date(9999, 12, 31)):
        yield f"far {far}", [endings.ended(far), endings.soon(far)]


def withdrawals() -> Iterator[tuple[str, Any]]:
    """When a worker's withdrawal destroys."""
    voices = [
        suspension.Voice(f"p{n}", role, active)
        for n, role in enumerate(("lawyer", "coordinator", "interviewer"))
        for active in (True, False)
    ]
    for one in voices:
        yield f"{one.role} {one.active}", [str(suspension.due(TODAY, one, earlier)) for earlier in (0, 1, 4, 5, 6)]
        for other in voices:
            yield (
                f"{one.role} {one.active}, {other.role} {other.active}",
                [suspension.is_void([one, other]), suspension.is_final([one, other])],
            )


def purposes() -> Iterator[tuple[str, Any]]:
    """What each use needs, and what is left without one."""
    for one in Purpose:
        yield str(one), [LIVES[one], sorted(NEEDED[one]), sorted(effective(set(Purpose) - {one}))]


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "clocks": clocks,
    "dates of rosters": datings,
    "freshness": fresh,
    "shares": share_sentences,
    "periods": periods,
    "plans": plans,
    "columns of time": columns,
    "ends of keeping": endings_,
    "withdrawals by workers": withdrawals,
    "purposes": purposes,
}
