"""`python -m tests.bench.comparing`: how often somebody is right who compares published tables, and what lines tell.

It prints the figures of docs/anonymity.md, "Comparing".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from statistics import fmean

from testimony.anonymity import class_table, frozen_profile, profile
from testimony.anonymity.pool import Pool
from testimony.anonymity.validity import TRUSTED
from testimony.domain.tables.offsets import Offsets
from tests.bench.support.figures import Figure
from tests.support.anonymity.populations import SCHEMA
from tests.support.anonymity.populations import population as records
from tests.support.domain.series_attack import NOTHING, Guessed, equal, newcomers, often, over, probed
from tests.support.domain.told_accounts import population
from tests.support.domain.what_readers_see import shares_told

FEW, MANY = range(101, 105), range(101, 113)
KNOWN = 51
"""Accounts of which the attacker knows everything but whose they are."""


def main() -> None:
    for figure in _figures():
        print(f"  {figure.what}: {figure.text}", flush=True)


def _figures() -> Iterator[Figure]:
    for recounted, of in ((True, "a register counted again"), (False, "two months of the plan")):
        yield from _guessed(f"{of}, acts of a newcomer", over(FEW, _newcomers(recounted)))
    yield Figure("acts of a newcomer, guessed at random", 100 * fmean(often(seed) for seed in FEW), "%")
    for by_set, of in ((False, "the draw of the cell"), (True, "a draw for each set")):
        for rebuilds in (1, 4, 12):
            right = fmean(probed(seed, rebuilds=rebuilds, by_set=by_set) for seed in FEW)
            yield Figure(f"{of}, {rebuilds} numbers with invented accounts: count guessed", 100 * right, "%")
    for accounts in (300, 1_000, 2_000):
        for variety in (0.1, 0.0):
            for by_set, of in ((False, "published"), (True, "a draw for each set")):
                pairs = [equal(accounts, seed, variety=variety, by_set=by_set) for seed in MANY]
                what = f"{accounts:,} accounts, variety {variety}, {of}: equal numbers"
                yield from _guessed(f"{what}, stigmatised", sum((one for one, _ in pairs), NOTHING))
                yield from _guessed(f"{what}, others", sum((other for _, other in pairs), NOTHING))
    yield from _lines()
    yield from _shares()


def _newcomers(recounted: bool) -> Callable[[int], Guessed]:
    return lambda seed: newcomers(seed, recounted=recounted)


def _guessed(what: str, found: Guessed) -> Iterator[Figure]:
    yield Figure(f"{what}: said {found.said}, right", 100 * found.precision, "%")
    yield Figure(f"{what}: found of {found.true}", 100 * found.recall, "%")


def _lines() -> Iterator[Figure]:
    """One pick in each line is right, in the mean, if all of it are known: as many as there are lines."""
    picks, inside = [], []
    for seed in MANY:
        pool = Pool.from_records(records(KNOWN, seed), SCHEMA)
        batch = frozen_profile.walk(pool, profile.make(pool, TRUSTED).profile, name="0" * 32)
        picks.append(len(class_table.table(batch, pool).rows))
        inside.append(batch.published)
    yield Figure(f"lines of {KNOWN} known accounts: accounts in a line", fmean(inside), "")
    yield Figure(f"lines of {KNOWN} known accounts: right picks expected", fmean(picks), "")
    yield Figure(f"lines of {KNOWN} known accounts: right picks expected, at most", max(picks), "")


def _shares() -> Iterator[Figure]:
    """An act at each border of a year of 1,000 accounts, by the number of accounts that answer."""
    found: dict[str, list[float]] = {}
    for seed in MANY:
        for of, printed, true in shares_told(
            population(1_000, seed), Offsets.of(Random(seed).randbytes(32)), "undress"
        ):
            size = "20 to 49" if of < 50 else "50 to 99" if of < 100 else "100 and more"
            found.setdefault(size, []).append(100 * abs(printed - true))
    for size, errors in sorted(found.items()):
        yield Figure(
            f"share of an act, of {size} who answer: mean error ({len(errors)} borders)", fmean(errors), "points"
        )


if __name__ == "__main__":
    main()
