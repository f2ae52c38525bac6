"""Published tables of a year: how long they take, how far their numbers are off, and what a reader finds in them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from statistics import fmean

from testimony.domain.tables.offsets import Offsets
from testimony.domain.tables.periods import Kind
from testimony.publication.tables import file
from tests.bench.support.figures import Aim, Figure
from tests.support.domain.membership_attack import Found, attack
from tests.support.domain.told_accounts import population
from tests.support.domain.what_readers_see import SIZES, Seen, of_year, off, plan_for, seen, worst_border

MOST = {1_000: 0.5, 10_000: 2.0, 100_000: 15.0}
"""Accounts, and the seconds that their file may take."""
SEEDS = tuple(range(101, 113))
WHOLE = {Kind.MONTH: 4, Kind.QUARTER: 4, Kind.YEAR: 4}
AIMS = {300: (95, 90, None), 1_000: (99, 95, 90)}
"""Accounts, and the per cent of accounts by border, of acts, and of accounts by border and month to be seen."""
BUSY = "a slower or busier processor"
FEW = "borders with fewer than six people have no row, and numbers under five are not printed"
RARE = "accounts with rare answers: chance hides little in a small cell, so the rounding alone has to"
ACT = "undress"
Row = tuple[int, int]


def measure() -> Sequence[Figure]:
    return [
        *(figure for size in MOST for figure in _made(size)),
        *_off(),
        *(figure for size in AIMS for figure in _seen(size)),
        *_attacked(),
    ]


def _made(size: int) -> Iterator[Figure]:
    accounts, offsets = population(size, SEEDS[0]), _offsets(SEEDS[0])
    before = time.process_time()
    made = of_year(accounts, offsets)
    counted = time.process_time()
    data = file.build(made, plan_for(size))
    done = time.process_time()
    yield Figure(f"{size:,} accounts: the file of a year", done - before, "s", Aim(most=MOST[size], cause=BUSY))
    yield Figure(f"{size:,} accounts: of it, counting", counted - before, "s")
    yield Figure(f"{size:,} accounts: size of the file", len(data) / 1e6, "MB")


def _off() -> Iterator[Figure]:
    found: dict[Row, list[int]] = defaultdict(list)
    shares = []
    for seed in SEEDS:
        accounts, offsets = population(1_000, seed), _offsets(seed)
        for size, errors in off(accounts, offsets).items():
            found[size] += errors
        printed, true = worst_border(accounts, offsets, ACT)
        shares.append(100 * abs(printed - true))
    for low, high in SIZES:
        of = f"counts of {low} to {high}" if high < SIZES[-1][1] else f"counts from {low}"
        errors = found[low, high]
        yield Figure(f"1,000 accounts, {of}: mean deviation", fmean(errors), "")
        yield Figure(f"1,000 accounts, {of}: largest", max(errors), "", Aim(most=4, cause="a fault"))
    cause = "both numbers of the share are rounded, in a row of few accounts"
    what = "1,000 accounts, an act at the border where most tell of it: mean error of the share"
    yield Figure(what, fmean(shares), "points", Aim(most=4, cause=cause))


def _seen(size: int) -> Iterator[Figure]:
    both = [seen(size, seed) for seed in SEEDS]
    tables, lines = _mean([one for one, _ in both]), _mean([one for _, one in both])
    by_border, acts, months = AIMS[size]
    yield _part(f"{size:,} accounts: with a row of their border", tables.accounts, by_border)
    yield _part(f"{size:,} accounts: acts told, in a number", tables.acts, acts)
    if months:
        yield _part(f"{size:,} accounts: in a number by border and month", tables.months, months)
    yield _part(f"{size:,} accounts: in a first release of lines", lines.accounts)
    yield _part(f"{size:,} accounts: acts told, in a line", lines.acts)


def _attacked() -> Iterator[Figure]:
    """Somebody who knows half of all accounts guesses who else is in the files of a year (membership_attack.py)."""
    found = [attack(dict(plan_for(1_000).layers), accounts=1_000, seed=seed) for seed in SEEDS]
    of = f"1,000 accounts, who is counted ({len(SEEDS)} runs, seeds {SEEDS[0]} to {SEEDS[-1]})"
    auc, right, surest = _of_all(found)
    yield Figure(f"{of}: area under the curve", auc, "AUC")
    yield Figure(f"{of}: the likelier half is right", 100 * right, "%", Aim(most=61, cause=RARE))
    yield Figure(f"{of}: the likeliest tenth is right", 100 * surest, "%", Aim(most=73, cause=RARE))
    whole = attack(WHOLE, accounts=1_000, seed=SEEDS[0], only=[2])
    works = Aim(least=0.75, cause="an attack that does not work shows nothing")
    yield Figure("all tables every month, one run: area under the curve", whole.auc, "AUC", works)


def _of_all(found: Sequence[Found]) -> tuple[float, float, float]:
    return fmean(one.auc for one in found), fmean(one.right for one in found), fmean(one.surest for one in found)


def _part(what: str, share: float, least: float | None = None) -> Figure:
    return Figure(what, 100 * share, "%", None if least is None else Aim(least=least, cause=FEW))


def _mean(found: Sequence[Seen]) -> Seen:
    return Seen(
        accounts=fmean(one.accounts for one in found),
        acts=fmean(one.acts for one in found),
        months=fmean(one.months for one in found),
    )


def _offsets(seed: int) -> Offsets:
    return Offsets.of(Random(seed).randbytes(32))
