"""Runs test files in a copy of the repository in which one module is changed."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.points import Point

ROOT = Path(__file__).parents[2]
PROCESSOR = 60  # seconds of the processor for one run: whatever else this machine does, a mutant gets the same
WALL = 900  # seconds on the clock, for one that waits and does nothing
INSTALLED = (".venv", "tests/js/node_modules")
NO_TESTS = int(pytest.ExitCode.NO_TESTS_COLLECTED)
OPTIONS = ("-q", "-p", "no:cacheprovider", "-m", "not long and not browser", "-k", "not postgresql")
"""The longest tests, those that start Chromium, and a second time on PostgreSQL would be run for each mutant."""


@dataclass(frozen=True)
class Outcome:
    """`failed` names tests that failed; `hung` says that the time was used up."""

    failed: Sequence[str]
    hung: bool

    @property
    def noticed(self) -> bool:
        return self.hung or bool(self.failed)


class Trial:
    """A copy of the repository at `folder`, whose modules are changed one at a time."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "copy"
        self._scratch = folder / "scratch"
        self._clock = int(time.time())
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name, follow_symlinks=False)
        for name in INSTALLED:
            if (ROOT / name).exists():
                link_files(ROOT / name, self.root / name)

    @contextmanager
    def changed(self, point: Point) -> Iterator[None]:
        file = self.root / point.path
        source = file.read_bytes()
        try:
            self._write(file, point.applied(source))
            yield
        finally:
            self._write(file, source)

    def run(self, tests: Sequence[str], *, to_the_end: bool = False) -> Outcome:
        """These test files or tests, to the first that fails or to the end."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _become_pytest(self.root, self._scratch, [*OPTIONS, *([] if to_the_end else ["-x"]), *tests], writing)
        os.close(writing)
        status = _end_of(child)
        with os.fdopen(reading, encoding="utf-8") as said:
            failed = said.read().splitlines()
        if status is None or os.WIFSIGNALED(status):
            return Outcome(failed, hung=True)
        if not failed and os.WEXITSTATUS(status) not in (0, NO_TESTS):
            failed = [tests[0]]  # not even the tests could be imported, so none has reported
        return Outcome(failed, hung=False)

    def _write(self, file: Path, source: bytes) -> None:
        """With another time for each change: Python would take compiled bytes of the same second for its own."""
        file.write_bytes(source)
        self._clock += 10
        os.utime(file, (self._clock, self._clock))


def link_files(source: Path, target: Path) -> None:
    """Make the folders of `source` anew at `target`, with a link for each file: what a mutant deletes there stays."""
    shutil.copytree(source, target, symlinks=True, copy_function=_link)


def surroundings(root: Path, scratch: Path) -> dict[str, str]:
    """The variables of a run. The home is `scratch`, so that no mutant finds the developer's stations."""
    own = {"TMPDIR": str(scratch), "HOME": str(scratch), "PYTHONPATH": str(root)}
    return own | {"XDG_DATA_HOME": "", "TESTIMONY_HOME": ""}


def _link(file: str, link: str) -> None:
    Path(link).symlink_to(Path(file).absolute())


class _Failures:
    def __init__(self, writing: int) -> None:
        self._writing = writing

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self._writing, f"{report.nodeid}\n".encode())

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            os.write(self._writing, f"{report.nodeid}\n".encode())


def _become_pytest(root: Path, scratch: Path, arguments: Sequence[str], writing: int) -> None:
    """In the child: never returns. Its own group, so that the programs that a test left running end with it."""
    code: Any = 3
    try:
        os.setsid()
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, hard))  # a child that sets a limit of its own may
        os.chdir(root)
        os.environ |= surroundings(root, scratch)
        sys.path[:] = [str(root), *(one for one in sys.path if Path(one or ".").resolve() != ROOT)]
        for name in [name for name in sys.modules if name.partition(".")[0] in {"tests", "testimony"}]:
            del sys.modules[name]
        with (scratch / "output").open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        code = pytest.main([f"--rootdir={root}", *arguments], plugins=[_Failures(writing)])
    finally:
        os._exit(int(code))


def _end_of(child: int) -> int | None:
    """Its status; None when it was ended because its time was over."""
    until = time.monotonic() + WALL
    try:
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.05)
        return None
    finally:
        _kill_group(child)


def _kill_group(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing of it is left
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        return  # it had been waited for
