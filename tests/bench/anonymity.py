"""The engine of releases: profiles, batches under a pinned one, and anjana on the same records in the same run."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from testimony.anonymity import classtable, loss, pinned, profile
from testimony.anonymity.lattice import Lattice
from testimony.anonymity.pool import Pool
from testimony.anonymity.search import cost, search
from testimony.anonymity.validity import TRUSTED, Rule
from tests.anonymity.populations import large
from tests.bench.figures import Aim, Figure

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST = (0.4, 1, 5, 30)
BESIDE = (10_000, 100_000)
K = 5
SUPPRESSED = 10  # percent that anjana may leave out
WRONG = "a class that is too small: a fault"
PRICE = 2.0
LONGEST = 1_200  # seconds for anjana
ALONE = Rule(k=K, m=1, alpha=1.0)
"""What anjana asks for: rows, each taken for a person and an incident of its own."""
T = TypeVar("T")
SCRIPT = Path(__file__).with_name("anjanaside.py")
ROOT = Path(__file__).parents[2]


def measure() -> Sequence[Figure]:
    figures: list[Figure] = []
    for size, most in zip(SIZES, MOST, strict=True):
        figures += _tiers(size, most, _apart(size))
    for size in BESIDE:
        figures += _beside(size)
    return figures


def _tiers(size: int, most: float, said: Mapping[str, float]) -> Sequence[Figure]:
    of = f"{size:,} records"
    busy = "one class check for each vector that is looked at; a slower or busier processor"
    figures = [
        Figure(
            f"profile of {of}: 8 tiers, persons, incidents, stigma", said["profile"], "s", Aim(most=most, cause=busy)
        ),
        Figure(f"{of}: share published", 100 * said["published"], "%"),
        Figure(f"{of}: loss of what is published (NCP, 0 to 1)", said["loss"], "NCP"),
        Figure(
            f"batch of {of} under the pinned profile",
            1000 * said["batch"],
            "ms",
            Aim(most=100, cause="counting distinct persons, incidents and stigmas") if size == 100_000 else None,
        ),
        Figure(f"batch of {of} with every row and its counts", 1000 * said["table"], "ms"),
    ]
    if size == 100_000:
        weight = Aim(most=400, cause="tables of classes that are kept for roll-up")
        figures.append(Figure(f"largest memory of the process, {of}", said["rss"], "MB", weight))
    return figures


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
    theirs = _anjana(pool)
    if theirs is None:
        return figures
    spent, lost, missing, smallest, agreed = theirs
    slower = Aim(least=15, cause="anjana was quicker than it was found to be")
    return [
        *figures,
        Figure(
            f"{size:,} records in tiers: smallest class, as pycanon sees it", agreed, "rows", Aim(least=K, cause=WRONG)
        ),
        Figure(f"{of}: anjana", spent, "s"),
        Figure(f"{of}: anjana's loss", lost, "NCP", Aim(least=found, cause="anjana lost less")),
        Figure(f"{of}: anjana left out", 100 * missing, "%"),
        Figure(f"{of}: anjana's smallest class, counted", smallest, "rows"),
        Figure(f"{of}: anjana takes so many times as long", spent / ours, "times", slower),
    ]


def _global(pool: Pool) -> tuple[float, float]:
    """Loss of the best vector, and the share that it leaves out; each left out counts as lost, and in the search twice.

    So it leaves out as few as anjana may, which is looked at.
    """
    everyone = np.arange(len(pool))
    lattice = Lattice(pool.columns, everyone, everyone, pool.stigma[:, :0], everyone, ALONE)
    vector = search(lattice, PRICE).vector
    table = lattice.table(vector)
    out = 1 - int(table.rows[lattice.enough(table)].sum()) / len(pool)
    return cost(lattice, vector, 1.0) / (loss.UNIT * len(pool) * len(pool.columns)), out


def _anjana(pool: Pool) -> tuple[float, float, float, int, int] | None:
    """Seconds, loss, share left out and smallest class of anjana, and pycanon's k of our own rows.

    None where they cannot be had in time.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _python_of(folder)
        if python is None:
            return None
        _hand_over(pool, folder)
        command = [str(python), str(SCRIPT), str(folder), str(K), str(SUPPRESSED)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return None
        if done.returncode != 0:
            return None
        said = json.loads(done.stdout.splitlines()[-1])
        return said["seconds"], *_judged(pool, json.loads((folder / "out.json").read_text())), said["pycanon"]


def _python_of(folder: Path) -> Path | None:
    """A Python that has anjana: TESTIMONY_ANJANA names one, else pip brings it into `folder`."""
    named = os.environ.get("TESTIMONY_ANJANA")
    if named:
        return Path(named)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "anjana"]
    return python if subprocess.run(command, check=False, capture_output=True).returncode == 0 else None


def _hand_over(pool: Pool, folder: Path) -> None:
    """Columns and hierarchies with the level before each label, so that anjana cannot take one level for another."""
    held: dict[str, Any] = {"columns": {}, "hierarchies": {}}
    for attribute, column in zip(pool.schema.attributes, pool.columns, strict=True):
        levels = [
            [f"{level}:{number}" for number in up.tolist()]
            for level, up in enumerate((np.arange(len(column.up[0])), *column.up[1:]))
        ]
        held["columns"][attribute.name] = [levels[0][number] for number in column.base.tolist()]
        held["hierarchies"][attribute.name] = levels
    (folder / "in.json").write_text(json.dumps(held))
    batch = pinned.walk(pool, profile.make(pool, TRUSTED).profile, name="1")
    ours = [one.labels for one in batch.classes for _ in range(one.n)]
    (folder / "ours.json").write_text(json.dumps(ours))


def _judged(pool: Pool, rows: Sequence[Sequence[str]]) -> tuple[float, float, int]:
    """The loss of rows that anjana gave back, the share that is missing, and their smallest class: counted here."""
    total = 0
    for attribute, column in enumerate(pool.columns):
        penalties = loss.penalties(column)
        of_label = {
            f"{level}:{label}": int(penalty)
            for level, (up, lost) in enumerate(zip(column.up, penalties, strict=True))
            for label, penalty in zip((up if level else np.arange(len(up))).tolist(), lost.tolist(), strict=True)
        }
        total += sum(of_label[row[attribute]] for row in rows)
    total += (len(pool) - len(rows)) * loss.UNIT * len(pool.columns)
    lost = total / (loss.UNIT * len(pool) * len(pool.columns))
    return lost, 1 - len(rows) / len(pool), min(Counter(map(tuple, rows)).values())


def _apart(size: int) -> Mapping[str, float]:
    """Measured in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.anonymity", str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said: Mapping[str, float] = json.loads(done.stdout)
    return said


def _alone(size: int) -> Mapping[str, float]:
    pool = large(size)
    spent, made = _timed(lambda: profile.make(pool, TRUSTED))
    pinned_profile = replace(made.profile, first=TRUSTED.tiers + 1)
    batches = sorted(_timed(lambda: pinned.walk(pool, pinned_profile, name="1"))[0] for _ in range(5))
    table, _ = _timed(lambda: classtable.table(pinned.walk(pool, pinned_profile, name="1"), pool))
    return {
        "profile": spent,
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
