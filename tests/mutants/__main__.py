"""`make mutants PACKAGE=sealing`: change one thing at a time, at random, and see whether a test notices.

A mutant that no test of its module notices has survived. The score is the share of those that were noticed, without
the ones that `equivalent.json` names, each with the reason for which no test could notice it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.mutants.controls import controls
from tests.mutants.nearest import Nearest
from tests.mutants.points import Point, points
from tests.mutants.trial import Outcome, Trial

CONTROLS = "controls"
EQUIVALENT = Path(__file__).parent / "equivalent.json"
PRELOADED = ("cryptography.hazmat.primitives.asymmetric.ed25519", "flask", "sqlalchemy.orm")
"""Libraries that most tests want: imported once, before a process for each mutant."""


@dataclass(frozen=True)
class Tried:
    name: str
    outcome: Outcome
    tests: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> int:
    asked = _asked(arguments)
    folder = Path(tempfile.mkdtemp())  # a TemporaryDirectory would go with the first child that exits
    try:
        trial = Trial(folder)
        tried = [_try(trial, point, runs) for point, runs in _chosen(trial.root, asked)]
        failed = {test for one in tried for test in one.outcome.failed}
        names = sorted({_name_of(test) for test in failed})
        again = {_name_of(test) for test in trial.run(names, to_the_end=True).failed} if names else set()
        flaky = {test for test in failed if _name_of(test) in again}
        slow = {tests for tests in {one.tests for one in tried if one.outcome.hung} if trial.run(tests).hung}
    finally:
        shutil.rmtree(folder)
    return report(asked.package, tried, flaky, slow)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("package", help="of testimony/: sealing, services/release …; or controls: docs/controls.csv")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=50, help="how many mutants")
    parser.add_argument(
        "--files", type=int, default=3, help="how many test files, the nearest, a mutant meets in a run"
    )
    parser.add_argument("--runs", type=int, default=2, help="how many runs, the nearest files first, a mutant meets")
    parser.add_argument("--of", nargs="*", default=[""], help="only mutants with one of these texts in their name")
    return parser.parse_args(arguments)


def _chosen(root: Path, asked: argparse.Namespace) -> Sequence[tuple[Point, Sequence[Sequence[str]]]]:
    """Each mutant, and what pytest is to run for it, one run after the other until one notices."""
    if asked.package == CONTROLS:
        taken = [(one.point(root), [one.arguments]) for one in controls(root)]
        return [(point, runs) for point, runs in taken if _is_asked(asked, _name(root, point))]
    files = sorted(str(file.relative_to(root)) for file in (root / "testimony" / asked.package).rglob("*.py"))
    everything = [point for file in files for point in points(root, file) if _is_asked(asked, _name(root, point))]
    print(f"{len(everything)} points in {len(files)} modules of {asked.package}, seed {asked.seed}", flush=True)
    sample, nearest = Random(asked.seed).sample(everything, min(asked.sample, len(everything))), Nearest(root)
    return [(point, nearest.of(point, asked.files, asked.runs)) for point in sample]


def _is_asked(asked: argparse.Namespace, name: str) -> bool:
    return any(text in name for text in asked.of)


def _name(root: Path, point: Point) -> str:
    return point.said((root / point.path).read_bytes())


def _name_of(test: str) -> str:
    """Without its parameters: a mutant may have changed them, and then there is no such test without it."""
    return test.partition("[")[0]


def _try(trial: Trial, point: Point, runs: Sequence[Sequence[str]]) -> Tried:
    name, began = _name(trial.root, point), time.monotonic()
    outcome, met = Outcome([], hung=False), runs[0]
    if name in equivalent():
        word = "equivalent"
    else:
        with trial.changed(point):
            for tests in runs:
                found = trial.run(tests)
                if found.noticed and not outcome.failed:
                    outcome, met = found, tests
                if outcome.failed:
                    break
        word = "hung" if outcome.hung else "noticed" if outcome.failed else "SURVIVED"
    print(f"{word:10} {time.monotonic() - began:4.0f} s  {name}  {' '.join(outcome.failed)}", flush=True)
    return Tried(name, outcome, tuple(met))


def equivalent() -> Mapping[str, str]:
    """Name of a mutant -> why it does what the program does."""
    named: dict[str, str] = json.loads(EQUIVALENT.read_text("utf-8"))
    return named


def report(package: str, tried: Sequence[Tried], flaky: set[str], slow: set[tuple[str, ...]]) -> int:
    """Print the score. What fails (`flaky`), or uses up the time (`slow`), without any mutant too, has noticed none."""
    counted = [one for one in tried if one.name not in equivalent()]
    hung = [one for one in counted if one.outcome.hung and one.tests not in slow]
    noticed = [one for one in counted if one in hung or set(one.outcome.failed) - flaky]
    for test in sorted(flaky | {" ".join(tests) for tests in slow}):
        print(f"fails or hangs without a mutant too: {test}")
    share = len(noticed) / len(counted) if counted else 1.0
    print(f"{package}: {len(noticed)} of {len(counted)} noticed, {share:.0%}; equivalent {len(tried) - len(counted)}")
    return 0


if __name__ == "__main__":
    os.nice(10)
    for library in PRELOADED:
        __import__(library)
    sys.exit(main(sys.argv[1:]))
