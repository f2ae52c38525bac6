"""Runs the program as a person would: a process of its own, its words and its exit code."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.journeys.warm_process import warmed

ROOT = Path(__file__).parents[3]
OURS = "TESTIMONY_"
PATIENCE = 120.0  # seconds


def run(*arguments: object, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; `typed` is its standard input.

    A process of its own, out of a program that has everything imported, unless `variables` are for Python's start.
    """
    if all(name.startswith(OURS) for name in variables):
        return warmed().run(list(map(str, arguments)), typed, variables, PATIENCE)
    command = [sys.executable, "-m", "testimony", *map(str, arguments)]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | variables,
        timeout=PATIENCE,
        check=False,
    )


def without_privileges(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Like `run`, but a superuser's process loses the right to write where its owner may not."""
    command = [sys.executable, "-m", "testimony", *map(str, arguments)]
    if shutil.which("setpriv"):
        drop = subprocess.run(["setpriv", "--bounding-set=-all", "true"], capture_output=True, check=False)
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command] if drop.returncode == 0 else command
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def four_free_ports() -> int:
    """The first of four free ports in a row; somewhere else each time, because tests run beside each other."""
    return free_ports(4)


def free_ports(many: int) -> int:
    """The same, of `many`."""
    for _ in range(100):
        first = random.randrange(20_000, 30_000)
        try:
            for port in range(first, first + many):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError(f"no {many} free ports in a row")


@contextmanager
def serving(role: str, home: Path, port: int, *more: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A station that is up; `address(process)` was read already and is its attribute `address`."""
    command = [sys.executable, "-m", "testimony", "serve", role, "--home", str(home), "--port", str(port), *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, cwd=ROOT, env=os.environ | variables) as process:
        try:
            assert process.stdout is not None
            process.address = process.stdout.readline().split()[-1]  # type: ignore[attr-defined]
            yield process
        finally:
            process.terminate()
            process.wait(30)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Whether it failed with one clear sentence that says `words`: no trace, nothing on standard output after it."""
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.startswith("testimony: "), sentence
    assert sentence.endswith("."), sentence
    for word in words:
        assert word in sentence, (word, sentence)
    return True
