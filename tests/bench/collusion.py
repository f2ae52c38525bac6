"""`python -m tests.bench.collusion`: how often two recipients with lines and tables of the same accounts are right.

It prints the figures of docs/anonymity.md, "Lines and tables together".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.bench.support.figures import Figure
from tests.support.domain.collusion_attack import Colluding, attack
from tests.support.domain.membership_attack import Found

SIZES = (300, 1_000, 2_000)
SEEDS = (101, 102, 103, 104)


def measure() -> Sequence[Figure]:
    return [figure for size in SIZES for figure in _of(size)]


def _of(size: int) -> Iterator[Figure]:
    found = [attack(accounts=size, seed=seed) for seed in SEEDS]
    of = f"{size:,} accounts, {len(SEEDS)} runs (seeds {SEEDS[0]} to {SEEDS[-1]})"
    yield Figure(f"{of}: accounts that stand in a line", 100 * _mean(found, "lines"), "%")
    for name, held in (("lines", "by_lines"), ("tables", "by_tables"), ("lines and tables", "by_both")):
        each: list[Found] = [getattr(one, held) for one in found]
        yield Figure(f"{of}: {name}, area under the curve", sum(one.auc for one in each) / len(each), "AUC")
        right, surest = (100 * sum(getattr(one, part) for one in each) / len(each) for part in ("right", "surest"))
        yield Figure(f"{of}: {name}, the likelier half is right", right, "%")
        yield Figure(f"{of}: {name}, the surest tenth is right", surest, "%")


def main() -> None:
    for figure in measure():
        print(f"  {figure.what}: {figure.text}", flush=True)


def _mean(found: Sequence[Colluding], name: str) -> float:
    return float(sum(getattr(one, name) for one in found) / len(found))


if __name__ == "__main__":
    main()
