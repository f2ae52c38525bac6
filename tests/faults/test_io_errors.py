"""The disk fails at the n-th change, whichever it is: one clear sentence, nothing lost, and the next try succeeds.

A small library in C stands between the process and its disk (`failing.c`), so that SQLite's own writes fail like ours.
What is done on that disk, and what must hold afterwards, is in `acts`; `brokendisk` does it.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.each_time import each_time
from tests.support.faults import failing_disk
from tests.support.faults.deliveries import ROOT
from tests.support.faults.disk_acts import ACTS, CARELESS
from tests.support.faults.failing_disk import WRONG
from tests.support.programs import lacking

MANY, FEW, EVERY = 24, 4, 400  # each of the eight ways to fail three times, every other one once
OFTEN = (
    "a node takes in",
    "a node shreds",
    "a node delivers",
    "a desk fetches",
    "a node writes a stick",
    "central reads a stick",
    "a node is backed up",
)
SELDOM = tuple(sorted(set(ACTS) - set(OFTEN)))
TELLING = (
    "a node takes in without syncfs",
    "central is delivered to",
    "a node is restored",
)
"""Of those the acts that are none of `OFTEN` at another station: a stick is written and read there."""
LEAST = 10  # changes that every act makes
LET_GO = 8  # calls at most that delete a file: a full disk lets them, and counts so many fewer
SAID = {
    errno.EIO: {"store.failing", "stick.refused", "sync.busy", "sync.refused"},
    errno.ENOSPC: {"store.full", "store.failing", "stick.refused", "sync.busy", "sync.refused"},
}
Said = dict[str, Any]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The disk that fails, compiled."""
    compiler = shutil.which("cc") or lacking("there is no C compiler")
    if sys.platform != "linux":
        pytest.skip("it stands in the place of Linux's C library")
    made = tmp_path_factory.mktemp("failing") / "failing.so"
    source = Path(__file__).with_name("failing.c")
    command = [compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", made, source, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return made if done.returncode == 0 else lacking(f"the C compiler makes no library: {done.stderr[-300:]}")


@dataclass(frozen=True)
class Program:
    """`brokendisk`, which has everything imported."""

    process: subprocess.Popen[str]

    def tries(self, folder: Path, act: str, most: int) -> list[Said]:
        """What each try said; the first is the one without a failure."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([str(folder), act, most]), file=self.process.stdin, flush=True)
        ended, wrong = self.process.stdout.readline(), folder / WRONG
        assert ended == "0\n", (ended, wrong.read_text("utf-8") if wrong.exists() else "")
        return [json.loads(line) for line in (folder / failing_disk.SAID).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def program(library: Path) -> Iterator[Program]:
    """On a disk that fails."""
    command = [sys.executable, "-m", "tests.support.faults.failing_disk", str(library)]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:
        yield Program(process)


def require_honest(found: list[Said]) -> None:
    whole, *failed = found
    assert "broken" not in whole, whole["broken"]
    assert whole["code"] == ""
    assert whole["calls"] >= LEAST
    for one in failed:
        where = f"call {one['at']} with {errno.errorcode[one['way'][0]]}, {one.get('failed')}"
        assert "broken" not in one, f"{where}: {one['broken'][-3000:]}"
        beyond = one["way"][0] == errno.ENOSPC and one["at"] > whole["calls"] - LET_GO
        assert one["failed"] or beyond, f"{where}: it was not reached"
        assert one["code"] in SAID[one["way"][0]] | {""}, f"{where}: {one['code']} {one['words']}"
    said = Counter(bool(one["code"]) for one in failed if one["failed"])
    assert said[True] > said[False], "hardly any failure was noticed"


@pytest.mark.parametrize("most", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("act", OFTEN)
def test_whatever_the_disk_refuses_is_said_and_loses_nothing(
    program: Program, tmp_path: Path, act: str, most: int
) -> None:
    require_honest(program.tries(tmp_path, act, most))


@pytest.mark.parametrize("act", each_time(SELDOM, *TELLING))
def test_so_it_is_with_every_other_act_on_the_disk(program: Program, tmp_path: Path, act: str) -> None:
    require_honest(program.tries(tmp_path, act, FEW))


@pytest.mark.long(short="test_whatever_the_disk_refuses_is_said_and_loses_nothing")
@pytest.mark.parametrize("act", ACTS)
def test_each_single_change_that_the_disk_refuses_is_said(program: Program, tmp_path: Path, act: str) -> None:
    require_honest(program.tries(tmp_path, act, EVERY))


def test_a_station_that_acknowledges_before_its_disk_has_it_is_found_out(program: Program, tmp_path: Path) -> None:
    found = program.tries(tmp_path, CARELESS, FEW)
    assert any("deliveries.missing" in one.get("broken", "") for one in found)
