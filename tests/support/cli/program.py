"""Runs the program as a person would: a process of its own, its words and its exit code."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.journeys.warm_process import CLOCK, warmed
from tests.support.journeys.warm_program import Program

ROOT = Path(__file__).parents[3]
OURS = "TESTIMONY_"
PATIENCE = 120.0  # seconds


def run(*arguments: object, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; `typed` is its standard input.

    A process of its own, out of a program that has everything imported, unless `variables` are for Python's start.
    """
    if _are_for_us(variables):
        return warmed(variables).run(list(map(str, arguments)), typed, variables, PATIENCE)
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
def serving(role: str, home: Path, port: int, *more: str, **variables: str) -> Iterator[Any]:
    """A station that is up, held as `Popen` holds one; the address that it printed is its attribute `address`.

    Like the commands of `run` it comes out of a program that has everything imported.
    """
    if not _are_for_us(variables):
        with serving_anew(role, home, port, *more, **variables) as process:
            yield process
        return
    with _until_the_end(Program(_serve(role, home, port, *more), variables)) as process:
        yield process


@contextmanager
def serving_anew(role: str, home: Path, port: int, *more: str, **variables: str) -> Iterator[Any]:
    """The same with a start of Python, for those who look at the process itself."""
    command = [sys.executable, "-m", "testimony", *_serve(role, home, port, *more)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    popen = subprocess.Popen(command, **pipes, text=True, cwd=ROOT, env=os.environ | variables)
    with _until_the_end(popen) as process:
        yield process


def _are_for_us(variables: Mapping[str, str]) -> bool:
    return all(name.startswith(OURS) or name in CLOCK for name in variables)


def _serve(role: str, home: Path, port: int, *more: str) -> list[str]:
    return ["serve", role, "--home", str(home), "--port", str(port), *more]


@contextmanager
def _until_the_end(held: Any) -> Iterator[Any]:
    with held as process:
        try:
            process.address = process.stdout.readline().split()[-1]
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
