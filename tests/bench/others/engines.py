"""Other programs that anonymise, on the records and hierarchies that ours got: anjana (with pycanon) and ARX.

Neither knows persons, incidents or stigmas: k counts rows. What cannot be had is left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import venv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from testimony.anonymity import frozen_profile, loss, profile
from testimony.anonymity.pool import Pool
from testimony.anonymity.validity import TRUSTED

K = 5
SUPPRESSED = 10  # percent that anjana may leave out
STEP = 0.005  # of the records that ARX's local recoding takes at a time: it loses less, and takes longer, with less
LONGEST = 1_200  # seconds
HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What another program made, counted here. `lost`: who is left out counts as lost. `smallest`: rows of a class."""

    seconds: float
    lost: float
    left_out: float
    smallest: int


def anjana(pool: Pool) -> tuple[Judged, int] | None:
    """One vector of levels by anjana, and pycanon's k of the rows that our tiers make."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _python_of(folder)
        if python is None:
            return None
        held = {"columns": _columns(pool), "hierarchies": _ladders(pool)}
        (folder / "in.json").write_text(json.dumps(held))
        batch = frozen_profile.walk(pool, profile.make(pool, TRUSTED).profile, name="1")
        ours = [one.labels for one in batch.classes for _ in range(one.n)]
        (folder / "ours.json").write_text(json.dumps(ours))
        said = _run([str(python), str(HERE / "anjana_process.py"), name, str(K), str(SUPPRESSED)])
        if said is None:
            return None
        return _judged(pool, json.loads((folder / "out.json").read_text()), said["seconds"]), said["pycanon"]


def arx(pool: Pool) -> Judged | None:
    """Local recoding by ARX: TESTIMONY_ARX is the class path that has it, and `java` runs it."""
    where = os.environ.get("TESTIMONY_ARX")
    if not where:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns, ladders = _columns(pool), _ladders(pool)
        _table(folder / "in.csv", [list(columns), *zip(*columns.values(), strict=True)])
        for attribute, levels in ladders.items():
            _table(folder / f"{attribute}.csv", zip(*levels, strict=True))
        said = _run(["java", "-cp", where, str(HERE / "ArxSide.java"), name, str(K), str(STEP), *columns])
        if said is None:
            return None
        rows = [line.split(";") for line in (folder / "out.csv").read_text().splitlines()]
        return _judged(pool, rows, said["seconds"])


def _run(command: Sequence[str]) -> dict[str, Any] | None:
    """The JSON of the last line; None where it did not end well or in time."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return None
    if done.returncode != 0:
        return None
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _python_of(folder: Path) -> Path | None:
    """A Python that has anjana: TESTIMONY_ANJANA names one, else pip brings it into `folder`."""
    named = os.environ.get("TESTIMONY_ANJANA")
    if named:
        return Path(named)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "anjana"]
    return python if subprocess.run(command, check=False, capture_output=True).returncode == 0 else None


def _ladders(pool: Pool) -> dict[str, list[list[str]]]:
    """Of each attribute and level the label of each value, with the level before it: none is taken for another's."""
    return {
        attribute.name: [
            [f"{level}:{number}" for number in up.tolist()]
            for level, up in enumerate((np.arange(len(column.up[0])), *column.up[1:]))
        ]
        for attribute, column in zip(pool.schema.attributes, pool.columns, strict=True)
    }


def _columns(pool: Pool) -> dict[str, list[str]]:
    return {
        attribute.name: [f"0:{number}" for number in column.base.tolist()]
        for attribute, column in zip(pool.schema.attributes, pool.columns, strict=True)
    }


def _table(path: Path, rows: Any) -> None:
    path.write_text("".join(";".join(row) + "\n" for row in rows))


def _judged(pool: Pool, rows: Sequence[Sequence[str]], seconds: float) -> Judged:
    """The loss of the rows that were given back, the share that is missing, and their smallest class: counted here."""
    total = (len(pool) - len(rows)) * loss.UNIT * len(pool.columns)
    of_name = _ladders(pool).values()
    for attribute, (column, ladder) in enumerate(zip(pool.columns, of_name, strict=True)):
        of_label = {
            label: int(penalty)
            for labels, lost in zip(ladder, loss.penalties(column), strict=True)
            for label, penalty in zip(labels, lost.tolist(), strict=True)
        }
        total += sum(of_label[row[attribute]] for row in rows)
    return Judged(
        seconds=seconds,
        lost=total / (loss.UNIT * len(pool) * len(pool.columns)),
        left_out=1 - len(rows) / len(pool),
        smallest=min(Counter(map(tuple, rows)).values()),
    )
