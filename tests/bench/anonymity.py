"""The engine of releases: profiles, batches under a pinned one; local recoding, anjana and ARX on the same records."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from testimony.anonymity import class_table, frozen_profile, loss, profile
from testimony.anonymity.lattice import Lattice
from testimony.anonymity.pool import Pool
from testimony.anonymity.search import cost, search
from testimony.anonymity.validity import TRUSTED, Rule
from tests.bench.others import engines, recoding
from tests.bench.others.engines import SUPPRESSED, K
from tests.bench.support.figures import Aim, Figure
from tests.support.anonymity.populations import large

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST = (0.4, 1, 5, 30)
BESIDE = (10_000, 100_000)
BY_ARX = (1_000, 10_000, 100_000)
NEAR = 1.15
"""Times the loss of local recoding that tiers may lose."""
WRONG = "a class that is too small: a fault"
PRICE = 2.0
ALONE = Rule(k=K, m=1, alpha=1.0)
"""What anjana asks for: rows, each taken for a person and an incident of its own."""
T = TypeVar("T")
ROOT = Path(__file__).parents[2]


def measure() -> Sequence[Figure]:
    figures: list[Figure] = []
    for size, most in zip(SIZES, MOST, strict=True):
        said = _apart(size)
        figures += _tiers(size, most, said)
        figures += _local(size, 1 - said["published"] * (1 - said["loss"]))
    for size in BESIDE:
        figures += _beside(size)
    return figures


def _tiers(size: int, most: float, said: Mapping[str, float]) -> Sequence[Figure]:
    of = f"{size:,} records"
    busy = "one class check for each vector that is looked at; a slower or busier processor"
    figures = [
        Figure(
            f"profile of {of}: {said['tiers']} tiers, persons, incidents",
            said["profile"],
            "s",
            Aim(most=most, cause=busy),
        ),
        Figure(f"{of}: share published", 100 * said["published"], "%"),
        Figure(f"{of}: loss of what is published (NCP, 0 to 1)", said["loss"], "NCP"),
        Figure(
            f"batch of {of} under the pinned profile",
            1000 * said["batch"],
            "ms",
            Aim(most=100, cause="counting distinct persons and incidents") if size == 100_000 else None,
        ),
        Figure(f"batch of {of} with every row and its counts", 1000 * said["table"], "ms"),
    ]
    if size == 100_000:
        weight = Aim(most=400, cause="tables of classes that are kept for roll-up")
        figures.append(Figure(f"largest memory of the process, {of}", said["rss"], "MB", weight))
    return figures


def _local(size: int, ours: float) -> Sequence[Figure]:
    """Local recoding of the same records: top-down under our rule, and by ARX, which counts rows alone."""
    pool = large(size)
    of = f"{size:,} records, all of them"
    spent, (levels, published) = _timed(lambda: recoding.recode(pool, TRUSTED.rule))
    lost = recoding.lost(pool, levels, published)
    wide = Aim(most=NEAR, cause="one vector of levels for all of a tier, where local recoding takes one for each group")
    figures = [
        Figure(f"{of}: loss in tiers (who is held back counts as lost)", ours, "NCP"),
        Figure(f"{of}: loss by local recoding, top-down, under the same rule", lost, "NCP"),
        Figure(f"{of}: the tiers lose so many times as much as that", ours / lost, "times", wide),
        Figure(f"{of}: local recoding, top-down", spent, "s"),
    ]
    theirs = engines.arx(pool) if size in BY_ARX else None
    if theirs is None:
        return figures
    return [
        *figures,
        Figure(f"{of}: loss by ARX's local recoding, k of rows alone", theirs.lost, "NCP"),
        Figure(f"{of}: the tiers lose so many times as much as ARX", ours / theirs.lost, "times", wide),
        Figure(f"{of}: ARX left out", 100 * theirs.left_out, "%"),
        Figure(f"{of}: ARX's smallest class, counted", theirs.smallest, "rows"),
        Figure(f"{of}: ARX's local recoding", theirs.seconds, "s"),
    ]


def _beside(size: int) -> Sequence[Figure]:
    """One vector of levels for all, k = 5, both in processor time of one core."""
    pool = large(size)
    ours, (found, out) = _timed(lambda: _global(pool))
    of = f"{size:,} records, one vector for all"
    figures = [
        Figure(f"{of}: best vector, found", ours, "s"),
        Figure(f"{of}: loss (who is left out counts as lost)", found, "NCP"),
    ]
    figures.append(Figure(f"{of}: left out", 100 * out, "%", Aim(most=SUPPRESSED, cause="leaving out is too cheap")))
    said = engines.anjana(pool)
    if said is None:
        return figures
    theirs, agreed = said
    slower = Aim(least=15, cause="anjana was quicker than it was found to be")
    return [
        *figures,
        Figure(
            f"{size:,} records in tiers: smallest class, as pycanon sees it", agreed, "rows", Aim(least=K, cause=WRONG)
        ),
        Figure(f"{of}: anjana", theirs.seconds, "s"),
        Figure(f"{of}: anjana's loss", theirs.lost, "NCP", Aim(least=found, cause="anjana lost less")),
        Figure(f"{of}: anjana left out", 100 * theirs.left_out, "%"),
        Figure(f"{of}: anjana's smallest class, counted", theirs.smallest, "rows"),
        Figure(f"{of}: anjana takes so many times as long", theirs.seconds / ours, "times", slower),
    ]


def _global(pool: Pool) -> tuple[float, float]:
    """Loss of the best vector, and the share that it leaves out; each left out counts as lost, and in the search twice.

    So it leaves out as few as anjana may, which is looked at.
    """
    everyone = np.arange(len(pool))
    lattice = Lattice(pool.columns, everyone, everyone, everyone, ALONE)
    vector = search(lattice, PRICE).vector
    table = lattice.table(vector)
    out = 1 - int(table.rows[lattice.enough(table)].sum()) / len(pool)
    return cost(lattice, vector, 1.0) / (loss.UNIT * len(pool) * len(pool.columns)), out


def _apart(size: int) -> Mapping[str, float]:
    """Measured in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.anonymity", str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said: Mapping[str, float] = json.loads(done.stdout)
    return said


def _alone(size: int) -> Mapping[str, float]:
    pool = large(size)
    spent, made = _timed(lambda: profile.make(pool, TRUSTED))
    pinned_profile = replace(made.profile, first=len(made.profile.tiers))
    batches = sorted(_timed(lambda: frozen_profile.walk(pool, pinned_profile, name="1"))[0] for _ in range(5))
    table, _ = _timed(lambda: class_table.table(frozen_profile.walk(pool, pinned_profile, name="1"), pool))
    return {
        "profile": spent,
        "tiers": len(made.profile.tiers),
        "published": made.published / size,
        "loss": made.mean_loss,
        "batch": batches[2],
        "table": table,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    before = time.process_time()
    result = act()
    return time.process_time() - before, result


if __name__ == "__main__":
    print(json.dumps(_alone(int(sys.argv[1]))))
